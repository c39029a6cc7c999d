// Operators that look at pictures through windows, or change their size: Conv, pooling, Pad,
// Resize.
#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "convert/onnx/layout.h"
#include "convert/onnx/operators.h"

namespace echolens::convert::onnx {
namespace {

constexpr std::int64_t kMost = 1 << 15;  // of a size, stride or padding

Result<Activation> Picture(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.Map(0));
  if (input.shape.size() != 4) {
    return node.Unsupported("its input is " + ShapeText(input.shape) +
                            ", expected a batch of pictures [1, C, H, W]");
  }
  return InOrder(node, input, ChannelsLast(4));
}

// Two numbers, height and width.
Result<std::array<int, 2>> Pair(NodeReader& node, const char* name,
                                std::vector<std::int64_t> otherwise) {
  ECHOLENS_ASSIGN(const auto values, node.Ints(name, std::move(otherwise)));
  if (values.size() != 2 ||
      std::ranges::any_of(values, [](auto n) { return n < 1 || n > kMost; })) {
    return node.Corrupt(std::string(name) + " has " + std::to_string(values.size()) +
                        " values, expected 2 from 1 to " + std::to_string(kMost));
  }
  return std::array{static_cast<int>(values[0]), static_cast<int>(values[1])};
}

struct Window {
  std::array<int, 2> size, stride, dilation;
};

// pads, auto_pad; with ceil_mode the edge after grows until the last window fits, unless that
// window would see nothing but the edge (then PyTorch and onnxruntime leave it out).
Result<Border> ReadBorder(NodeReader& node, const Shape& picture, const Window& window) {
  ECHOLENS_ASSIGN(const std::string kind, node.Text("auto_pad", "NOTSET"));
  ECHOLENS_ASSIGN(const auto pads, node.Ints("pads", {0, 0, 0, 0}));
  ECHOLENS_ASSIGN(const std::int64_t ceil_mode, node.Int("ceil_mode", 0));
  Border border;
  if (kind == "SAME_UPPER") {
    border.kind = Border::Kind::kSame;
    return border;
  }
  if (kind != "NOTSET" && kind != "VALID" && kind != "SAME_LOWER") {
    return node.Unsupported("auto_pad is " + Quoted(kind));
  }
  if (pads.size() != 4 ||
      std::ranges::any_of(pads, [](std::int64_t n) { return n < 0 || n > kMost; })) {
    return node.Corrupt("pads has " + std::to_string(pads.size()) +
                        " values, expected 4 from 0 to " + std::to_string(kMost));
  }
  if (kind == "NOTSET") border.kind = Border::Kind::kExplicit;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const int input = picture[2 + axis], stride = window.stride[axis];
    const int extent = (window.size[axis] - 1) * window.dilation[axis] + 1;
    if (kind == "NOTSET") {
      border.before[axis] = static_cast<int>(pads[axis]);
      border.after[axis] = static_cast<int>(pads[axis + 2]);
    }
    if (kind == "SAME_LOWER") {  // SAME_UPPER the other way round
      const BorderSize upper = BorderOf({Border::Kind::kSame, {}, {}}, axis, input, extent, stride);
      border.before[axis] = upper.after;
      border.after[axis] = upper.before;
    }
    const int room = input + border.before[axis] + border.after[axis] - extent;
    if (ceil_mode != 0 && kind != "SAME_LOWER" && room >= 0 && room % stride != 0) {
      const int last = (room / stride + 1) * stride;  // where one more window would begin
      if (last < input + border.before[axis]) border.after[axis] += stride - room % stride;
    }
  }
  if (border.before != std::array{0, 0} || border.after != std::array{0, 0}) {
    border.kind = Border::Kind::kExplicit;
  }
  return border;
}

