// Output shapes and multiply-adds of each operator.
#include <algorithm>
#include <limits>

#include "model/check.h"
#include "model/node_view.h"

namespace echolens {
namespace {

constexpr std::size_t kActivation = 0, kFilter = 1;
constexpr std::int64_t kLongestAxis = std::numeric_limits<std::int32_t>::max();

class Inference {
 public:
  Inference(const Graph& graph, std::size_t node) : view_{graph, node} {}

  Result<Shape> operator()(const Conv2d& conv) const {
    ECHOLENS_ASSIGN(const Shape in, Input(kActivation, 4));
    ECHOLENS_ASSIGN(const Shape filter, Input(kFilter, 4));
    const std::int32_t groups = in[3] / filter[3];
    if (in[3] % filter[3] != 0 || filter[0] % groups != 0) {
      return view_.Invalid("filter " + ShapeText(filter) + " does not fit " +
                           std::to_string(in[3]) + " input channels");
    }
    return Windows(in, {filter[1], filter[2]}, conv.stride, conv.dilation, conv.padding, filter[0]);
  }

  Result<Shape> operator()(const DepthwiseConv2d& conv) const {
    ECHOLENS_ASSIGN(const Shape in, Input(kActivation, 4));
    ECHOLENS_ASSIGN(const Shape filter, Input(kFilter, 4));
    if (filter[0] != 1 || std::int64_t{in[3]} * conv.multiplier != filter[3]) {
      return view_.Invalid("filter " + ShapeText(filter) + ", expected [1, height, width, " +
                           std::to_string(std::int64_t{in[3]} * conv.multiplier) + "] for " +
                           std::to_string(in[3]) + " channels times " +
                           std::to_string(conv.multiplier));
    }
    return Windows(in, {filter[1], filter[2]}, conv.stride, conv.dilation, conv.padding, filter[3]);
  }

  Result<Shape> operator()(const FullyConnected& dense) const {
    ECHOLENS_ASSIGN(const Shape in, Input(kActivation));
    ECHOLENS_ASSIGN(const Shape weights, Input(kFilter, 2));
    const bool fits = dense.keep_dims ? !in.empty() && in.back() == weights[1]
                                      : ElementCount(in) % weights[1] == 0;
    if (!fits) {
      return view_.Invalid("weights " + ShapeText(weights) + " do not fit an input of " +
                           ShapeText(in));
    }
    if (!dense.keep_dims) {
      const std::int64_t batch = ElementCount(in) / weights[1];
      if (batch > kLongestAxis)
        return view_.Invalid("an input of " + ShapeText(in) + " is too large");
      return Shape{static_cast<std::int32_t>(batch), weights[0]};
    }
    Shape out = in;
    out.back() = weights[0];
    return out;
  }

  Result<Shape> operator()(const Pool2d& pool) const {
    ECHOLENS_ASSIGN(const Shape in, Input(kActivation, 4));
    return Windows(in, pool.size, pool.stride, {1, 1}, pool.padding, in[3]);
  }

  Result<Shape> operator()(const Mean& mean) const {
    ECHOLENS_ASSIGN(const Shape in, Input(kActivation, 4));
    return mean.keep_dims ? Shape{in[0], 1, 1, in[3]} : Shape{in[0], in[3]};
  }

  Result<Shape> operator()(const Binary&) const {
    ECHOLENS_ASSIGN(const Shape a, Input(0));
    ECHOLENS_ASSIGN(const Shape b, Input(1));
    Shape out(std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < out.size(); ++i) {  // from the last axis
      const std::int32_t from_a = i < a.size() ? a[a.size() - 1 - i] : 1;
      const std::int32_t from_b = i < b.size() ? b[b.size() - 1 - i] : 1;
      if (from_a != from_b && from_a != 1 && from_b != 1) {
        return view_.Invalid(ShapeText(a) + " and " + ShapeText(b) + " do not broadcast");
      }
      out[out.size() - 1 - i] = from_a == 1 ? from_b : from_a;
    }
    return out;
  }

