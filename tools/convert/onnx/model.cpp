#include "convert/onnx/model.h"

#include <algorithm>
#include <unordered_set>

#include "convert/onnx/operators.h"

namespace echolens::convert::onnx {
namespace {

constexpr std::size_t kMostNodes = 100'000;
constexpr int kDeepestCall = 16;

bool IsStandard(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

std::string FunctionKey(const std::string& domain, const std::string& name,
                        const std::string& overload) {
  return domain + "::" + name + "::" + overload;
}

std::string PlaceOf(const fb::NodeProto& node, int position, const std::string& prefix) {
  const std::string& name =
      node.name().empty() && node.output_size() > 0 ? node.output(0) : node.name();
  const std::string type = Quoted(node.op_type());  // fit for a message
  return prefix + "node " + std::to_string(position) + " " + Quoted(name) + " (" +
         type.substr(1, type.size() - 2) + ")";
}

// By node: whether something that the outputs need comes from it.
std::vector<bool> Needed(const Body& body) {
  std::unordered_set<std::string> names(body.outputs.begin(), body.outputs.end());
  std::vector<bool> needed(static_cast<std::size_t>(body.nodes.size()), false);
  for (int i = body.nodes.size(); i-- > 0;) {
    const fb::NodeProto& node = body.nodes[i];
    if (std::ranges::none_of(node.output(), [&](const auto& name) { return names.contains(name); }))
      continue;
    needed[static_cast<std::size_t>(i)] = true;
    names.insert(node.input().begin(), node.input().end());
  }
  return needed;
}

Error NoSuchOperator(const NodeReader& node, const fb::NodeProto& proto) {
  const std::string& op = proto.op_type();
  if (!IsStandard(proto.domain())) {
    return node.Unsupported("an operator of " + Quoted(proto.domain()) +
                            ", expected those of ONNX: export without the optimisations of one "
                            "runtime, and quantise in the QDQ format");
  }
  if (op == "If" || op == "Loop" || op == "Scan") {
    return node.Unsupported(
        "control flow: export the model with fixed input size and in "
        "evaluation mode, so that the exporter resolves it");
  }
  if (op == "Gather" || op == "ConstantOfShape" || op == "Range") {
    return node.Unsupported(
        "only constants can go through it here: export the model with fixed "
        "input size, or replace the layer");
  }
  return node.Unsupported(
      "the converter does not have this operator: replace the layer by ones "
      "that it has, before the export (docs/converting.md lists them)");
}

// The function's own node, with the attributes that the call gives put in.
fb::NodeProto WithAttributes(
    const fb::NodeProto& node,
    const std::unordered_map<std::string, const fb::AttributeProto*>& given) {
  fb::NodeProto result = node;
  result.clear_attribute();
  for (const fb::AttributeProto& attribute : node.attribute()) {
    if (attribute.ref_attr_name().empty()) {
      *result.add_attribute() = attribute;
    } else if (const auto found = given.find(attribute.ref_attr_name()); found != given.end()) {
      fb::AttributeProto* const copy = result.add_attribute();
      *copy = *found->second;
      copy->set_name(attribute.name());
    }
  }
  return result;
}

Result<Value> ReadOperatorNode(NodeReader& node, const fb::NodeProto& proto) {
  const std::string& op = proto.op_type();
  const bool shape_only = op == "Shape" || op == "Size";
  if (shape_only || node.AllConstant() || (op == "CastLike" && node.IsConstant(0))) {
    for (const auto find : {FindConstantOperator, FindConstantArithmetic, FindConstantQuantised}) {
      const EvaluateConstant evaluate = find(op);
      if (evaluate == nullptr) continue;
      ECHOLENS_ASSIGN(Constant constant, evaluate(node));
      return Value(std::make_shared<const Constant>(std::move(constant)));
    }
  }
  for (const auto find : {FindWindowOperator, FindElementwiseOperator, FindShapeOperator,
                          FindDenseOperator, FindQuantisedOperator}) {
    const ReadOperator read = find(op);
    if (read == nullptr) continue;
    ECHOLENS_ASSIGN(Activation activation, read(node));
    return Value(std::move(activation));
  }
  return NoSuchOperator(node, proto);
}

}  // namespace

Result<int> StandardOpset(const google::protobuf::RepeatedPtrField<fb::OperatorSetIdProto>& imports,
                          int otherwise) {
  constexpr std::int64_t kOldest = 11, kNewest = 20;
  std::int64_t version = otherwise;
  for (const fb::OperatorSetIdProto& import : imports) {
    if (IsStandard(import.domain())) version = import.version();
  }
  if (version >= kOldest && version <= kNewest) return static_cast<int>(version);
  return Error{ErrorCode::kSourceUnsupported, "the model is of opset " + std::to_string(version) +
                                                  ", expected " + std::to_string(kOldest) + " to " +
                                                  std::to_string(kNewest) +
                                                  ": export it with opset 17 or 18"};
}

ModelReader::ModelReader(fb::ModelProto& model, Reading& reading) : reading_(reading) {
  for (const fb::FunctionProto& function : model.functions()) {
    functions_[FunctionKey(function.domain(), function.name(), function.overload())] = &function;
  }
}

Result<std::optional<Value>> ModelReader::Find(const std::string& name, Scope& scope) {
  if (const auto found = scope.values.find(name); found != scope.values.end()) {
    return found->second;
  }
  const auto found = scope.initializers.find(name);
  if (found == scope.initializers.end()) return std::optional<Value>();
  fb::TensorProto& tensor = *found->second;
  Result<Constant> constant = ReadTensor(tensor, reading_.external);
  const std::string place = "initialiser " + Quoted(name) + ": ";
  if (!constant.ok()) {
    return Error{constant.error().code, place + constant.error().detail};
  }
  if (const Status paid = reading_.Charge(static_cast<std::int64_t>(constant->size()));
      !paid.ok()) {
    return Error{paid.error().code, place + paid.error().detail};
  }
  tensor.Clear();
  scope.initializers.erase(found);
  const std::optional<Value> value(std::make_shared<const Constant>(*std::move(constant)));
  scope.values.emplace(name, value);
  return value;
}

Result<std::vector<std::optional<Value>>> ModelReader::Inputs(const fb::NodeProto& proto,
                                                              const std::string& place,
                                                              Scope& scope) {
  std::vector<std::optional<Value>> inputs;
  for (const std::string& name : proto.input()) {
    inputs.emplace_back();
    if (name.empty()) continue;
    Result<std::optional<Value>> value = Find(name, scope);
    if (!value.ok()) return Error{value.error().code, place + ": " + value.error().detail};
    inputs.back() = *std::move(value);
    if (inputs.back() || scope.values.contains(name)) continue;
    if (const auto other = scope.further_outputs.find(name); other != scope.further_outputs.end()) {
      return Error{ErrorCode::kSourceUnsupported, place + ": it reads " + Quoted(name) +
                                                      ", a further output of " + other->second +
                                                      ", which the converter does not compute"};
    }
    return Error{ErrorCode::kSourceCorrupt, place + ": it reads " + Quoted(name) +
                                                ", which is no input, no initialiser and of no "
                                                "earlier node"};
  }
  return inputs;
}

Status ModelReader::Read(const Body& body, Scope& scope) {
  const std::vector<bool> needed = Needed(body);
  std::unordered_map<std::string, int> uses;  // to come; a constant is freed after its last
  for (const std::string& name : body.outputs) ++uses[name];
  for (int i = 0; i < body.nodes.size(); ++i) {
    if (!needed[static_cast<std::size_t>(i)]) continue;
    for (const std::string& name : body.nodes[i].input()) ++uses[name];
  }
  for (int i = 0; i < body.nodes.size(); ++i) {
    if (!needed[static_cast<std::size_t>(i)]) continue;
    const std::string place = PlaceOf(body.nodes[i], i, body.prefix);
    if (++nodes_ > kMostNodes) {
      return Error{ErrorCode::kSourceUnsupported,
                   place + ": the model has more than " + std::to_string(kMostNodes) + " nodes"};
    }
    for (const std::string& name : body.nodes[i].output()) {
      if (name.empty() || !(scope.values.contains(name) || scope.initializers.contains(name) ||
                            scope.further_outputs.contains(name)))
        continue;
      return Error{ErrorCode::kSourceCorrupt,
                   place + ": it writes " + Quoted(name) + ", which is there already"};
    }
    ECHOLENS_CHECK(ReadNode(body.nodes[i], place, body, scope));
    for (const std::string& name : body.nodes[i].input()) {
      if (--uses[name] > 0) continue;
      const auto value = scope.values.find(name);  // the name stays taken
      if (value != scope.values.end()) value->second.reset();
    }
  }
  return Ok();
}

Status ModelReader::ReadNode(const fb::NodeProto& proto, const std::string& place, const Body& body,
                             Scope& scope) {
  ECHOLENS_ASSIGN(auto inputs, Inputs(proto, place, scope));
  const auto function =
      functions_.find(FunctionKey(proto.domain(), proto.op_type(), proto.overload()));
  if (function != functions_.end()) {
    return Call(*function->second, proto, place, body, std::move(inputs), scope);
  }
  NodeReader node(proto, place, body.opset, std::move(inputs), reading_);
  if (IsStandard(proto.domain()) && proto.op_type() == "Split") return Split(node, proto, scope);
  if (proto.output_size() == 0 || proto.output(0).empty()) {
    return node.Unsupported("its first output is not used");
  }
  if (!IsStandard(proto.domain())) return NoSuchOperator(node, proto);
  ECHOLENS_ASSIGN(Value value, ReadOperatorNode(node, proto));
  scope.values.emplace(proto.output(0), std::move(value));
  for (int i = 1; i < proto.output_size(); ++i) {
    if (!proto.output(i).empty()) scope.further_outputs.emplace(proto.output(i), place);
  }
  return Ok();
}

Status ModelReader::Split(NodeReader& node, const fb::NodeProto& proto, Scope& scope) {
  const auto outputs = static_cast<std::size_t>(proto.output_size());
  ECHOLENS_ASSIGN(std::vector<Activation> parts, ReadSplit(node, outputs));
  for (std::size_t i = 0; i < outputs; ++i) {
    const std::string& name = proto.output(static_cast<int>(i));
    if (!name.empty()) scope.values.emplace(name, Value(std::move(parts[i])));
  }
  return Ok();
}

Status ModelReader::Call(const fb::FunctionProto& function, const fb::NodeProto& call,
                         const std::string& place, const Body& caller,
                         std::vector<std::optional<Value>> inputs, Scope& scope) {
  const auto failed = [&](ErrorCode code, const std::string& what) {
    return Error{code, place + ": " + what};
  };
  if (caller.depth == kDeepestCall) {
    return failed(ErrorCode::kSourceUnsupported, "functions call one another too deeply");
  }
  if (static_cast<int>(inputs.size()) > function.input_size() ||
      call.output_size() > function.output_size()) {
    return failed(ErrorCode::kSourceCorrupt,
                  "it has more inputs or outputs than the function it calls");
  }
  const Result<int> opset = StandardOpset(function.opset_import(), caller.opset);
  if (!opset.ok()) return failed(opset.error().code, opset.error().detail);

  Attributes attributes;
  for (const fb::AttributeProto& attribute : function.attribute_proto()) {
    attributes[attribute.name()] = &attribute;
  }
  for (const fb::AttributeProto& attribute : call.attribute()) {
    attributes[attribute.name()] = &attribute;
  }
  google::protobuf::RepeatedPtrField<fb::NodeProto> nodes;
  for (const fb::NodeProto& node : function.node()) *nodes.Add() = WithAttributes(node, attributes);

  Scope own;
  inputs.resize(static_cast<std::size_t>(function.input_size()));
  for (int i = 0; i < function.input_size(); ++i) {
    own.values.emplace(function.input(i), std::move(inputs[static_cast<std::size_t>(i)]));
  }
  const Body body{nodes,
                  *opset,
                  {function.output().begin(), function.output().end()},
                  place + " > ",
                  caller.depth + 1};
  ECHOLENS_CHECK(Read(body, own));
  for (int i = 0; i < call.output_size(); ++i) {
    if (call.output(i).empty()) continue;
    ECHOLENS_ASSIGN(std::optional<Value> value, Find(function.output(i), own));
    if (!value) {
      return failed(ErrorCode::kSourceCorrupt,
                    "the function does not make its output " + Quoted(function.output(i)));
    }
    scope.values.emplace(call.output(i), std::move(value));
  }
  return Ok();
}

}  // namespace echolens::convert::onnx
