// QuantizeLinear and DequantizeLinear, the QDQ format: constants are computed, activations get a
// FakeQuantize.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "convert/onnx/layout.h"
#include "convert/onnx/operators.h"

namespace echolens::convert::onnx {
namespace {

// Scales and zero points along one axis; one of each: of the whole tensor.
struct Grids {
  ConstantPtr scales;
  std::vector<std::int64_t> zero_points;
  ElementType type = ElementType::kUint8;  // of the stored values
  std::size_t axis = 0;
};

Result<Grids> ReadGrids(NodeReader& node, const Shape& shape) {
  Grids grids;
  ECHOLENS_ASSIGN(grids.scales, node.ConstantAt(1, "the scale"));
  ECHOLENS_ASSIGN(const std::int64_t block, node.Int("block_size", 0));
  ECHOLENS_ASSIGN(const std::int64_t type, node.Int("output_dtype", fb::TensorProto::UINT8));
  if (block != 0) return node.Unsupported("it is quantised in blocks");
  const std::size_t count = grids.scales->floats.size();
  grids.zero_points.assign(count, 0);
  if (node.Has(2)) {
    ECHOLENS_ASSIGN(const ConstantPtr zero_points, node.ConstantAt(2, "the zero point"));
    grids.zero_points = zero_points->ints;
    grids.type = zero_points->type;
  } else if (type == fb::TensorProto::INT8) {
    grids.type = ElementType::kInt8;
  } else if (type != fb::TensorProto::UINT8) {
    return node.Unsupported("it quantises to element type " + std::to_string(type) +
                            ", expected int8 or uint8");
  }
  if (count == 0 || grids.zero_points.size() != count) {
    return node.Corrupt("it has " + std::to_string(count) + " scales and " +
                        std::to_string(grids.zero_points.size()) + " zero points");
  }
  if (count > 1) {
    ECHOLENS_ASSIGN(const int axis, node.Axis("axis", 1, shape.size()));
    grids.axis = static_cast<std::size_t>(axis);
    if (shape[grids.axis] != static_cast<std::int32_t>(count)) {
      return node.Corrupt("it has " + std::to_string(count) + " scales along axis " +
                          std::to_string(axis) + " of " + ShapeText(shape));
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const float scale = grids.scales->floats[i];
    if (!std::isfinite(scale) || !(scale > 0)) {
      return node.Corrupt("its scale is " + NumberText(scale) + ", expected a positive number");
    }
  }
  return grids;
}

// Which of the scales is that of element i.
std::size_t GridOf(const Grids& grids, const Shape& shape, std::size_t i) {
  if (grids.zero_points.size() == 1) return 0;
  const std::int64_t inner =
      ElementCount({shape.begin() + static_cast<std::ptrdiff_t>(grids.axis) + 1, shape.end()});
  return i / static_cast<std::size_t>(inner) % grids.zero_points.size();
}

Result<Constant> DequantizeConstant(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr data, node.ConstantAt(0, "the input"));
  ECHOLENS_ASSIGN(const Grids grids, ReadGrids(node, data->shape));
  if (data->is_float()) return node.Corrupt("its input is float32, expected integers");
  Constant result{ElementType::kFloat, data->shape, {}, {}};
  for (std::size_t i = 0; i < data->size(); ++i) {
    const std::size_t k = GridOf(grids, data->shape, i);
    const double steps =
        static_cast<double>(data->ints[i]) - static_cast<double>(grids.zero_points[k]);
    result.floats.push_back(static_cast<float>(steps * grids.scales->floats[k]));
  }
  return result;
}

// Halves go to the even neighbour.
Result<Constant> QuantizeConstant(NodeReader& node) {
  ECHOLENS_ASSIGN(const ConstantPtr data, node.ConstantAt(0, "the input"));
  ECHOLENS_ASSIGN(const Grids grids, ReadGrids(node, data->shape));
  if (!data->is_float()) return node.Corrupt("its input is no float tensor");
  const double low = grids.type == ElementType::kInt8 ? -128 : 0;
  Constant result{grids.type, data->shape, {}, {}};
  for (std::size_t i = 0; i < data->size(); ++i) {
    const std::size_t k = GridOf(grids, data->shape, i);
    const double steps = std::nearbyint(data->floats[i] / grids.scales->floats[k]) +
                         static_cast<double>(grids.zero_points[k]);
    if (std::isnan(steps)) return node.Corrupt("its input holds nan");
    result.ints.push_back(static_cast<std::int64_t>(std::clamp(steps, low, low + 255)));
  }
  return result;
}

Result<Grid> ReadGrid(NodeReader& node, const Shape& shape) {
  ECHOLENS_ASSIGN(const Grids grids, ReadGrids(node, shape));
  const std::int64_t shift = grids.type == ElementType::kUint8 ? 128 : 0;
  if (grids.zero_points.size() > 1) {
    return node.Unsupported("an activation with a scale a channel: quantise it by tensor");
  }
  if (shift == 0 && grids.type != ElementType::kInt8) {
    return node.Unsupported("an activation of more than 8 bits: quantise it to int8 or uint8");
  }
  const std::int64_t zero_point = grids.zero_points[0] - shift;
  return Grid{grids.scales->floats[0], static_cast<std::int32_t>(zero_point)};
}

Result<Activation> ReadQuantize(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.Map(0));
  ECHOLENS_ASSIGN(const Grid grid, ReadGrid(node, input.shape));
  ECHOLENS_ASSIGN(Activation output, node.Emit(FakeQuantize{grid.scale, grid.zero_point}, input));
  output.grid = grid;
  return output;
}

Result<Activation> ReadDequantize(NodeReader& node) {
  ECHOLENS_ASSIGN(Activation input, node.QuantisedMap(0));
  ECHOLENS_ASSIGN(const Grid grid, ReadGrid(node, input.shape));
  if (input.grid != grid) {
    return node.Unsupported("its scale and zero point are not those its input was quantised with");
  }
  input.grid.reset();
  return input;
}

}  // namespace

ReadOperator FindQuantisedOperator(const std::string& op) {
  if (op == "QuantizeLinear") return ReadQuantize;
  return op == "DequantizeLinear" ? ReadDequantize : nullptr;
}

EvaluateConstant FindConstantQuantised(const std::string& op) {
  if (op == "QuantizeLinear") return QuantizeConstant;
  return op == "DequantizeLinear" ? DequantizeConstant : nullptr;
}

}  // namespace echolens::convert::onnx