Result<Activation> ReadConv(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, Picture(node));
  ECHOLENS_ASSIGN(const ConstantPtr kernel, node.ConstantAt(1, "the kernel"));
  if (!kernel->is_float() || kernel->shape.size() != 4) {
    return node.Corrupt("the kernel is " + ShapeText(kernel->shape) +
                        ", expected float32 [out, in / groups, height, width]");
  }
  const Shape& shape = kernel->shape;
  Convolution op;
  op.kernel_shape = {shape[0], shape[2], shape[3], shape[1]};
  op.kernel = PermuteAxes(kernel->floats, shape, {0, 2, 3, 1});
  if (node.Has(2)) {
    ECHOLENS_ASSIGN(const ConstantPtr bias, node.ConstantAt(2, "the bias"));
    if (bias->floats.empty()) return node.Corrupt("the bias is no float tensor");
    op.bias = bias->floats;
  }
  ECHOLENS_ASSIGN(const std::int64_t groups, node.Int("group", 1));
  if (groups < 1 || groups > input.shape[1]) {
    return node.Corrupt("its number of groups is " + std::to_string(groups));
  }
  op.groups = static_cast<int>(groups);
  ECHOLENS_ASSIGN(const auto size, Pair(node, "kernel_shape", {shape[2], shape[3]}));
  if (size != std::array{shape[2], shape[3]}) {
    return node.Corrupt("kernel_shape is not that of the kernel " + ShapeText(shape));
  }
  ECHOLENS_ASSIGN(op.stride, Pair(node, "strides", {1, 1}));
  ECHOLENS_ASSIGN(op.dilation, Pair(node, "dilations", {1, 1}));
  ECHOLENS_ASSIGN(op.border, ReadBorder(node, input.shape, {size, op.stride, op.dilation}));
  return node.Emit(std::move(op), input);
}

Result<Activation> ReadPool(NodeReader& node) {
  // The grid of int8 values is kept: the largest of them is one of them.
  ECHOLENS_ASSIGN(const Activation raw, node.QuantisedMap(0));
  const bool maximum = node.op() == "MaxPool";
  if (raw.grid && !maximum) return node.Map(0).error();
  if (raw.shape.size() != 4) {
    return node.Unsupported("its input is " + ShapeText(raw.shape) +
                            ", expected a batch of pictures [1, C, H, W]");
  }
  ECHOLENS_ASSIGN(const Activation input, InOrder(node, raw, ChannelsLast(4)));
  Pooling op;
  op.kind = maximum ? PoolKind::kMax : PoolKind::kAverage;
  ECHOLENS_ASSIGN(op.size, Pair(node, "kernel_shape", {}));
  ECHOLENS_ASSIGN(op.stride, Pair(node, "strides", {1, 1}));
  ECHOLENS_ASSIGN(const auto dilation, Pair(node, "dilations", {1, 1}));
  if (dilation != std::array{1, 1}) {
    return node.Unsupported("pooling with dilations: pool without them");
  }
  ECHOLENS_ASSIGN(const std::int64_t storage, node.Int("storage_order", 0));
  if (storage != 0) return node.Unsupported("storage_order is not 0");
  ECHOLENS_ASSIGN(const std::int64_t count_pad, node.Int("count_include_pad", 0));
  op.count_border = count_pad != 0;
  ECHOLENS_ASSIGN(op.border, ReadBorder(node, input.shape, {op.size, op.stride, dilation}));
  if (op.count_border) {  // the edge that ceil_mode adds is never counted
    ECHOLENS_ASSIGN(const auto pads, node.Ints("pads", {0, 0, 0, 0}));
    if (op.border.kind == Border::Kind::kExplicit && pads.size() == 4 &&
        (op.border.after[0] > pads[2] || op.border.after[1] > pads[3])) {
      return node.Unsupported("ceil_mode together with count_include_pad: use one of them");
    }
  }
  ECHOLENS_ASSIGN(Activation output, node.Emit(op, input));
  output.grid = input.grid;
  return output;
}

Result<Activation> ReadGlobalPool(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, Picture(node));
  const bool maximum = node.op() == "GlobalMaxPool";
  return node.Emit(GlobalPooling{maximum ? PoolKind::kMax : PoolKind::kAverage, true}, input);
}

