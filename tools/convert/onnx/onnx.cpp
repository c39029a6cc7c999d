#include "convert/onnx.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <limits>
#include <new>

#include "convert/onnx/inputs.h"
#include "convert/onnx/layout.h"
#include "convert/onnx/model.h"

namespace echolens::convert {
namespace {

using namespace onnx;

Error Corrupt(const std::string& what) { return {ErrorCode::kSourceCorrupt, what}; }

Status Parse(std::span<const std::uint8_t> file, fb::ModelProto& model) {
  constexpr int kDeepest = 32;  // messages in messages; ONNX without subgraphs has 8
  if (file.size() > std::numeric_limits<int>::max()) {
    return Error{ErrorCode::kSourceUnsupported, "the model has " + std::to_string(file.size()) +
                                                    " bytes, over the limit of protobuf, 2 GB"};
  }
  google::protobuf::io::CodedInputStream stream(file.data(), static_cast<int>(file.size()));
  stream.SetRecursionLimit(kDeepest);
  if (!model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage()) {
    return Corrupt("this is no ONNX model, or it is truncated or damaged");
  }
  if (!model.has_graph()) return Corrupt("the ONNX model holds no graph");
  if (model.graph().sparse_initializer_size() > 0) {
    return Error{ErrorCode::kSourceUnsupported,
                 "the model has sparse initialisers: export it without them"};
  }
  return Ok();
}

// NHWC where the input pictures were NCHW; otherwise, and for all that are no pictures, in ONNX's
// order.
Status ReadOutput(const std::string& name, ModelReader& reader, Scope& scope, Reading& reading) {
  ECHOLENS_ASSIGN(const std::optional<Value> value, reader.Find(name, scope));
  const std::string place = "output " + Quoted(name);
  if (!value) return Corrupt(place + " is of no node");
  fb::NodeProto proto;
  proto.set_name(name);
  NodeReader node(proto, place, 0, {value}, reading);
  ECHOLENS_ASSIGN(Activation output, node.Map(0));
  const std::size_t rank = output.shape.size();
  const bool swap = rank == 4 && reading.channels_first;
  ECHOLENS_ASSIGN(output, InOrder(node, output, swap ? ChannelsLast(4) : OnnxOrder(rank)));
  SourceNetwork& network = reading.network;
  const bool inner = std::ranges::count(network.inputs, output.id) == 0 &&
                     std::ranges::count(network.outputs, output.id) == 0;
  if (inner) network.values[static_cast<std::size_t>(output.id)].name = name;
  network.outputs.push_back(output.id);
  return Ok();
}

Result<SourceNetwork> Read(std::span<const std::uint8_t> file, const OnnxOptions& options) {
  fb::ModelProto model;
  ECHOLENS_CHECK(Parse(file, model));
  ECHOLENS_ASSIGN(const int opset, StandardOpset(model.opset_import(), 0));
  Reading reading{{}, ExternalData(options.read_external), file.size(), 0, false};
  fb::GraphProto& graph = *model.mutable_graph();
  reading.network.name = graph.name();
  Scope scope;
  for (fb::TensorProto& tensor : *graph.mutable_initializer()) {
    const std::string name = tensor.name();
    if (scope.initializers.emplace(name, &tensor).second) continue;
    return Corrupt("initialiser " + Quoted(name) + " is there twice");
  }
  ECHOLENS_CHECK(ReadInputs(graph, options, reading, scope));
  if (reading.network.inputs.empty()) return Corrupt("the ONNX model has no inputs");
  if (graph.output().empty()) return Corrupt("the ONNX model has no outputs");
  Body body{graph.node(), opset, {}, {}, 0};
  for (const fb::ValueInfoProto& output : graph.output()) body.outputs.push_back(output.name());
  ModelReader reader(model, reading);
  ECHOLENS_CHECK(reader.Read(body, scope));
  for (const std::string& name : body.outputs) {
    ECHOLENS_CHECK(ReadOutput(name, reader, scope, reading));
  }
  return std::move(reading.network);
}

}  // namespace

Result<SourceNetwork> ReadOnnx(std::span<const std::uint8_t> file, const OnnxOptions& options) {
  try {
    return Read(file, options);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory, "no memory left to read the ONNX model"};
  }
}

}  // namespace echolens::convert
