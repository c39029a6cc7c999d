#include "convert/source.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace echolens::convert {
namespace {

// More elements than any network that the engine's memory limit would take.
constexpr std::int64_t kMaxElements = std::int64_t{1} << 30;

Error Corrupt(const std::string& what) { return {ErrorCode::kSourceCorrupt, what}; }
Error Unsupported(const std::string& what) { return {ErrorCode::kSourceUnsupported, what}; }

Status CheckCount(const std::string& what, std::size_t got, std::int64_t expected) {
  if (static_cast<std::int64_t>(got) == expected) return Ok();
  return Corrupt(what + " has " + std::to_string(got) + " values, expected " +
                 std::to_string(expected));
}

template <class T>
Status CheckFinite(const std::string& what, const std::vector<T>& values) {
  const auto bad = std::ranges::find_if(values, [](T value) { return !std::isfinite(value); });
  if (bad == values.end()) return Ok();
  return Corrupt(what + " holds " + NumberText(*bad) + " at position " +
                 std::to_string(bad - values.begin()) + ": every weight must be a finite number");
}

template <class T>
Status CheckWeights(const std::string& what, const std::vector<T>& values, std::int64_t expected) {
  ECHOLENS_CHECK(CheckCount(what, values.size(), expected));
  return CheckFinite(what, values);
}

// Empty means that there is none.
Status CheckOptional(const std::string& what, const std::vector<float>& values,
                     std::int64_t expected) {
  return values.empty() ? Ok() : CheckWeights(what, values, expected);
}

Status CheckRank(const Shape& shape, std::size_t rank) {
  if (shape.size() == rank) return Ok();
  return Unsupported("its input is " + ShapeText(shape) + ", expected " + std::to_string(rank) +
                     " axes");
}

std::int32_t Channels(const Shape& shape) { return shape.back(); }

// Height and width of what a window makes of `input`.
Result<Shape> Windowed(const Shape& input, const Border& border, const std::array<int, 2>& size,
                       const std::array<int, 2>& stride, const std::array<int, 2>& dilation,
                       std::int32_t channels) {
  ECHOLENS_CHECK(CheckRank(input, 4));
  Shape output{input[0], 0, 0, channels};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    constexpr int kMost = 1 << 15;
    if (size[axis] < 1 || stride[axis] < 1 || dilation[axis] < 1 || border.before[axis] < 0 ||
        border.after[axis] < 0 || size[axis] > kMost || stride[axis] > kMost ||
        dilation[axis] > kMost || border.before[axis] > kMost || border.after[axis] > kMost) {
      return Unsupported("window size, stride, dilation or padding out of range");
    }
    const int window = (size[axis] - 1) * dilation[axis] + 1;
    output[axis + 1] = BorderOf(border, axis, input[axis + 1], window, stride[axis]).output;
    if (output[axis + 1] < 1) {
      return Corrupt("a window of " + std::to_string(window) + " does not fit the input " +
                     ShapeText(input));
    }
  }
  return output;
}

Result<Shape> Infer(const Convolution& op, const Shape& input) {
  ECHOLENS_CHECK(CheckRank(input, 4));
  if (op.kernel_shape.size() != 4 ||
      std::ranges::any_of(op.kernel_shape, [](int n) { return n < 1; })) {
    return Corrupt("the kernel's shape is " + ShapeText(op.kernel_shape));
  }
  const std::int32_t out = op.kernel_shape[0];
  if (op.groups < 1 || Channels(input) % op.groups != 0 || out % op.groups != 0 ||
      op.kernel_shape[3] != Channels(input) / op.groups) {
    return Corrupt("a kernel " + ShapeText(op.kernel_shape) + " in " + std::to_string(op.groups) +
                   " groups does not fit the input " + ShapeText(input));
  }
  ECHOLENS_CHECK(CheckWeights("the kernel", op.kernel, ElementCount(op.kernel_shape)));
  ECHOLENS_CHECK(CheckOptional("the bias", op.bias, out));
  return Windowed(input, op.border, {op.kernel_shape[1], op.kernel_shape[2]}, op.stride,
                  op.dilation, out);
}

