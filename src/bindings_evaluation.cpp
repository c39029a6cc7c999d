#include "bindings_evaluation.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "evaluation/summary.h"
#include "reading/json.h"
#include "reading/record.h"

namespace echolens::bindings {
namespace {

using emscripten::val;

std::size_t Length(const val& array) { return array["length"].as<std::size_t>(); }

// A member that is a text; "" where it is not there.
std::string Text(const val& object, const char* name) {
  const val member = object[name];
  return member.isString() ? member.as<std::string>() : std::string();
}

std::string LabelledJson(const LabelledSet& set) {
  JsonWriter json;
  json.Open('{').Key("unit").String(set.unit).Key("cases").Open('[');
  for (const Unanswered& image : set.faulty) {
    json.Open('{').Key("number").Number(static_cast<double>(image.number));
    json.Key("file").String(image.file).Key("error").Open('{').Key("code").String(image.code);
    json.Key("message").String(image.message).Close('}').Close('}');
  }
  for (const LabelledImage& image : set.images) {
    json.Open('{').Key("number").Number(static_cast<double>(image.number));
    json.Key("file").String(image.file).Key("label").String(set.labels[image.truth]);
    if (!image.group.empty()) json.Key("group").String(image.group);
    if (image.place) json.Key("place").Number(static_cast<double>(*image.place));
    json.Close('}');
  }
  json.Close(']').Key("masks").Number(static_cast<double>(set.masks));
  json.Key("without_label").Number(static_cast<double>(set.without_label)).Close('}');
  return json.text();
}

// Takes a case into the set: as answered, refused or faulty.
Status AddCase(const val& entry, LabelledSet& set) {
  const std::size_t number = entry["number"].as<std::size_t>();
  const std::string file = Text(entry, "file");
  for (const auto& [name, list] : {std::pair{"error", &set.faulty}, {"refused", &set.refused}}) {
    const val reason = entry[name];
    if (reason.isUndefined()) continue;
    list->push_back({number, file, "", Text(reason, "code"), Text(reason, "message")});
    return Ok();
  }
  const std::string label = Text(entry, "label");
  const auto truth = FindLabel(set.labels, label);
  if (!truth) {
    return Error{ErrorCode::kInvalidArgument, "the label '" + label + "' of case " +
                                                  std::to_string(number) +
                                                  " is unknown, expected " + OneOf(set.labels)};
  }
  set.images.push_back({number,
                        file,
                        "",
                        *truth,
                        Text(entry, "group"),
                        emscripten::convertJSArrayToNumberVector<double>(entry["probabilities"]),
                        {}});
  return Ok();
}

Result<Summary> Summarised(const Classifier& classifier, const val& cases, const val& options) {
  const Metadata& metadata = classifier.metadata();
  LabelledSet set;
  set.unit = Text(options, "unit");
  set.labels = metadata.labels;
  for (std::size_t i = 0; i < Length(cases); ++i) ECHOLENS_CHECK(AddCase(cases[i], set));
  const Resampling resampling{options["resamples"].as<std::size_t>(),
                              static_cast<std::uint64_t>(options["seed"].as<double>())};
  ECHOLENS_ASSIGN(
      Summary summary,
      Summarise(std::move(set), JudgedModel{metadata.name, metadata.version, classifier.sha256()},
                metadata.operating_points, resampling));
  summary.names = options["names"].isTrue();
  return summary;
}

}  // namespace

std::string Label(const Classifier& classifier, const val& files, const val& table) {
  const auto paths = emscripten::vecFromJSArray<std::string>(files);
  const std::vector<std::string>& labels = classifier.metadata().labels;
  if (table.isUndefined()) return LabelledJson(LabelFolders(paths, labels));
  const Result<CsvTable> read =
      ParseCsv(Text(table, "text"), Text(table, "name"), {"file", "label"});
  return read.ok() ? LabelledJson(LabelRows(*read, paths, labels)) : ErrorJson(read.error());
}

std::string Evaluate(const Classifier& classifier, const val& cases, const val& options) {
  const Result<Summary> summary = Summarised(classifier, cases, options);
  return summary.ok() ? SummaryJson(*summary) : ErrorJson(summary.error());
}

}  // namespace echolens::bindings
