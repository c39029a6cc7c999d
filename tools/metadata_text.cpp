#include "metadata_text.h"

#include <vector>

#include "model/graph.h"
#include "terminal.h"

namespace echolens::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string Numbers(const std::vector<float>& numbers) {
  std::vector<std::string> words;
  for (const float number : numbers) words.push_back(NumberText(number));
  return Join(words);
}

std::string_view FitName(Fit fit) { return fit == Fit::kStretch ? "stretch" : "letterbox"; }
std::string_view HeadName(HeadKind kind) {
  return kind == HeadKind::kFactored ? "factored" : "softmax";
}
std::string PreprocessingText(const Preprocessing& p) {
  std::string text = std::to_string(p.width) + " x " + std::to_string(p.height) + " pixels, " +
                     std::to_string(p.channels) + (p.channels == 1 ? " channel, " : " channels, ");
  text += p.fit == Fit::kStretch ? "stretched"
                                 : "letterboxed over " + std::to_string(int{p.padding_value});
  return text + "; (pixel - " + Numbers(p.mean) + ") * " + Numbers(p.scale);
}

std::string HeadText(const Head& head) {
  const std::string text = std::string(HeadName(head.kind)) + " of " + Quoted(head.logits);
  if (head.kind == HeadKind::kSoftmax)
    return text + ", temperature " + NumberText(head.temperature);
  return text + ", temperatures " + NumberText(head.temperature) + " (lesion) and " +
         NumberText(head.malignant_temperature) + " (malignant)";
}

std::string EstimateText(const std::string& name, const std::optional<Estimate>& estimate) {
  if (!estimate) return "";
  return ", " + name + " " + NumberText(estimate->value) + " (" + NumberText(estimate->lower) +
         " to " + NumberText(estimate->upper) + ")";
}

std::string DataText(const std::string& data) {
  return data.empty() ? "" : " on " + Printable(data);
}

std::string PointText(const Metadata& metadata, const OperatingPoint& point) {
  return Printable(point.name) + ": " + Printable(metadata.labels[point.label]) + " from " +
         NumberText(point.threshold) + EstimateText("sensitivity", point.sensitivity) +
         EstimateText("specificity", point.specificity) + DataText(point.data);
}

Json EstimateJson(const Estimate& estimate) {
  return {{"value", estimate.value}, {"lower", estimate.lower}, {"upper", estimate.upper}};
}

Json PointJson(const Metadata& metadata, const OperatingPoint& point) {
  Json json{{"name", point.name},
            {"label", metadata.labels[point.label]},
            {"threshold", point.threshold}};
  if (point.sensitivity) json["sensitivity"] = EstimateJson(*point.sensitivity);
  if (point.specificity) json["specificity"] = EstimateJson(*point.specificity);
  if (!point.data.empty()) json["data"] = point.data;
  return json;
}

Json HeadJson(const Head& head) {
  Json json{
      {"kind", HeadName(head.kind)}, {"logits", head.logits}, {"temperature", head.temperature}};
  if (head.kind == HeadKind::kFactored) json["malignant_temperature"] = head.malignant_temperature;
  return json;
}

}  // namespace

std::string FactLine(std::string_view name, const std::string& value) {
  return PadRight(name, 16) + value + "\n";
}

std::string MetadataText(const Metadata& metadata) {
  std::string text = FactLine("name", Printable(metadata.name)) +
                     FactLine("version", Printable(metadata.version)) +
                     FactLine("labels", Printable(Join(metadata.labels))) +
                     FactLine("preprocessing", PreprocessingText(metadata.preprocessing)) +
                     FactLine("head", HeadText(metadata.head));
  std::vector<std::string> views;
  for (const View view : metadata.views) views.emplace_back(ViewName(view));
  if (!views.empty()) text += FactLine("views", Join(views));
  for (const OperatingPoint& point : metadata.operating_points) {
    text += FactLine("operating point", PointText(metadata, point));
  }
  if (metadata.conformal) {
    text += FactLine("conformal sets", "coverage " + NumberText(metadata.conformal->coverage) +
                                           ", quantiles " + Numbers(metadata.conformal->quantiles));
  }
  if (metadata.gate) {
    text +=
        FactLine("gate", "features " + Quoted(metadata.gate->features) + " no further than " +
                             NumberText(metadata.gate->threshold) + " from the nearest centre of " +
                             std::to_string(metadata.gate->centres.size()));
  }
  if (metadata.activation_map) {
    text += FactLine("activation map", Quoted(metadata.activation_map->features) + " times " +
                                           Quoted(metadata.activation_map->weights));
  }
  if (!metadata.lesion_map.empty()) text += FactLine("lesion map", Quoted(metadata.lesion_map));
  if (!metadata.card.empty()) {
    text += FactLine("card", std::to_string(metadata.card.size()) + " bytes of Markdown");
  }
  for (const Figure& figure : metadata.figures) {
    text += FactLine("figure", Printable(figure.name) + EstimateText("value", figure.value) +
                                   DataText(figure.data));
  }
  return text;
}

nlohmann::ordered_json MetadataJson(const Metadata& metadata) {
  const Preprocessing& p = metadata.preprocessing;
  Json json{{"name", metadata.name},
            {"version", metadata.version},
            {"labels", metadata.labels},
            {"preprocessing",
             {{"width", p.width},
              {"height", p.height},
              {"channels", p.channels},
              {"fit", FitName(p.fit)},
              {"padding_value", p.padding_value},
              {"mean", p.mean},
              {"scale", p.scale}}},
            {"head", HeadJson(metadata.head)}};
  for (const View view : metadata.views) json["views"].push_back(ViewName(view));
  for (const OperatingPoint& point : metadata.operating_points) {
    json["operating_points"].push_back(PointJson(metadata, point));
  }
  if (metadata.conformal) {
    json["conformal"] = {{"coverage", metadata.conformal->coverage},
                         {"quantiles", metadata.conformal->quantiles}};
  }
  if (metadata.gate) {
    json["gate"] = {{"features", metadata.gate->features},
                    {"centres", metadata.gate->centres.size()},
                    {"threshold", metadata.gate->threshold}};
  }
  if (metadata.activation_map) {
    json["activation_map"] = {{"features", metadata.activation_map->features},
                              {"weights", metadata.activation_map->weights}};
  }
  if (!metadata.lesion_map.empty()) json["lesion_map"] = metadata.lesion_map;
  if (!metadata.card.empty()) json["card"] = metadata.card;
  for (const Figure& figure : metadata.figures) {
    Json entry{{"name", figure.name}, {"value", EstimateJson(figure.value)}};
    if (!figure.data.empty()) entry["data"] = figure.data;
    json["figures"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace echolens::tools
