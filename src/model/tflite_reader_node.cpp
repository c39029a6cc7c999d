#include "model/tflite_reader_node.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "model/flatbuffer_bytes.h"
#include "model/tflite_reader_attributes.h"

namespace echolens {
namespace {

namespace fb = tflite_format;
using Code = fb::BuiltinOperator;

std::string CodeName(Code code, const fb::OperatorCode& entry) {
  if (code == Code::CUSTOM) return "CUSTOM " + Quoted(Text(entry.custom_code()));
  const std::string name = fb::EnumNameBuiltinOperator(code);
  return name.empty() ? "operator code " + std::to_string(static_cast<int>(code)) : name;
}

Result<Padding> ReadPadding(const FileNode& node, fb::Padding padding) {
  switch (padding) {
    case fb::Padding::SAME: return Padding::kSame;
    case fb::Padding::VALID: return Padding::kValid;
  }
  return Corrupt(node, "padding " + std::to_string(static_cast<int>(padding)) +
                           ", expected 0 (SAME) or 1 (VALID)");
}

Result<Activation> ReadActivation(const FileNode& node, fb::ActivationFunctionType activation) {
  switch (activation) {
    case fb::ActivationFunctionType::NONE: return Activation::kNone;
    case fb::ActivationFunctionType::RELU: return Activation::kRelu;
    case fb::ActivationFunctionType::RELU6: return Activation::kRelu6;
    case fb::ActivationFunctionType::RELU_N1_TO_1: return Activation::kReluN1To1;
    case fb::ActivationFunctionType::TANH:
    case fb::ActivationFunctionType::SIGN_BIT:
      return Unsupported(node, std::string("fused activation ") +
                                   fb::EnumNameActivationFunctionType(activation) +
                                   ", expected NONE, RELU, RELU6 or RELU_N1_TO_1");
  }
  return Corrupt(node, "fused activation " + std::to_string(static_cast<int>(activation)) +
                           ", expected 0 to 5");
}

// Biases and sums are int32 in the engine. FLOAT32, the default, stands for "not said".
Status CheckBiasType(const FileNode& node, fb::TensorType type) {
  if (type == fb::TensorType::FLOAT32 || type == fb::TensorType::INT32) return Ok();
  return Unsupported(node, "sums of type " + FileTypeName(type) + ", expected INT32");
}

Result<Operator> ReadConv2d(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto* options, Options<fb::Conv2DOptions>(node));
  ECHOLENS_CHECK(CheckBiasType(node, options->quantized_bias_type()));
  Conv2d conv;
  ECHOLENS_ASSIGN(conv.padding, ReadPadding(node, options->padding()));
  ECHOLENS_ASSIGN(conv.activation, ReadActivation(node, options->fused_activation_function()));
  conv.stride = {options->stride_h(), options->stride_w()};
  conv.dilation = {options->dilation_h_factor(), options->dilation_w_factor()};
  return Operator(conv);
}

Result<Operator> ReadDepthwiseConv2d(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto* options, Options<fb::DepthwiseConv2DOptions>(node));
  DepthwiseConv2d conv;
  ECHOLENS_ASSIGN(conv.padding, ReadPadding(node, options->padding()));
  ECHOLENS_ASSIGN(conv.activation, ReadActivation(node, options->fused_activation_function()));
  conv.stride = {options->stride_h(), options->stride_w()};
  conv.dilation = {options->dilation_h_factor(), options->dilation_w_factor()};
  // The option is redundant and in some files wrong: the shapes decide. Where they do not fit,
  // CheckGraph says so.
  conv.multiplier = options->depth_multiplier();
  const fb::Tensor* input = InputTensor(node, 0);
  const fb::Tensor* filter = InputTensor(node, 1);
  if (input != nullptr && filter != nullptr && Size(input->shape()) == 4 &&
      Size(filter->shape()) == 4) {
    const std::int32_t in = input->shape()->Get(3), out = filter->shape()->Get(3);
    if (in > 0 && out > 0 && out % in == 0) conv.multiplier = out / in;
  }
  return Operator(conv);
}