Result<Activation> ReadPad(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, node.Map(0));
  ECHOLENS_ASSIGN(const std::string mode, node.Text("mode", "constant"));
  if (mode != "constant") {
    return node.Unsupported("mode is " + Quoted(mode) +
                            ", expected 'constant': pad with a constant");
  }
  ECHOLENS_ASSIGN(const auto pads, node.IntegersAt(1, "the pads"));
  const std::size_t rank = input.shape.size();
  std::vector<std::int64_t> axes(rank);
  for (std::size_t i = 0; i < rank; ++i) axes[i] = static_cast<std::int64_t>(i);
  if (node.Has(3)) {
    ECHOLENS_ASSIGN(axes, node.IntegersAt(3, "the axes"));
  }
  ECHOLENS_CHECK(node.Axes(axes, rank));
  if (pads.size() != 2 * axes.size()) {
    return node.Corrupt("it has " + std::to_string(pads.size()) + " pads for " +
                        std::to_string(axes.size()) + " axes");
  }
  PadLayer op{std::vector<int>(rank, 0), std::vector<int>(rank, 0), 0};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (std::min(pads[i], pads[i + axes.size()]) < 0 ||
        std::max(pads[i], pads[i + axes.size()]) > kMost) {
      return node.Unsupported("pads of " + std::to_string(pads[i]) + " and " +
                              std::to_string(pads[i + axes.size()]) + ", expected 0 to " +
                              std::to_string(kMost));
    }
    const auto axis = static_cast<int>(axes[i] < 0 ? axes[i] + std::int64_t(rank) : axes[i]);
    const auto position = static_cast<std::size_t>(PositionOf(input, axis));
    op.before[position] = static_cast<int>(pads[i]);
    op.after[position] = static_cast<int>(pads[i + axes.size()]);
  }
  if (node.Has(2)) {
    ECHOLENS_ASSIGN(const double value, node.NumberAt(2, "the constant"));
    if (!std::isfinite(value)) return node.Unsupported("it pads with " + NumberText(value));
    op.value = static_cast<float>(value);
  }
  return node.Emit(std::move(op), input);
}

// Height and width of the output, from the inputs `scales` or `sizes`; scales must give whole
// sizes, as the engine knows only sizes.
Result<std::array<int, 2>> ReadSize(NodeReader& node, const Shape& shape) {
  std::vector<std::int64_t> axes{0, 1, 2, 3};
  ECHOLENS_ASSIGN(axes, node.Ints("axes", axes));
  ECHOLENS_CHECK(node.Axes(axes, 4));
  ECHOLENS_ASSIGN(const std::string policy, node.Text("keep_aspect_ratio_policy", "stretch"));
  if (policy != "stretch") return node.Unsupported("keep_aspect_ratio_policy " + Quoted(policy));
  const std::size_t from = node.Has(3) ? 3 : 2;
  ECHOLENS_ASSIGN(const ConstantPtr given, node.ConstantAt(from, from == 3 ? "sizes" : "scales"));
  if (given->size() != axes.size()) {
    return node.Corrupt("it has " + std::to_string(given->size()) + " sizes or scales for " +
                        std::to_string(axes.size()) + " axes");
  }
  std::array<double, 4> sizes{};
  for (std::size_t i = 0; i < 4; ++i) sizes[i] = shape[i];
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(axes[i] < 0 ? axes[i] + 4 : axes[i]);
    const double exact = from == 3 ? given->At(i) : given->At(i) * shape[axis];
    sizes[axis] = std::round(exact);
    // A scale is a float32: a whole size may be off by its rounding.
    if (!(sizes[axis] >= 1 && sizes[axis] <= kMost) ||
        std::abs(exact - sizes[axis]) > 1e-6 * exact) {
      return node.Unsupported("it resizes an axis of " + std::to_string(shape[axis]) + " to " +
                              NumberText(exact) + ", expected a whole number up to " +
                              std::to_string(kMost));
    }
  }
  if (sizes[0] != shape[0] || sizes[1] != shape[1]) {
    return node.Unsupported("it resizes more than height and width");
  }
  return std::array{static_cast<int>(sizes[2]), static_cast<int>(sizes[3])};
}

