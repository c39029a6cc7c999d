#include "reading/record.h"

#include "reading/json.h"

namespace echolens {
namespace {

// The head of both kinds of record.
void OpenRecord(JsonWriter& json, const std::optional<std::string>& file) {
  json.Open('{').Key("schema").String("echolens.record/1");
  if (file) json.Key("file").String(*file);
}

void WriteStrings(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.Key(key).Open('[');
  for (const std::string& text : texts) json.String(text);
  json.Close(']');
}

void WriteEstimate(JsonWriter& json, std::string_view key,
                   const std::optional<Estimate>& estimate) {
  if (!estimate) return;
  json.Key(key).Open('{').Key("value").Float(estimate->value);
  json.Key("lower").Float(estimate->lower).Key("upper").Float(estimate->upper).Close('}');
}

// `call`: the label called at it; empty outside of a record.
void WritePoint(JsonWriter& json, const OperatingPoint& point, std::string_view label,
                std::string_view call) {
  json.Open('{').Key("name").String(point.name);
  if (!call.empty()) json.Key("call").String(call);
  json.Key("label").String(label).Key("threshold").Float(point.threshold);
  WriteEstimate(json, "sensitivity", point.sensitivity);
  WriteEstimate(json, "specificity", point.specificity);
  if (!point.data.empty()) json.Key("data").String(point.data);
  json.Close('}');
}

void WriteAnswer(JsonWriter& json, const Record& record) {
  json.Key("probabilities").Open('{');
  for (const ClassProbability& entry : record.probabilities) {
    json.Key(entry.label).Number(entry.probability);
  }
  json.Close('}');
  json.Key("call").String(record.call);
  json.Key("operating_point").String(record.operating_point);
  if (!record.operating_points.empty()) {
    json.Key("operating_points").Open('[');
    for (const PointCall& at : record.operating_points) {
      WritePoint(json, at.point, at.label, at.call);
    }
    json.Close(']');
  }
  if (record.set) WriteStrings(json, "set", *record.set);
}

void WriteRegion(JsonWriter& json, const Region& region) {
  json.Key("region").Open('{').Key("x").Number(region.x).Key("y").Number(region.y);
  json.Key("width").Number(region.width).Key("height").Number(region.height).Close('}');
}

void WriteViews(JsonWriter& json, const std::vector<ViewLogits>& views) {
  if (views.empty()) return;
  json.Key("views").Open('[');
  for (const ViewLogits& seen : views) {
    json.Open('{').Key("view").String(ViewName(seen.view));
    WriteRegion(json, seen.region);
    json.Key("logits").Open('[');
    for (const double logit : seen.logits) json.Number(logit);
    json.Close(']').Close('}');
  }
  json.Close(']');
}

// Why there is no answer.
void WriteReason(JsonWriter& json, std::string_view key, std::string_view code,
                 std::string_view message) {
  json.Key(key).Open('{').Key("code").String(code).Key("message").String(message).Close('}');
}

void WriteRun(JsonWriter& json, const Timings& timings) {
  json.Key("run").Open('{').Key("build").String(kBuild).Key("simd").String(kSimd);
  json.Key("timings").Open('{');
  json.Key("decode_ms").Number(timings.decode);
  json.Key("preprocess_ms").Number(timings.preprocess);
  json.Key("inference_ms").Number(timings.inference);
  json.Key("total_ms").Number(timings.total);
  json.Close('}').Close('}');
}

}  // namespace

std::string RecordJson(const Record& record, const std::optional<std::string>& file) {
  JsonWriter json;
  OpenRecord(json, file);

  const auto& [image_sha256, width, height, format] = record.image;
  json.Key("image").Open('{').Key("sha256").String(image_sha256);
  json.Key("width").Number(width).Key("height").Number(height);
  json.Key("format").String(format).Close('}');

  const auto& [name, version, model_sha256] = record.model;
  json.Key("model").Open('{').Key("name").String(name);
  json.Key("version").String(version).Key("sha256").String(model_sha256).Close('}');

  json.Key("engine").Open('{').Key("version").String(kVersion).Close('}');

  if (record.refused) {
    WriteReason(json, "refused", RefusalName(record.refused->code), record.refused->message);
  } else {
    WriteAnswer(json, record);
  }
  WriteStrings(json, "warnings", record.warnings);

  if (!record.refused) {
    WriteRegion(json, record.region);
    WriteViews(json, record.views);
  }
  WriteRun(json, record.timings);
  return json.Close('}').text();
}

std::string ErrorJson(const Error& error, const std::optional<std::string>& file) {
  JsonWriter json;
  OpenRecord(json, file);
  WriteReason(json, "error", ErrorName(error.code), error.detail);
  return json.Close('}').text();
}

std::string DescriptionJson(const Metadata& metadata, std::string_view sha256) {
  JsonWriter json;
  json.Open('{').Key("name").String(metadata.name).Key("version").String(metadata.version);
  WriteStrings(json, "labels", metadata.labels);
  const Preprocessing& input = metadata.preprocessing;
  json.Key("input").Open('{').Key("width").Number(input.width);
  json.Key("height").Number(input.height).Key("channels").Number(input.channels).Close('}');
  json.Key("operating_points").Open('[');
  for (const OperatingPoint& point : metadata.operating_points) {
    WritePoint(json, point, metadata.labels[point.label], "");
  }
  json.Close(']').Key("figures").Open('[');
  for (const Figure& figure : metadata.figures) {
    json.Open('{').Key("name").String(figure.name);
    json.Key("value").Float(figure.value.value);
    json.Key("lower").Float(figure.value.lower).Key("upper").Float(figure.value.upper);
    json.Key("data").String(figure.data).Close('}');
  }
  json.Close(']').Key("card").String(metadata.card);
  return json.Key("sha256").String(sha256).Close('}').text();
}

}  // namespace echolens