  Result<Shape> operator()(const Pad& pad) const {
    ECHOLENS_ASSIGN(Shape shape, Input(kActivation));
    if (pad.before.size() != shape.size() || pad.after.size() != shape.size()) {
      return view_.Invalid("paddings for " + std::to_string(pad.before.size()) +
                           " axes, expected " + std::to_string(shape.size()));
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const std::int64_t size = std::int64_t{shape[i]} + pad.before[i] + pad.after[i];
      if (pad.before[i] < 0 || pad.after[i] < 0 || size > kLongestAxis) {
        return view_.Invalid("paddings " + std::to_string(pad.before[i]) + " and " +
                             std::to_string(pad.after[i]) + " of axis " + std::to_string(i) +
                             ", expected 0 or more");
      }
      shape[i] = static_cast<std::int32_t>(size);
    }
    return shape;
  }

  Result<Shape> operator()(const Concatenation& concatenation) const {
    ECHOLENS_ASSIGN(Shape shape, Input(0));
    const auto rank = static_cast<int>(shape.size());
    if (concatenation.axis < -rank || concatenation.axis >= rank) {
      return view_.Invalid("axis " + std::to_string(concatenation.axis) + " of " +
                           ShapeText(shape));
    }
    const auto axis =
        static_cast<std::size_t>(concatenation.axis + (concatenation.axis < 0 ? rank : 0));
    std::int64_t length = shape[axis];
    for (std::size_t i = 1; i < view_.node().inputs.size(); ++i) {
      ECHOLENS_ASSIGN(Shape other, Input(i));
      if (other.size() == shape.size()) {
        length += other[axis];
        other[axis] = shape[axis];
      }
      if (other != shape || length > kLongestAxis) {
        return view_.Invalid("input " + std::to_string(i) + " is " +
                             ShapeText(view_.input(i)->shape) + ", expected " + ShapeText(shape) +
                             " but for axis " + std::to_string(axis));
      }
    }
    shape[axis] = static_cast<std::int32_t>(length);
    return shape;
  }

  Result<Shape> operator()(const Reshape& reshape) const {
    ECHOLENS_ASSIGN(const Shape in, Input(kActivation));
    Shape out = reshape.shape;
    const Error misfit =
        view_.Invalid("an input of " + ShapeText(in) + " cannot become " + ShapeText(out));
    const auto open = std::ranges::find(out, -1);
    if (open != out.end()) {
      *open = 1;
      const std::int64_t rest = ElementCount(out);
      if (rest == 0 || ElementCount(in) / rest > kLongestAxis) return misfit;
      *open = static_cast<std::int32_t>(ElementCount(in) / rest);
    }
    if (ElementCount(out) != ElementCount(in)) return misfit;
    return out;
  }

  Result<Shape> operator()(const Slice& slice) const {
    ECHOLENS_ASSIGN(const Shape in, Input(kActivation));
    if (in.empty()) return view_.Invalid("a part of a scalar");
    if (slice.begin.size() != in.size() || slice.size.size() != in.size()) {
      return view_.Invalid("a part along " + std::to_string(slice.begin.size()) +
                           " axes, expected " + std::to_string(in.size()));
    }
    for (std::size_t i = 0; i < in.size(); ++i) {
      const std::int64_t begin = slice.begin[i], size = slice.size[i];
      if (begin >= 0 && size >= 1 && begin + size <= in[i]) continue;
      return view_.Invalid("elements " + std::to_string(begin) + " to " +
                           std::to_string(begin + size) + " of axis " + std::to_string(i) +
                           ", expected a part of 0 to " + std::to_string(in[i]));
    }
    return slice.size;
  }

  Result<Shape> operator()(const Permute& permute) const {
    ECHOLENS_ASSIGN(const Shape in, Input(kActivation));
    if (in.empty()) return view_.Invalid("transpose of a scalar");
    std::vector<bool> seen(in.size(), false);
    Shape out;
    for (const std::int32_t axis : permute.axes) {
      const auto from = static_cast<std::size_t>(axis);  // what is negative is out of range, too
      if (from >= in.size() || seen[from]) break;
      seen[from] = true;
      out.push_back(in[from]);
    }
    if (out.size() == in.size() && permute.axes.size() == in.size()) return out;
    return view_.Invalid("axes " + ShapeText(permute.axes) + ", expected each of " +
                         std::to_string(in.size()) + " once");
  }