Result<Operator> ReadFullyConnected(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto* options, Options<fb::FullyConnectedOptions>(node));
  ECHOLENS_CHECK(CheckBiasType(node, options->quantized_bias_type()));
  if (options->weights_format() != fb::FullyConnectedOptionsWeightsFormat::DEFAULT) {
    return Unsupported(node, "its weights are shuffled, expected the default format");
  }
  FullyConnected dense;
  dense.keep_dims = options->keep_num_dims();
  ECHOLENS_ASSIGN(dense.activation, ReadActivation(node, options->fused_activation_function()));
  return Operator(dense);
}

template <PoolKind kKind>
Result<Operator> ReadPool2d(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto* options, Options<fb::Pool2DOptions>(node));
  Pool2d pool;
  pool.kind = kKind;
  ECHOLENS_ASSIGN(pool.padding, ReadPadding(node, options->padding()));
  ECHOLENS_ASSIGN(pool.activation, ReadActivation(node, options->fused_activation_function()));
  pool.size = {options->filter_height(), options->filter_width()};
  pool.stride = {options->stride_h(), options->stride_w()};
  return Operator(pool);
}

Result<Operator> ReadMean(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto* options, Options<fb::ReducerOptions>(node));
  ECHOLENS_ASSIGN(std::vector<std::int32_t> axes, Integers(node, 1, "axes"));
  const fb::Tensor* input = InputTensor(node, 0);
  const auto rank = static_cast<std::int32_t>(input == nullptr ? 0 : Size(input->shape()));
  std::vector<std::int32_t> sorted = axes;
  for (std::int32_t& axis : sorted) axis += axis < 0 ? rank : 0;
  std::ranges::sort(sorted);
  if (rank != 4 || sorted != std::vector<std::int32_t>{1, 2}) {
    return Unsupported(node, "mean over axes " + ShapeText(axes) + " of " + std::to_string(rank) +
                                 ", expected height and width, [1, 2] of 4");
  }
  return Operator(Mean{options->keep_dims()});
}

template <class T, BinaryKind kKind>
Result<Operator> ReadBinary(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto* options, Options<T>(node));
  ECHOLENS_ASSIGN(const Activation activation,
                  ReadActivation(node, options->fused_activation_function()));
  return Operator(Binary{kKind, activation});
}

Result<Operator> ReadPad(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto paddings, Integers(node, 1, "paddings"));
  if (paddings.size() % 2 != 0) return Invalid(node, "its paddings are not pairs");
  Pad pad;
  for (std::size_t i = 0; i < paddings.size(); i += 2) {
    pad.before.push_back(paddings[i]);
    pad.after.push_back(paddings[i + 1]);
  }
  if (Size(node.op->inputs()) > 2) {  // PADV2
    ECHOLENS_ASSIGN(pad.value, PadValue(node, 2));
  }
  return Operator(pad);
}

Result<Operator> ReadConcatenation(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto* options, Options<fb::ConcatenationOptions>(node));
  ECHOLENS_ASSIGN(const Activation activation,
                  ReadActivation(node, options->fused_activation_function()));
  return Operator(Concatenation{options->axis(), activation});
}

// The shape stands in the second input; in old files, in the options alone.
Result<Operator> ReadReshape(const FileNode& node) {
  if (Size(node.op->inputs()) > 1) {
    ECHOLENS_ASSIGN(const auto shape, Integers(node, 1, "shape"));
    return Operator(Reshape{shape});
  }
  ECHOLENS_ASSIGN(const auto* options, Options<fb::ReshapeOptions>(node));
  if (Size(options->new_shape()) > kMaxRank) {
    return Unsupported(node, "a target shape of " + std::to_string(Size(options->new_shape())) +
                                 " axes, expected up to " + std::to_string(kMaxRank));
  }
  return Operator(Reshape{Copy(options->new_shape())});
}

