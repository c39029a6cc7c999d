#include "convert/keras/connections.h"

namespace echolens::convert::keras {
namespace {

Error Corrupt(const std::string& what) { return {ErrorCode::kSourceCorrupt, what}; }

bool IsIndex(const Json& value) {
  return value.is_number_integer() && value.get<double>() >= 0 && value.get<double>() < 1 << 20;
}

// ["conv1", 0, 0]; Keras 2 adds a fourth, the call's other arguments.
bool IsRef(const Json& value) {
  return value.is_array() && (value.size() == 3 || value.size() == 4) && value[0].is_string() &&
         IsIndex(value[1]) && IsIndex(value[2]);
}

TensorRef RefOf(const Json& value) {
  return {*value[0].get_ptr<const std::string*>(), value[1].get<int>(), value[2].get<int>()};
}

// Of the arguments with a name, layers may be given only what changes nothing.
Status CheckKeywords(const LayerNode& layer, const Json& keywords) {
  if (!keywords.is_object()) return Ok();
  for (const auto& [key, value] : keywords.items()) {
    if (value.is_null() || value == false) continue;
    if (key == "training" && layer.kind != nullptr && !layer.kind->trains) continue;
    return Error{ErrorCode::kSourceUnsupported,
                 layer.place + ": it is called with " + Quoted(key) + " = " + JsonText(value) +
                     ": call it with its inputs alone and save again"};
  }
  return Ok();
}

// Keras 3: tensors stand in the arguments, alone or in lists.
Status AppendArguments(const LayerNode& layer, const Json& value, Refs& refs) {
  if (value.is_array()) {
    for (const Json& item : value) ECHOLENS_CHECK(AppendArguments(layer, item, refs));
    return Ok();
  }
  if (value.is_null()) return Ok();
  const Json* config = Find(value, "config");
  const Json* history = config == nullptr ? nullptr : Find(*config, "keras_history");
  if (TextOr(value, "class_name") == "__keras_tensor__" && history != nullptr && IsRef(*history)) {
    refs.push_back(RefOf(*history));
    return Ok();
  }
  return Error{ErrorCode::kSourceUnsupported, layer.place + ": it is called with " +
                                                  JsonText(value) +
                                                  ": call it with its inputs alone and save again"};
}

Result<Refs> ReadCall(const LayerNode& layer, const Json& call) {
  Refs refs;
  if (const Json* arguments = Find(call, "args"); arguments != nullptr) {
    ECHOLENS_CHECK(AppendArguments(layer, *arguments, refs));
    if (const Json* keywords = Find(call, "kwargs"); keywords != nullptr) {
      ECHOLENS_CHECK(CheckKeywords(layer, *keywords));
    }
  } else if (call.is_array()) {
    for (const Json& item : call) {
      if (!IsRef(item)) {
        return Corrupt(layer.place + ": its inbound_nodes hold " + JsonText(item));
      }
      if (item.size() == 4) ECHOLENS_CHECK(CheckKeywords(layer, item[3]));
      refs.push_back(RefOf(item));
    }
  }
  if (refs.empty()) return Corrupt(layer.place + ": it is called without an input");
  return refs;
}

// One, or lists and dictionaries of them, in the order of Keras's flatten.
bool AppendModelRefs(const Json& value, Refs& refs) {
  if (IsRef(value)) {
    refs.push_back(RefOf(value));
    return true;
  }
  if (!value.is_array() && !value.is_object()) return false;
  for (const Json& item : value) {
    if (!AppendModelRefs(item, refs)) return false;
  }
  return true;
}

}  // namespace

Result<std::vector<Refs>> ReadCalls(const LayerNode& layer) {
  std::vector<Refs> calls;
  if (layer.calls == nullptr) return calls;
  if (!layer.calls->is_array()) {
    return Corrupt(layer.place + ": its inbound_nodes are no list");
  }
  for (const Json& call : *layer.calls) {
    ECHOLENS_ASSIGN(Refs refs, ReadCall(layer, call));
    calls.push_back(std::move(refs));
  }
  return calls;
}

Result<Refs> ReadModelRefs(const ModelNode& model, const char* key) {
  Refs refs;
  const Json* value = Find(*model.config, key);
  if (value == nullptr || !AppendModelRefs(*value, refs) || refs.empty()) {
    return Corrupt("model " + Quoted(model.name) + ": its " + key + " are missing or damaged");
  }
  return refs;
}

}  // namespace echolens::convert::keras