Result<Shape> Infer(const Dense& op, const Shape& input) {
  const auto [out, in] = op.weights_shape;
  if (out < 1 || in < 1 || input.empty() || Channels(input) != in) {
    return Corrupt("weights " + ShapeText({out, in}) + " do not fit the input " + ShapeText(input));
  }
  ECHOLENS_CHECK(CheckWeights("the weights", op.weights, std::int64_t{out} * in));
  ECHOLENS_CHECK(CheckOptional("the bias", op.bias, out));
  Shape output = input;
  output.back() = out;
  return output;
}

Result<Shape> Infer(const BatchNormalization& op, const Shape& input) {
  const std::int32_t n = Channels(input);
  ECHOLENS_CHECK(CheckOptional("gamma", op.gamma, n));
  ECHOLENS_CHECK(CheckOptional("beta", op.beta, n));
  ECHOLENS_CHECK(CheckWeights("the moving mean", op.mean, n));
  ECHOLENS_CHECK(CheckWeights("the moving variance", op.variance, n));
  if (!(op.epsilon >= 0) || std::ranges::any_of(op.variance, [&](float v) {
        return !(static_cast<double>(v) + op.epsilon > 0);
      })) {
    return Corrupt("the moving variance plus epsilon is not positive");
  }
  return input;
}

Result<Shape> Infer(const Affine& op, const Shape& input) {
  for (const auto& [what, values] :
       {std::pair{"the scale", &op.scale}, {"the offset", &op.offset}}) {
    if (values->size() != 1) ECHOLENS_CHECK(CheckCount(what, values->size(), Channels(input)));
    ECHOLENS_CHECK(CheckFinite(what, *values));
  }
  return input;
}

Result<Shape> Infer(const ActivationLayer& op, const Shape& input) {
  if (std::isnan(op.alpha) || std::isnan(op.beta)) return Corrupt("a bound is no number");
  if (op.kind == ActivationKind::kClip && op.alpha > op.beta) {
    return Corrupt("the lower bound is over the upper");
  }
  return input;
}

Result<Shape> Infer(const Pooling& op, const Shape& input) {
  ECHOLENS_CHECK(CheckRank(input, 4));
  return Windowed(input, op.border, op.size, op.stride, {1, 1}, Channels(input));
}

Result<Shape> Infer(const GlobalPooling& op, const Shape& input) {
  ECHOLENS_CHECK(CheckRank(input, 4));
  return op.keep_dims ? Shape{input[0], 1, 1, Channels(input)} : Shape{input[0], Channels(input)};
}

Result<Shape> Infer(const Arithmetic&, const Shape& a, const Shape& b) {
  Shape output(std::max(a.size(), b.size()));
  for (std::size_t i = 0; i < output.size(); ++i) {  // from the last axis
    const std::int32_t left = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int32_t right = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (left != right && left != 1 && right != 1) {
      return Corrupt("its inputs are " + ShapeText(a) + " and " + ShapeText(b) +
                     ", which do not broadcast");
    }
    output[output.size() - 1 - i] = left == 1 ? right : left;
  }
  return output;
}

Result<Shape> Infer(const ConstantValue& op) {
  if (std::ranges::any_of(op.shape, [](int n) { return n < 1; })) {
    return Corrupt("a constant of shape " + ShapeText(op.shape));
  }
  ECHOLENS_CHECK(CheckWeights("the constant", op.data, ElementCount(op.shape)));
  return op.shape;
}