// Resolved as LiteRT does it: counted from the end where negative, then cut off at the axis's ends.
Result<Operator> ReadStridedSlice(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto* options, Options<fb::StridedSliceOptions>(node));
  if (options->ellipsis_mask() != 0 || options->new_axis_mask() != 0 ||
      options->shrink_axis_mask() != 0 || options->offset()) {
    return Unsupported(node, "it adds or drops axes, expected masks of begin and end only");
  }
  ECHOLENS_ASSIGN(const auto begin, Integers(node, 1, "begin"));
  ECHOLENS_ASSIGN(const auto end, Integers(node, 2, "end"));
  ECHOLENS_ASSIGN(const auto strides, Integers(node, 3, "strides"));
  const fb::Tensor* input = InputTensor(node, 0);
  const std::size_t rank = input == nullptr ? 0 : Size(input->shape());
  if (begin.size() > rank || end.size() != begin.size() || strides.size() != begin.size()) {
    return Invalid(node, "begin " + ShapeText(begin) + ", end " + ShapeText(end) + " and strides " +
                             ShapeText(strides) + ", expected up to " + std::to_string(rank) +
                             " of each");
  }
  if (std::ranges::any_of(strides, [](std::int32_t stride) { return stride != 1; })) {
    return Unsupported(node, "strides " + ShapeText(strides) + ", expected 1");
  }
  Slice slice;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t length = input->shape()->Get(static_cast<flatbuffers::uoffset_t>(i));
    const auto place = [&](const std::vector<std::int32_t>& values, std::int32_t mask,
                           std::int64_t otherwise) {
      if (i >= values.size() || (mask >> i & 1) != 0) return otherwise;
      const std::int64_t from_front = values[i] + (values[i] < 0 ? length : 0);
      return std::clamp<std::int64_t>(from_front, 0, std::max<std::int64_t>(length, 0));
    };
    const std::int64_t first = place(begin, options->begin_mask(), 0);
    slice.begin.push_back(static_cast<std::int32_t>(first));
    slice.size.push_back(
        static_cast<std::int32_t>(place(end, options->end_mask(), length) - first));
  }
  return Operator(slice);
}

Result<Operator> ReadTranspose(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto axes, Integers(node, 1, "axes"));
  return Operator(Permute{axes});
}

Result<Operator> ReadResizeBilinear(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto* options, Options<fb::ResizeBilinearOptions>(node));
  ECHOLENS_ASSIGN(const auto size, Integers(node, 1, "size"));
  if (size.size() != 2) {
    return Invalid(node, "its target size is " + ShapeText(size) + ", expected [height, width]");
  }
  return Operator(
      ResizeBilinear{size[0], size[1], options->align_corners(), options->half_pixel_centers()});
}

Result<Operator> ReadSoftmax(const FileNode& node) {
  ECHOLENS_ASSIGN(const auto* options, Options<fb::SoftmaxOptions>(node));
  return Operator(Softmax{options->beta()});
}

template <UnaryKind kKind>
Result<Operator> ReadUnary(const FileNode&) {
  return Operator(Unary{kKind});
}

template <class T>
Result<Operator> ReadPlain(const FileNode&) {
  return Operator(T{});
}

// Every operator the engine has.
struct KnownOperator {
  Code code;
  std::size_t data_inputs;       // at most so many
  std::size_t attribute_inputs;  // constants behind them: paddings, axes, a target shape or size
  Result<Operator> (*read)(const FileNode&);
};
constexpr std::size_t kAnyNumber = std::numeric_limits<std::int32_t>::max();
constexpr KnownOperator kKnownOperators[] = {
    {Code::ADD, 2, 0, ReadBinary<fb::AddOptions, BinaryKind::kAdd>},
    {Code::AVERAGE_POOL_2D, 1, 0, ReadPool2d<PoolKind::kAverage>},
    {Code::CONCATENATION, kAnyNumber, 0, ReadConcatenation},
    {Code::CONV_2D, 3, 0, ReadConv2d},
    {Code::DEPTHWISE_CONV_2D, 3, 0, ReadDepthwiseConv2d},
    {Code::DEQUANTIZE, 1, 0, ReadPlain<Dequantize>},
    {Code::FULLY_CONNECTED, 3, 0, ReadFullyConnected},
    {Code::HARD_SWISH, 1, 0, ReadUnary<UnaryKind::kHardSwish>},
    {Code::LOGISTIC, 1, 0, ReadUnary<UnaryKind::kLogistic>},
    {Code::MAX_POOL_2D, 1, 0, ReadPool2d<PoolKind::kMax>},
    {Code::MEAN, 1, 1, ReadMean},
    {Code::MUL, 2, 0, ReadBinary<fb::MulOptions, BinaryKind::kMul>},
    {Code::PAD, 1, 1, ReadPad},
    {Code::PADV2, 1, 2, ReadPad},
    {Code::QUANTIZE, 1, 0, ReadPlain<Quantize>},
    {Code::RELU, 1, 0, ReadUnary<UnaryKind::kRelu>},
    {Code::RELU6, 1, 0, ReadUnary<UnaryKind::kRelu6>},
    {Code::RESHAPE, 1, 1, ReadReshape},
    {Code::RESIZE_BILINEAR, 1, 1, ReadResizeBilinear},
    {Code::SOFTMAX, 1, 0, ReadSoftmax},
    {Code::STRIDED_SLICE, 1, 3, ReadStridedSlice},
    {Code::SUB, 2, 0, ReadBinary<fb::SubOptions, BinaryKind::kSub>},
    {Code::TANH, 1, 0, ReadUnary<UnaryKind::kTanh>},
    {Code::TRANSPOSE, 1, 1, ReadTranspose},
};

}  // namespace

