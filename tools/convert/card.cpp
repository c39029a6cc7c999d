#include "convert/card.h"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "model/graph.h"

namespace echolens::convert {
namespace {

using Json = nlohmann::json;

// A value and where it stands: "'card.json': head".
struct Value {
  const Json& json;
  std::string where;

  Error Wrong(const std::string& what) const {
    return {ErrorCode::kInvalidArgument, where + " " + what};
  }
  Error Expected(const std::string& what) const {
    return Wrong("is " + std::string(json.is_null() ? "null" : Article()) + ", expected " + what);
  }
  std::string Article() const {
    const std::string type = json.type_name();
    return (type == "array" || type == "object" ? "an " : "a ") + type;
  }
};

Status Read(const Value& value, std::string& text) {
  if (!value.json.is_string()) return value.Expected("a string");
  text = value.json.get<std::string>();
  return Ok();
}

Status Read(const Value& value, float& number) {
  if (!value.json.is_number()) return value.Expected("a number");
  number = value.json.get<float>();
  return Ok();
}

Status ReadInteger(const Value& value, int least, int most, int& number) {
  const bool fits = value.json.is_number_integer() && value.json >= least && value.json <= most;
  if (!fits) {
    return value.Wrong("is " + value.json.dump() + ", expected a whole number from " +
                       std::to_string(least) + " to " + std::to_string(most));
  }
  number = value.json.get<int>();
  return Ok();
}

template <class T>
Status Read(const Value& value, std::vector<T>& list) {
  if (!value.json.is_array()) return value.Expected("an array");
  list.clear();
  for (const Json& entry : value.json) {
    const std::string where = value.where + "[" + std::to_string(list.size()) + "]";
    ECHOLENS_CHECK(Read(Value{entry, where}, list.emplace_back()));
  }
  return Ok();
}

// One of several words: which.
Result<std::size_t> ReadWord(const Value& value, const std::vector<std::string>& words) {
  std::string word;
  ECHOLENS_CHECK(Read(value, word));
  const auto found = std::ranges::find(words, word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string known;
  for (const std::string& known_word : words) known += (known.empty() ? "" : ", ") + known_word;
  return value.Wrong("is " + Quoted(word) + ", expected one of " + known);
}

// An object whose keys are all known: `key` runs Read… on the value of one, where it is there.
class Object {
 public:
  static Result<Object> Open(const Value& value, std::initializer_list<const char*> keys) {
    if (!value.json.is_object()) return value.Expected("an object");
    for (const auto& [key, entry] : value.json.items()) {
      if (std::ranges::count(keys, key) > 0) continue;
      std::string known;
      for (const char* name : keys) known += std::string(known.empty() ? "" : ", ") + name;
      return value.Wrong("has the unknown key " + Quoted(key) + "; known are " + known);
    }
    return Object(value);
  }

  bool Has(const char* key) const { return value_.json.contains(key); }
  Value At(const char* key) const { return {value_.json[key], value_.where + "." + key}; }

  template <class T>
  Status Take(const char* key, T& into) const {
    return Has(key) ? Read(At(key), into) : Ok();
  }
  template <class T>
  Status Require(const char* key, T& into) const {
    if (!Has(key)) return value_.Wrong(std::string("lacks ") + key);
    return Read(At(key), into);
  }

 private:
  explicit Object(const Value& value) : value_(value) {}
  Value value_;
};

Status Read(const Value& value, Estimate& estimate) {
  ECHOLENS_ASSIGN(const Object object, Object::Open(value, {"value", "lower", "upper"}));
  ECHOLENS_CHECK(object.Require("value", estimate.value));
  ECHOLENS_CHECK(object.Require("lower", estimate.lower));
  return object.Require("upper", estimate.upper);
}

template <class T>
Status Read(const Value& value, std::optional<T>& optional) {
  return Read(value, optional.emplace());
}

// A number for all channels, or a list of one for each.
Status ReadChannels(const Object& object, const char* key, int channels,
                    std::vector<float>& values) {
  if (object.Has(key) && object.At(key).json.is_array()) return object.Take(key, values);
  float number = values.empty() ? 0 : values[0];
  ECHOLENS_CHECK(object.Take(key, number));
  values.assign(static_cast<std::size_t>(channels), number);
  return Ok();
}

Status Read(const Value& value, Preprocessing& preprocessing) {
  ECHOLENS_ASSIGN(const Object object,
                  Object::Open(value, {"fit", "padding_value", "channels", "mean", "scale"}));
  if (object.Has("fit")) {
    ECHOLENS_ASSIGN(const std::size_t fit, ReadWord(object.At("fit"), {"letterbox", "stretch"}));
    preprocessing.fit = fit == 0 ? Fit::kLetterbox : Fit::kStretch;
  }
  if (object.Has("padding_value")) {
    int padding = 0;
    ECHOLENS_CHECK(ReadInteger(object.At("padding_value"), 0, 255, padding));
    preprocessing.padding_value = static_cast<std::uint8_t>(padding);
  }
  if (object.Has("channels")) {
    ECHOLENS_CHECK(ReadInteger(object.At("channels"), 1, 3, preprocessing.channels));
  }
  ECHOLENS_CHECK(ReadChannels(object, "mean", preprocessing.channels, preprocessing.mean));
  return ReadChannels(object, "scale", preprocessing.channels, preprocessing.scale);
}

Status Read(const Value& value, Head& head) {
  ECHOLENS_ASSIGN(const Object object,
                  Object::Open(value, {"kind", "logits", "temperature", "malignant_temperature"}));
  if (object.Has("kind")) {
    ECHOLENS_ASSIGN(const std::size_t kind, ReadWord(object.At("kind"), {"softmax", "factored"}));
    head.kind = kind == 0 ? HeadKind::kSoftmax : HeadKind::kFactored;
  }
  ECHOLENS_CHECK(object.Take("logits", head.logits));
  ECHOLENS_CHECK(object.Take("temperature", head.temperature));
  return object.Take("malignant_temperature", head.malignant_temperature);
}

Status Read(const Value& value, Conformal& conformal) {
  ECHOLENS_ASSIGN(const Object object, Object::Open(value, {"coverage", "quantiles"}));
  ECHOLENS_CHECK(object.Require("coverage", conformal.coverage));
  return object.Require("quantiles", conformal.quantiles);
}

Status Read(const Value& value, GateCentre& centre) {
  ECHOLENS_ASSIGN(const Object object, Object::Open(value, {"mean", "inverse_covariance"}));
  ECHOLENS_CHECK(object.Require("mean", centre.mean));
  return object.Require("inverse_covariance", centre.inverse_covariance);
}

Status Read(const Value& value, Gate& gate) {
  ECHOLENS_ASSIGN(const Object object, Object::Open(value, {"features", "centres", "threshold"}));
  ECHOLENS_CHECK(object.Require("features", gate.features));
  ECHOLENS_CHECK(object.Require("centres", gate.centres));
  return object.Require("threshold", gate.threshold);
}

Status Read(const Value& value, View& view) {
  ECHOLENS_ASSIGN(const std::size_t which, ReadWord(value, {kViewNames.begin(), kViewNames.end()}));
  view = static_cast<View>(which);
  return Ok();
}

Status Read(const Value& value, Figure& figure) {
  ECHOLENS_ASSIGN(const Object object,
                  Object::Open(value, {"name", "value", "lower", "upper", "data"}));
  ECHOLENS_CHECK(object.Require("name", figure.name));
  ECHOLENS_CHECK(object.Require("value", figure.value.value));
  ECHOLENS_CHECK(object.Require("lower", figure.value.lower));
  ECHOLENS_CHECK(object.Require("upper", figure.value.upper));
  return object.Take("data", figure.data);
}

Status ReadOperatingPoint(const Value& value, const std::vector<std::string>& labels,
                          OperatingPoint& point) {
  ECHOLENS_ASSIGN(const Object object, Object::Open(value, {"name", "label", "threshold",
                                                            "sensitivity", "specificity", "data"}));
  ECHOLENS_CHECK(object.Require("name", point.name));
  std::string label;
  ECHOLENS_CHECK(object.Require("label", label));
  ECHOLENS_ASSIGN(point.label, ReadWord(object.At("label"), labels));
  ECHOLENS_CHECK(object.Require("threshold", point.threshold));
  ECHOLENS_CHECK(object.Take("sensitivity", point.sensitivity));
  ECHOLENS_CHECK(object.Take("specificity", point.specificity));
  return object.Take("data", point.data);
}

Status ReadOperatingPoints(const Value& value, Metadata& metadata) {
  if (!value.json.is_array()) return value.Expected("an array");
  metadata.operating_points.clear();
  for (const Json& entry : value.json) {
    const std::size_t i = metadata.operating_points.size();
    ECHOLENS_CHECK(ReadOperatingPoint({entry, value.where + "[" + std::to_string(i) + "]"},
                                      metadata.labels, metadata.operating_points.emplace_back()));
  }
  return Ok();
}

Status Read(const Value& value, Metadata& metadata) {
  ECHOLENS_ASSIGN(
      const Object object,
      Object::Open(value, {"name", "version", "labels", "preprocessing", "head", "operating_points",
                           "conformal", "gate", "views", "lesion_map", "text", "figures"}));
  ECHOLENS_CHECK(object.Take("name", metadata.name));
  ECHOLENS_CHECK(object.Take("version", metadata.version));
  std::vector<std::string> labels;
  ECHOLENS_CHECK(object.Take("labels", labels));
  if (metadata.labels.empty()) metadata.labels = std::move(labels);
  ECHOLENS_CHECK(object.Take("preprocessing", metadata.preprocessing));
  ECHOLENS_CHECK(object.Take("head", metadata.head));
  if (object.Has("operating_points")) {
    ECHOLENS_CHECK(ReadOperatingPoints(object.At("operating_points"), metadata));
  }
  ECHOLENS_CHECK(object.Take("conformal", metadata.conformal));
  ECHOLENS_CHECK(object.Take("gate", metadata.gate));
  ECHOLENS_CHECK(object.Take("views", metadata.views));
  ECHOLENS_CHECK(object.Take("lesion_map", metadata.lesion_map));
  ECHOLENS_CHECK(object.Take("text", metadata.card));
  return object.Take("figures", metadata.figures);
}

template <class T>
Status ReadText(std::string_view text, const std::string& source, T& into) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    return Error{ErrorCode::kInvalidArgument, source + " is no JSON"};
  }
  return Read(Value{json, source}, into);
}

}  // namespace

Status ReadCard(std::string_view json, const std::string& source, Metadata& metadata) {
  return ReadText(json, source, metadata);
}

Status ReadPreprocessing(std::string_view json, const std::string& source,
                         Preprocessing& preprocessing) {
  return ReadText(json, source, preprocessing);
}

}  // namespace echolens::convert