Result<Shape> Infer(const Concatenate& op, const std::vector<Shape>& inputs) {
  const int rank = static_cast<int>(inputs[0].size());
  const int axis = op.axis < 0 ? op.axis + rank : op.axis;
  if (axis < 0 || axis >= rank) return Corrupt("axis " + std::to_string(op.axis) + " is not there");
  Shape output = inputs[0];
  const auto along = static_cast<std::size_t>(axis);
  std::int64_t total = output[along];
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    Shape other = inputs[i];
    if (other.size() == output.size()) {
      total += other[along];
      other[along] = output[along];
    }
    if (other != output) {
      return Corrupt("its inputs are " + ShapeText(inputs[0]) + " and " + ShapeText(inputs[i]) +
                     ", which do not join along axis " + std::to_string(axis));
    }
  }
  output[along] = static_cast<std::int32_t>(std::min(total, kMaxElements));
  return output;
}

Result<Shape> Infer(const ReshapeLayer& op, const Shape& input) {
  if (ElementCount(op.shape) != ElementCount(input) ||
      std::ranges::any_of(op.shape, [](int n) { return n < 1; })) {
    return Corrupt("its input " + ShapeText(input) + " has another number of elements than " +
                   ShapeText(op.shape));
  }
  return op.shape;
}

Result<Shape> Infer(const Transpose& op, const Shape& input) {
  std::vector<int> sorted = op.permutation;
  std::ranges::sort(sorted);
  bool valid = sorted.size() == input.size();
  for (std::size_t i = 0; valid && i < sorted.size(); ++i) valid = sorted[i] == static_cast<int>(i);
  if (!valid) return Corrupt("no permutation of the axes of " + ShapeText(input));
  Shape output;
  for (const int axis : op.permutation) output.push_back(input[static_cast<std::size_t>(axis)]);
  return output;
}

Result<Shape> Infer(const PadLayer& op, const Shape& input) {
  if (op.before.size() != input.size() || op.after.size() != input.size()) {
    return Corrupt("padding for another number of axes than those of " + ShapeText(input));
  }
  Shape output = input;
  for (std::size_t i = 0; i < output.size(); ++i) {
    constexpr int kMost = 1 << 15;
    if (op.before[i] < 0 || op.after[i] < 0 || op.before[i] > kMost || op.after[i] > kMost) {
      return Unsupported("padding of " + std::to_string(op.before[i]) + " and " +
                         std::to_string(op.after[i]));
    }
    output[i] += op.before[i] + op.after[i];
  }
  return output;
}

Result<Shape> Infer(const SliceLayer& op, const Shape& input) {
  if (op.begin.size() != input.size() || op.size.size() != input.size()) {
    return Corrupt("a part along another number of axes than those of " + ShapeText(input));
  }
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (op.begin[i] >= 0 && op.size[i] >= 1 && op.size[i] <= input[i] - op.begin[i]) continue;
    return Corrupt("nothing is left of axis " + std::to_string(i) + " of " + ShapeText(input) +
                   ", or the part leads outside");
  }
  return Shape(op.size);
}

Result<Shape> Infer(const ResizeLayer& op, const Shape& input) {
  ECHOLENS_CHECK(CheckRank(input, 4));
  if (op.height < 1 || op.width < 1) return Corrupt("it resizes to an empty picture");
  if (op.kind == ResizeKind::kNearest && (op.height % input[1] != 0 || op.width % input[2] != 0)) {
    return Unsupported("nearest-neighbour resizing of " + ShapeText(input) + " to " +
                       std::to_string(op.height) + " × " + std::to_string(op.width) +
                       ": only whole factors are supported");
  }
  return Shape{input[0], op.height, op.width, Channels(input)};
}

Result<Shape> Infer(const FakeQuantize& op, const Shape& input) {
  if (!std::isfinite(op.scale) || !(op.scale > 0) || op.zero_point < -128 || op.zero_point > 127) {
    return Corrupt("scale " + NumberText(op.scale) + " and zero point " +
                   std::to_string(op.zero_point) + " are no int8 quantisation");
  }
  return input;
}

