#include <algorithm>

#include "model/graph.h"
#include "model/metadata.h"

namespace echolens {
namespace {

Error Invalid(const std::string& what) {
  return {ErrorCode::kModelInvalid, "echolens metadata: " + what};
}

const TensorInfo& TensorAt(const Graph& graph, TensorId id) {
  return graph.tensors[static_cast<std::size_t>(id)];
}

Result<Shape> OutputShape(const Graph& graph, const std::string& field, const std::string& name) {
  const auto named = [&](TensorId id) { return TensorAt(graph, id).name == name; };
  const auto found = std::ranges::find_if(graph.outputs, named);
  if (std::ranges::count_if(graph.outputs, named) != 1) {
    return Invalid(field + " is " + Quoted(name) + ", expected the name of one output");
  }
  return TensorAt(graph, *found).shape;
}

Status CheckInput(const Preprocessing& input, const Graph& graph) {
  const Shape picture{1, input.height, input.width, input.channels};
  if (graph.inputs.size() != 1) {
    return Invalid("the network has " + std::to_string(graph.inputs.size()) +
                   " inputs, expected one picture");
  }
  const Shape& shape = TensorAt(graph, graph.inputs[0]).shape;
  if (shape == picture) return Ok();
  return Invalid("the network's input is " + ShapeText(shape) + ", expected " + ShapeText(picture) +
                 " as preprocessing says");
}

Status CheckHead(const Metadata& metadata, const Graph& graph) {
  ECHOLENS_ASSIGN(const Shape logits, OutputShape(graph, "head.logits", metadata.head.logits));
  const std::size_t labels = metadata.labels.size();
  const bool factored = metadata.head.kind == HeadKind::kFactored;
  if (factored && labels != 3) {
    return Invalid("labels are " + std::to_string(labels) +
                   ", expected 3 for a factored head: no lesion, benign, malignant");
  }
  const Shape expected{1, factored ? 2 : static_cast<std::int32_t>(labels)};
  if (logits == expected) return Ok();
  return Invalid("the logits are " + ShapeText(logits) + ", expected " + ShapeText(expected) +
                 (factored ? " for a factored head" : ", one a label"));
}

Status CheckGate(const Gate& gate, const Graph& graph) {
  ECHOLENS_ASSIGN(const Shape features, OutputShape(graph, "gate.features", gate.features));
  for (std::size_t i = 0; i < gate.centres.size(); ++i) {
    const Shape expected{1, static_cast<std::int32_t>(gate.centres[i].mean.size())};
    if (features == expected) continue;
    return Invalid("gate.features is " + ShapeText(features) + ", expected " + ShapeText(expected) +
                   ", one a number of gate.centres[" + std::to_string(i) + "].mean");
  }
  return Ok();
}

// Maps are worked on in double, several copies at a time: no file may ask for more than that.
constexpr std::int64_t kMostFeatures = std::int64_t{1} << 22;  // 112 × 112 places of 320
constexpr std::int64_t kMostMapCells = std::int64_t{1} << 20;  // 1024 × 1024

Status CheckActivationMap(const Metadata& metadata, const Graph& graph) {
  const ActivationMap& map = *metadata.activation_map;
  ECHOLENS_ASSIGN(const Shape features,
                  OutputShape(graph, "activation_map.features", map.features));
  if (features.size() != 4) {
    return Invalid("activation_map.features is " + ShapeText(features) + ", expected four axes");
  }
  if (features[0] != 1 || ElementCount(features) > kMostFeatures) {
    return Invalid("activation_map.features is " + ShapeText(features) +
                   ", expected [1, height, width, n] of up to " + std::to_string(kMostFeatures) +
                   " values");
  }
  ECHOLENS_ASSIGN(const Shape logits, OutputShape(graph, "head.logits", metadata.head.logits));
  const Shape expected{logits.back(), features.back()};
  for (const TensorInfo& tensor : graph.tensors) {
    if (tensor.name != map.weights || !tensor.constant()) continue;
    if (tensor.shape == expected) return Ok();
    return Invalid("activation_map.weights is " + ShapeText(tensor.shape) + ", expected " +
                   ShapeText(expected) + ", logits by features");
  }
  return Invalid("activation_map.weights is " + Quoted(map.weights) +
                 ", expected the name of a constant");
}

Status CheckLesionMap(const std::string& name, const Graph& graph) {
  ECHOLENS_ASSIGN(const Shape map, OutputShape(graph, "lesion_map", name));
  if (map.size() != 4 || map.front() != 1 || map.back() != 1) {
    return Invalid("lesion_map is " + ShapeText(map) + ", expected [1, height, width, 1]");
  }
  if (ElementCount(map) <= kMostMapCells) return Ok();
  return Invalid("lesion_map is " + ShapeText(map) + ", expected up to " +
                 std::to_string(kMostMapCells) + " places");
}

// A close-up needs to be told where.
Status CheckViews(const Metadata& metadata) {
  const std::vector<View>& views = metadata.views;
  const auto first = std::ranges::find_if(views, IsCloseUp);
  if (first == views.end()) return Ok();
  const std::string name = Quoted(ViewName(*first));
  if (metadata.lesion_map.empty()) {
    return Invalid("views: " + name + " needs a lesion_map, which is missing");
  }
  if (first == views.begin() || !std::all_of(first, views.end(), IsCloseUp)) {
    return Invalid("views: expected the whole picture (identity, mirror) first and close-ups last");
  }
  return Ok();
}

Status CheckGolden(const GoldenCase& golden, const Graph& graph) {
  if (golden.outputs.size() != graph.outputs.size()) {
    return Invalid("golden.outputs are " + std::to_string(golden.outputs.size()) +
                   ", expected one a network output, " + std::to_string(graph.outputs.size()));
  }
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const TensorInfo& output = TensorAt(graph, graph.outputs[i]);
    const auto bytes =
        static_cast<std::size_t>(ElementCount(output.shape)) * ElementSize(output.type);
    if (golden.outputs[i].size() == bytes) continue;
    return Invalid("golden output " + std::to_string(i) + " has " +
                   std::to_string(golden.outputs[i].size()) + " bytes, expected " +
                   std::to_string(bytes));
  }
  return Ok();
}

}  // namespace

Status CheckMetadata(const Metadata& metadata, const Graph& graph) {
  ECHOLENS_CHECK(CheckInput(metadata.preprocessing, graph));
  ECHOLENS_CHECK(CheckHead(metadata, graph));
  if (metadata.gate) ECHOLENS_CHECK(CheckGate(*metadata.gate, graph));
  if (metadata.activation_map) ECHOLENS_CHECK(CheckActivationMap(metadata, graph));
  if (!metadata.lesion_map.empty()) ECHOLENS_CHECK(CheckLesionMap(metadata.lesion_map, graph));
  ECHOLENS_CHECK(CheckViews(metadata));
  if (metadata.golden) ECHOLENS_CHECK(CheckGolden(*metadata.golden, graph));
  return Ok();
}

}  // namespace echolens