// ONNX's formulas: the source row of output row x.
double SourceRow(const std::string& mode, int x, int input, int output) {
  const double scale = static_cast<double>(output) / input;
  if (mode == "asymmetric") return x / scale;
  if (mode == "align_corners") return output == 1 ? 0 : x * (input - 1.0) / (output - 1.0);
  return (x + 0.5) / scale - 0.5;
}

// Whether nearest-neighbour resizing repeats every row equally often.
bool Repeats(const std::string& mode, const std::string& rounding, int input, int output) {
  if (output % input != 0) return false;
  for (int x = 0; x < output; ++x) {
    const double exact = SourceRow(mode, x, input, output);
    const double row = rounding == "floor"               ? std::floor(exact)
                       : rounding == "ceil"              ? std::ceil(exact)
                       : rounding == "round_prefer_ceil" ? std::floor(exact + 0.5)
                                                         : std::ceil(exact - 0.5);
    if (std::clamp(row, 0.0, input - 1.0) != x / (output / input)) return false;
  }
  return true;
}

Result<Activation> ReadResize(NodeReader& node) {
  ECHOLENS_ASSIGN(const Activation input, Picture(node));
  ECHOLENS_ASSIGN(const std::string mode, node.Text("mode", "nearest"));
  ECHOLENS_ASSIGN(const std::string rounding, node.Text("nearest_mode", "round_prefer_floor"));
  ECHOLENS_ASSIGN(std::string corners, node.Text("coordinate_transformation_mode", "half_pixel"));
  ECHOLENS_ASSIGN(const std::int64_t antialias, node.Int("antialias", 0));
  if (antialias != 0) return node.Unsupported("antialias: resize without it");
  ECHOLENS_ASSIGN(const auto size, ReadSize(node, input.shape));
  if (size == std::array{input.shape[2], input.shape[3]}) return input;
  const bool single = size[0] == 1 || size[1] == 1;
  if (corners == "half_pixel_symmetric") corners = "half_pixel";  // equal for whole sizes
  if (corners == "pytorch_half_pixel" && !single) corners = "half_pixel";
  if (corners != "half_pixel" && corners != "align_corners" && corners != "asymmetric") {
    return node.Unsupported("coordinate_transformation_mode is " + Quoted(corners) +
                            (single ? " to a single row or column" : "") +
                            ", expected half_pixel, align_corners or asymmetric");
  }
  ResizeLayer op{ResizeKind::kNearest, size[0], size[1]};
  if (mode == "nearest") {
    if (Repeats(corners, rounding, input.shape[2], size[0]) &&
        Repeats(corners, rounding, input.shape[3], size[1])) {
      return node.Emit(op, input);
    }
    return node.Unsupported("nearest-neighbour resizing of " + ShapeText(input.shape) + " to " +
                            ShapeText({size[0], size[1]}) + " by " + corners + " and " +
                            Quoted(rounding) + " repeats rows unequally: use whole factors");
  }
  if (mode != "linear") {
    return node.Unsupported("mode is " + Quoted(mode) + ", expected 'linear' or 'nearest'");
  }
  op.kind = corners == "half_pixel"      ? ResizeKind::kBilinearHalfPixel
            : corners == "align_corners" ? ResizeKind::kBilinearAlignCorners
                                         : ResizeKind::kBilinearAsymmetric;
  return node.Emit(op, input);
}

}  // namespace

ReadOperator FindWindowOperator(const std::string& op) {
  static const std::unordered_map<std::string, ReadOperator> table{
      {"Conv", ReadConv},
      {"MaxPool", ReadPool},
      {"AveragePool", ReadPool},
      {"GlobalAveragePool", ReadGlobalPool},
      {"GlobalMaxPool", ReadGlobalPool},
      {"Pad", ReadPad},
      {"Resize", ReadResize},
  };
  const auto found = table.find(op);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace echolens::convert::onnx