Result<FileNode> FindNode(const fb::Model& model, const fb::SubGraph& subgraph, std::size_t index) {
  const fb::Operator* op = subgraph.operators()->Get(static_cast<flatbuffers::uoffset_t>(index));
  FileNode node{&model, &subgraph, op, "node " + std::to_string(index), 0, nullptr};

  if (op->opcode_index() >= Size(model.operator_codes())) {
    return Corrupt(node, "operator code index " + std::to_string(op->opcode_index()) +
                             ", expected under " + std::to_string(Size(model.operator_codes())));
  }
  const fb::OperatorCode& entry = *model.operator_codes()->Get(op->opcode_index());
  const Code code =
      std::max(static_cast<Code>(entry.deprecated_builtin_code()), entry.builtin_code());
  node.name += " (" + CodeName(code, entry) + ")";

  const auto tensors = static_cast<std::int64_t>(Size(subgraph.tensors()));
  for (const auto* list : {op->inputs(), op->outputs()}) {
    for (std::size_t i = 0; i < Size(list); ++i) {
      const std::int32_t tensor = list->Get(static_cast<flatbuffers::uoffset_t>(i));
      if (tensor >= -1 && tensor < tensors) continue;
      return Corrupt(node, "tensor index " + std::to_string(tensor) + ", expected under " +
                               std::to_string(tensors));
    }
  }
  if (Size(op->outputs()) > 0 && op->outputs()->Get(0) >= 0) {
    const auto output = static_cast<flatbuffers::uoffset_t>(op->outputs()->Get(0));
    node.name += " " + Quoted(Text(subgraph.tensors()->Get(output)->name()));
  }

  const auto* known = std::ranges::find(kKnownOperators, code, &KnownOperator::code);
  if (known == std::end(kKnownOperators)) {
    return Unsupported(node, "the engine does not have this operator");
  }
  node.read = known->read;
  node.data_inputs = std::min(known->data_inputs, Size(op->inputs()));
  const std::size_t most = known->data_inputs + known->attribute_inputs;
  if (Size(op->inputs()) > most) {
    return Unsupported(node, std::to_string(Size(op->inputs())) + " inputs, expected up to " +
                                 std::to_string(most));
  }
  return node;
}

Result<std::span<const std::uint8_t>> TensorBytes(const fb::Model& model, const fb::Tensor& tensor,
                                                  const std::string& name) {
  using Bytes = std::span<const std::uint8_t>;
  if (tensor.external_buffer() != 0) {
    return Error{ErrorCode::kModelUnsupported,
                 name + ": its data stand in another file, expected them inside the model"};
  }
  if (tensor.buffer() == 0) return Bytes{};
  if (tensor.buffer() >= Size(model.buffers())) {
    return Error{ErrorCode::kModelCorrupt,
                 name + ": buffer index " + std::to_string(tensor.buffer()) + ", expected under " +
                     std::to_string(Size(model.buffers()))};
  }
  const fb::Buffer& buffer = *model.buffers()->Get(tensor.buffer());
  if (buffer.offset() > 1) {
    return Error{ErrorCode::kModelUnsupported,
                 name +
                     ": its data stand behind the FlatBuffer (a file made for more than 2 GB), "
                     "expected them inside it"};
  }
  if (Size(buffer.data()) == 0) return Bytes{};
  return Bytes{buffer.data()->Data(), buffer.data()->size()};
}

std::string FileTypeName(fb::TensorType type) {
  const std::string name = fb::EnumNameTensorType(type);
  return name.empty() ? "type " + std::to_string(static_cast<int>(type)) : name;
}

}  // namespace echolens