  Result<Shape> operator()(const ResizeBilinear& resize) const {
    ECHOLENS_ASSIGN(const Shape in, Input(kActivation, 4));
    if (resize.height < 1 || resize.width < 1) {
      return view_.Invalid("target size " + ShapeText({resize.height, resize.width}) +
                           ", expected 1 or more");
    }
    return Shape{in[0], resize.height, resize.width, in[3]};
  }

  Result<Shape> operator()(const Unary&) const { return Input(kActivation); }
  Result<Shape> operator()(const Quantize&) const { return Input(kActivation); }
  Result<Shape> operator()(const Dequantize&) const { return Input(kActivation); }

  Result<Shape> operator()(const Softmax&) const {
    ECHOLENS_ASSIGN(const Shape in, Input(kActivation));
    if (in.empty()) return view_.Invalid("softmax of a scalar");
    return in;
  }

 private:
  Result<Shape> Input(std::size_t i) const {
    const TensorInfo* tensor = view_.input(i);
    if (tensor == nullptr) return view_.Invalid("input " + std::to_string(i) + " is missing");
    if (ElementCount(tensor->shape) > 0) return tensor->shape;
    return view_.Invalid("input " + std::to_string(i) + " is " + ShapeText(tensor->shape) +
                         ", expected positive sizes");
  }

  Result<Shape> Input(std::size_t i, std::size_t rank) const {
    ECHOLENS_ASSIGN(Shape shape, Input(i));
    if (shape.size() == rank) return shape;
    return view_.Invalid("input " + std::to_string(i) + " is " + ShapeText(shape) + ", expected " +
                         std::to_string(rank) + " axes");
  }

  // How many windows fit, with TensorFlow's rules: SAME rounds up, VALID stays inside.
  Result<Shape> Windows(const Shape& in, std::array<int, 2> size, std::array<int, 2> stride,
                        std::array<int, 2> dilation, Padding padding, std::int32_t channels) const {
    Shape out{in[0], 0, 0, channels};
    for (const std::size_t axis : {0, 1}) {
      if (size[axis] < 1 || stride[axis] < 1 || dilation[axis] < 1) {
        return view_.Invalid("window " + std::to_string(size[axis]) + ", stride " +
                             std::to_string(stride[axis]) + ", dilation " +
                             std::to_string(dilation[axis]) + ", expected 1 or more of each");
      }
      const std::int64_t extent = (std::int64_t{size[axis]} - 1) * dilation[axis] + 1;
      const std::int64_t room =
          padding == Padding::kSame ? in[axis + 1] : in[axis + 1] - extent + 1;
      if (room < 1) {
        return view_.Invalid("a window of " + std::to_string(extent) + " does not fit into " +
                             std::to_string(in[axis + 1]));
      }
      out[axis + 1] = static_cast<std::int32_t>((room + stride[axis] - 1) / stride[axis]);
    }
    return out;
  }

  NodeView view_;
};

}  // namespace

Result<Shape> InferShape(const Graph& graph, std::size_t node) {
  return std::visit(Inference(graph, node), graph.nodes[node].op);
}

std::int64_t MultiplyAdds(const Graph& graph, std::size_t node) {
  const NodeView view{graph, node};
  if (view.input(kFilter) == nullptr || view.output() == nullptr) return 0;
  const Shape& filter = view.input(kFilter)->shape;
  const std::int64_t outputs = ElementCount(view.output()->shape);
  // Each output value sums over a part of the filter that is the same for all.
  return std::visit(
      Overloaded{
          [&](const Conv2d&) { return outputs * (ElementCount(filter) / filter[0]); },
          [&](const DepthwiseConv2d&) { return outputs * (ElementCount(filter) / filter[3]); },
          [&](const FullyConnected&) { return outputs * filter[1]; },
          [](const auto&) { return std::int64_t{0}; },
      },
      view.node().op);
}

}  // namespace echolens