std::size_t InputCount(const SourceOp& op) {
  if (std::holds_alternative<ConstantValue>(op)) return 0;
  return std::holds_alternative<Arithmetic>(op) ? 2 : 1;
}

}  // namespace

std::string LayerName(const std::string& place) {
  const std::size_t begin = place.find('\''), end = place.rfind('\'');
  return begin == end ? place : place.substr(begin + 1, end - begin - 1);
}

BorderSize BorderOf(const Border& border, std::size_t axis, int input, int window, int stride) {
  BorderSize size;
  if (border.kind == Border::Kind::kSame) {
    size.output = (input + stride - 1) / stride;
    const int total = std::max((size.output - 1) * stride + window - input, 0);
    size.before = total / 2;
    size.after = total - size.before;
    return size;
  }
  if (border.kind == Border::Kind::kExplicit) {
    size.before = border.before[axis];
    size.after = border.after[axis];
  }
  const int room = input + size.before + size.after - window;
  size.output = room < 0 ? 0 : room / stride + 1;
  return size;
}

Result<Shape> InferSourceShape(const SourceOp& op, const std::vector<Shape>& inputs) {
  const bool concatenate = std::holds_alternative<Concatenate>(op);
  if (concatenate ? inputs.empty() : inputs.size() != InputCount(op)) {
    return Corrupt("it has " + std::to_string(inputs.size()) + " inputs, expected " +
                   (concatenate ? "at least 1" : std::to_string(InputCount(op))));
  }
  if (std::ranges::any_of(inputs, [](const Shape& shape) { return shape.empty(); }) &&
      !std::holds_alternative<Arithmetic>(op) && !std::holds_alternative<ReshapeLayer>(op)) {
    return Unsupported("its input is a single number, expected a tensor");
  }
  ECHOLENS_ASSIGN(
      Shape shape,
      std::visit(Overloaded{[&](const ConstantValue& o) { return Infer(o); },
                            [&](const Arithmetic& o) { return Infer(o, inputs[0], inputs[1]); },
                            [&](const Concatenate& o) { return Infer(o, inputs); },
                            [&](const auto& o) { return Infer(o, inputs[0]); }},
                 op));
  if (ElementCount(shape) > kMaxElements) {
    return Unsupported("its output " + ShapeText(shape) + " is too large");
  }
  return shape;
}

Result<ValueId> AddInput(SourceNetwork& network, const std::string& name, const Shape& shape) {
  if (shape.empty() || shape[0] != 1 || std::ranges::any_of(shape, [](int n) { return n < 1; }) ||
      shape.size() > kMaxRank || ElementCount(shape) > kMaxElements) {
    return Unsupported("input " + Quoted(name) + " is " + ShapeText(shape) +
                       ", expected known sizes and a batch of 1");
  }
  network.values.push_back({name, shape});
  network.inputs.push_back(static_cast<ValueId>(network.values.size()) - 1);
  return network.inputs.back();
}

Result<ValueId> AddNode(SourceNetwork& network, const std::string& place, SourceOp op,
                        const std::vector<ValueId>& inputs, const std::string& name) {
  std::vector<Shape> shapes;
  for (const ValueId id : inputs) {
    if (id < 0 || static_cast<std::size_t>(id) >= network.values.size()) {
      return Error{ErrorCode::kSourceCorrupt, place + ": it reads a value that is not there"};
    }
    shapes.push_back(network.values[static_cast<std::size_t>(id)].shape);
  }
  Result<Shape> shape = InferSourceShape(op, shapes);
  if (!shape.ok()) return Error{shape.error().code, place + ": " + shape.error().detail};
  const auto output = static_cast<ValueId>(network.values.size());
  network.values.push_back({name.empty() ? LayerName(place) : name, *std::move(shape)});
  network.nodes.push_back({place, std::move(op), inputs, output});
  return output;
}

}  // namespace echolens::convert
