#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "model/content_hash.h"
#include "model/flatbuffer_bytes.h"
#include "model/tflite.h"

namespace echolens {
namespace {

namespace fb = tflite_format;
using Code = fb::BuiltinOperator;
using flatbuffers::Offset;

// What the file says of one operator beyond its tensors.
struct FileOperator {
  Code code;
  int version;  // the first version of the operator that has what this node asks for (LiteRT's
                // op_version.cc)
  fb::BuiltinOptions options_type;
  Offset<void> options;
  std::vector<std::int32_t>
      attributes;  // inputs behind the data: tensors added for paddings, axes, shapes
};

FileOperator Plain(Code code, int version) {
  return {code, version, fb::BuiltinOptions::NONE, 0, {}};
}

fb::Padding FilePadding(Padding padding) {
  return padding == Padding::kSame ? fb::Padding::SAME : fb::Padding::VALID;
}

fb::ActivationFunctionType FileActivation(Activation activation) {
  switch (activation) {
    case Activation::kNone: return fb::ActivationFunctionType::NONE;
    case Activation::kRelu: return fb::ActivationFunctionType::RELU;
    case Activation::kRelu6: return fb::ActivationFunctionType::RELU6;
    case Activation::kReluN1To1: return fb::ActivationFunctionType::RELU_N1_TO_1;
  }
  return fb::ActivationFunctionType::NONE;
}

fb::TensorType FileType(DataType type) {
  switch (type) {
    case DataType::kFloat32: return fb::TensorType::FLOAT32;
    case DataType::kInt8: return fb::TensorType::INT8;
    case DataType::kInt32: return fb::TensorType::INT32;
  }
  return fb::TensorType::FLOAT32;
}

class ModelWriter {
 public:
  explicit ModelWriter(const ModelFile& model) : model_(model), graph_(model.graph) {
    AddBuffer({});  // the first one is empty: for tensors without data
  }

  std::vector<std::uint8_t> Write() {
    for (const TensorInfo& tensor : graph_.tensors) AddTensor(tensor);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) AddNode(i);
    const auto name = builder_.CreateString(graph_.name);
    const auto tensors = builder_.CreateVector(tensors_);
    const auto inputs = builder_.CreateVector(graph_.inputs);
    const auto outputs = builder_.CreateVector(graph_.outputs);
    const auto operators = builder_.CreateVector(operators_);
    const std::vector subgraphs{
        fb::CreateSubGraph(builder_, tensors, inputs, outputs, operators, name)};
    std::vector<Offset<fb::Metadata>> metadata;
    std::string description = "echolens";
    if (model_.metadata) {
      const std::uint32_t buffer = AddBuffer(PackMetadata(*model_.metadata));
      metadata.push_back(
          fb::CreateMetadataDirect(builder_, std::string(kMetadataName).c_str(), buffer));
      description = model_.metadata->name + " " + model_.metadata->version + " (echolens)";
    }
    constexpr std::uint32_t kVersion = 3;
    builder_.Finish(
        fb::CreateModelDirect(builder_, kVersion, &codes_, &subgraphs, description.c_str(),
                              &buffers_, metadata.empty() ? nullptr : &metadata),
        fb::ModelIdentifier());
    std::vector<std::uint8_t> file(builder_.GetBufferPointer(),
                                   builder_.GetBufferPointer() + builder_.GetSize());
    if (model_.metadata) Seal(file);
    return file;
  }

 private:
  std::uint32_t AddBuffer(std::span<const std::uint8_t> data) {
    Offset<flatbuffers::Vector<std::uint8_t>> bytes = 0;
    if (!data.empty()) {
      builder_.ForceVectorAlignment(data.size(), 1, 16);
      bytes = builder_.CreateVector(data.data(), data.size());
    }
    buffers_.push_back(fb::CreateBuffer(builder_, bytes));
    return static_cast<std::uint32_t>(buffers_.size() - 1);
  }

  std::int32_t AddTensor(const TensorInfo& tensor) {
    const std::uint32_t buffer = tensor.constant() ? AddBuffer(tensor.data) : 0;
    Offset<fb::QuantizationParameters> quantization = 0;
    if (const Quantization& q = tensor.quantization; !q.empty()) {
      const std::vector<std::int64_t> zero_points(q.zero_points.begin(), q.zero_points.end());
      quantization = fb::CreateQuantizationParametersDirect(
          builder_, &q.scales, &zero_points, fb::QuantizationDetails::NONE, 0, q.axis);
    }
    const auto name = builder_.CreateString(tensor.name);
    const auto shape = builder_.CreateVector(tensor.shape);
    tensors_.push_back(fb::CreateTensor(builder_, shape, FileType(tensor.type), buffer, name,
                                        quantization, false, 0, /*has_rank=*/true));
    return static_cast<std::int32_t>(tensors_.size() - 1);
  }

  // An attribute that .tflite keeps in a constant tensor.
  std::int32_t AddAttribute(std::size_t node, const std::string& what, const Shape& shape,
                            const std::vector<std::int32_t>& values) {
    TensorInfo tensor;
    tensor.name = Output(node).name + "/" + what;
    tensor.type = DataType::kInt32;
    tensor.shape = shape;
    tensor.data.resize(values.size() * sizeof(std::int32_t));
    if (!values.empty()) std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
    return AddTensor(tensor);
  }

  void AddNode(std::size_t index) {
    const Node& node = graph_.nodes[index];
    const FileOperator op = std::visit([&](const auto& o) { return Describe(o, index); }, node.op);
    std::vector<std::int32_t> inputs = node.inputs;
    while (!inputs.empty() && inputs.back() == kNoTensor) inputs.pop_back();
    inputs.insert(inputs.end(), op.attributes.begin(), op.attributes.end());
    operators_.push_back(fb::CreateOperatorDirect(builder_, CodeIndex(op), &inputs, &node.outputs,
                                                  op.options_type, op.options));
  }

  std::uint32_t CodeIndex(const FileOperator& op) {
    const std::pair entry{op.code, op.version};
    const auto found = std::ranges::find(code_entries_, entry);
    const auto index = static_cast<std::uint32_t>(found - code_entries_.begin());
    if (found != code_entries_.end()) return index;
    code_entries_.push_back(entry);
    // The older field is a byte, and 127 in it means: see the newer one.
    constexpr int kMostInByte = std::numeric_limits<std::int8_t>::max();
    const auto byte = static_cast<std::int8_t>(std::min(static_cast<int>(op.code), kMostInByte));
    codes_.push_back(fb::CreateOperatorCode(builder_, byte, 0, op.version, op.code));
    return index;
  }

  const TensorInfo& Input(std::size_t node, std::size_t i) const {
    return graph_.tensors[static_cast<std::size_t>(graph_.nodes[node].inputs[i])];
  }
  const TensorInfo& Output(std::size_t node) const {
    return graph_.tensors[static_cast<std::size_t>(graph_.nodes[node].outputs[0])];
  }

  // Most operators: 1 in float32, 2 in int8.
  int Version(std::size_t node) const { return Input(node, 0).type == DataType::kInt8 ? 2 : 1; }

  FileOperator Describe(const Conv2d& conv, std::size_t node) {
    const bool grouped = Input(node, 0).shape[3] != Input(node, 1).shape[3];
    const auto options = fb::CreateConv2DOptions(
        builder_, FilePadding(conv.padding), conv.stride[1], conv.stride[0],
        FileActivation(conv.activation), conv.dilation[1], conv.dilation[0]);
    return {Code::CONV_2D,
            grouped              ? 6
            : Version(node) == 2 ? 3
                                 : 1,
            fb::BuiltinOptions::Conv2DOptions,
            options.Union(),
            {}};
  }

  FileOperator Describe(const DepthwiseConv2d& conv, std::size_t node) {
    const bool dilated = conv.dilation != std::array{1, 1};
    const auto options = fb::CreateDepthwiseConv2DOptions(
        builder_, FilePadding(conv.padding), conv.stride[1], conv.stride[0], conv.multiplier,
        FileActivation(conv.activation), conv.dilation[1], conv.dilation[0]);
    return {Code::DEPTHWISE_CONV_2D,
            Version(node) == 2 ? 3
            : dilated          ? 2
                               : 1,
            fb::BuiltinOptions::DepthwiseConv2DOptions,
            options.Union(),
            {}};
  }

  FileOperator Describe(const FullyConnected& dense, std::size_t node) {
    const std::vector<TensorId>& inputs = graph_.nodes[node].inputs;
    const bool no_bias = inputs.size() < 3 || inputs[2] == kNoTensor;
    const auto options = fb::CreateFullyConnectedOptions(
        builder_, FileActivation(dense.activation), fb::FullyConnectedOptionsWeightsFormat::DEFAULT,
        dense.keep_dims);
    const int version = no_bias ? 6 : dense.keep_dims ? 5 : Version(node) == 2 ? 4 : 1;
    return {Code::FULLY_CONNECTED,
            version,
            fb::BuiltinOptions::FullyConnectedOptions,
            options.Union(),
            {}};
  }

  FileOperator Describe(const Pool2d& pool, std::size_t node) {
    const auto options =
        fb::CreatePool2DOptions(builder_, FilePadding(pool.padding), pool.stride[1], pool.stride[0],
                                pool.size[1], pool.size[0], FileActivation(pool.activation));
    return {pool.kind == PoolKind::kMax ? Code::MAX_POOL_2D : Code::AVERAGE_POOL_2D,
            Version(node),
            fb::BuiltinOptions::Pool2DOptions,
            options.Union(),
            {}};
  }

  FileOperator Describe(const Mean& mean, std::size_t node) {
    return {Code::MEAN,
            Version(node),
            fb::BuiltinOptions::ReducerOptions,
            fb::CreateReducerOptions(builder_, mean.keep_dims).Union(),
            {AddAttribute(node, "axes", {2}, {1, 2})}};
  }

  FileOperator Describe(const Binary& binary, std::size_t node) {
    const auto activation = FileActivation(binary.activation);
    if (binary.kind == BinaryKind::kAdd) {
      return {Code::ADD,
              Version(node),
              fb::BuiltinOptions::AddOptions,
              fb::CreateAddOptions(builder_, activation).Union(),
              {}};
    }
    if (binary.kind == BinaryKind::kSub) {
      const bool broadcast = Input(node, 0).shape != Input(node, 1).shape;
      return {Code::SUB,
              broadcast && Output(node).shape.size() > 4 ? 3 : Version(node),
              fb::BuiltinOptions::SubOptions,
              fb::CreateSubOptions(builder_, activation).Union(),
              {}};
    }
    const auto scale = [](const TensorInfo& tensor) { return tensor.quantization.scales[0]; };
    const bool grows =
        Version(node) == 2 && scale(Input(node, 0)) * scale(Input(node, 1)) >= scale(Output(node));
    return {Code::MUL,
            grows ? 3 : Version(node),
            fb::BuiltinOptions::MulOptions,
            fb::CreateMulOptions(builder_, activation).Union(),
            {}};
  }

  FileOperator Describe(const Pad& pad, std::size_t node) {
    std::vector<std::int32_t> pairs;
    for (std::size_t i = 0; i < pad.before.size(); ++i) {
      pairs.push_back(pad.before[i]);
      pairs.push_back(pad.after[i]);
    }
    const auto rank = static_cast<std::int32_t>(pad.before.size());
    const int version = rank > 4 ? 4 : Version(node);
    const std::int32_t paddings = AddAttribute(node, "paddings", {rank, 2}, pairs);
    if (pad.value == 0) {
      return {Code::PAD,
              version,
              fb::BuiltinOptions::PadOptions,
              fb::CreatePadOptions(builder_).Union(),
              {paddings}};
    }
    return {Code::PADV2,
            version,
            fb::BuiltinOptions::PadV2Options,
            fb::CreatePadV2Options(builder_).Union(),
            {paddings, AddPadValue(pad.value, node)}};
  }

  // Stored like what it stands beside.
  std::int32_t AddPadValue(float value, std::size_t node) {
    TensorInfo tensor = Output(node);
    tensor.name += "/value";
    tensor.shape = {};
    tensor.data.resize(ElementSize(tensor.type));
    if (tensor.type == DataType::kFloat32) {
      std::memcpy(tensor.data.data(), &value, sizeof value);
    } else {
      const float stored = value / tensor.quantization.scales[0] +
                           static_cast<float>(tensor.quantization.zero_points[0]);
      tensor.data[0] = static_cast<std::uint8_t>(
          static_cast<std::int8_t>(std::nearbyint(std::clamp(stored, -128.0F, 127.0F))));
    }
    return AddTensor(tensor);
  }

  FileOperator Describe(const Concatenation& concatenation, std::size_t node) {
    const auto options = fb::CreateConcatenationOptions(builder_, concatenation.axis,
                                                        FileActivation(concatenation.activation));
    return {Code::CONCATENATION,
            Version(node),
            fb::BuiltinOptions::ConcatenationOptions,
            options.Union(),
            {}};
  }

  FileOperator Describe(const Reshape& reshape, std::size_t node) {
    const auto rank = static_cast<std::int32_t>(reshape.shape.size());
    return {Code::RESHAPE, 1, fb::BuiltinOptions::ReshapeOptions,
            fb::CreateReshapeOptionsDirect(builder_, &reshape.shape).Union(),
            rank == 0 ? std::vector<std::int32_t>{}
                      : std::vector{AddAttribute(node, "shape", {rank}, reshape.shape)}};
  }

  FileOperator Describe(const Slice& slice, std::size_t node) {
    const auto rank = static_cast<std::int32_t>(slice.begin.size());
    Shape end = slice.begin;
    for (std::size_t i = 0; i < end.size(); ++i) end[i] += slice.size[i];
    return {
        Code::STRIDED_SLICE,
        rank > 4 ? 4 : Version(node),
        fb::BuiltinOptions::StridedSliceOptions,
        fb::CreateStridedSliceOptions(builder_).Union(),
        {AddAttribute(node, "begin", {rank}, slice.begin), AddAttribute(node, "end", {rank}, end),
         AddAttribute(node, "strides", {rank}, Shape(slice.begin.size(), 1))}};
  }

  FileOperator Describe(const Permute& permute, std::size_t node) {
    const auto rank = static_cast<std::int32_t>(permute.axes.size());
    return {Code::TRANSPOSE,
            rank > 5   ? 6
            : rank > 4 ? 4
                       : Version(node),
            fb::BuiltinOptions::TransposeOptions,
            fb::CreateTransposeOptions(builder_).Union(),
            {AddAttribute(node, "axes", {rank}, permute.axes)}};
  }

  FileOperator Describe(const ResizeBilinear& resize, std::size_t node) {
    const auto options =
        fb::CreateResizeBilinearOptions(builder_, resize.align_corners, resize.half_pixel_centers);
    return {Code::RESIZE_BILINEAR,
            resize.half_pixel_centers ? 3 : Version(node),
            fb::BuiltinOptions::ResizeBilinearOptions,
            options.Union(),
            {AddAttribute(node, "size", {2}, {resize.height, resize.width})}};
  }

  FileOperator Describe(const Unary& unary, std::size_t node) {
    switch (unary.kind) {
      case UnaryKind::kRelu: return Plain(Code::RELU, Version(node));
      case UnaryKind::kRelu6: return Plain(Code::RELU6, Version(node));
      case UnaryKind::kLogistic: return Plain(Code::LOGISTIC, Version(node));
      case UnaryKind::kTanh: return Plain(Code::TANH, Version(node));
      case UnaryKind::kHardSwish: break;
    }
    return {Code::HARD_SWISH,
            1,
            fb::BuiltinOptions::HardSwishOptions,
            fb::CreateHardSwishOptions(builder_).Union(),
            {}};
  }

  FileOperator Describe(const Softmax& softmax, std::size_t node) {
    return {Code::SOFTMAX,
            Version(node),
            fb::BuiltinOptions::SoftmaxOptions,
            fb::CreateSoftmaxOptions(builder_, softmax.beta).Union(),
            {}};
  }

  FileOperator Describe(const Quantize&, std::size_t) {
    return {Code::QUANTIZE,
            1,
            fb::BuiltinOptions::QuantizeOptions,
            fb::CreateQuantizeOptions(builder_).Union(),
            {}};
  }

  FileOperator Describe(const Dequantize&, std::size_t) {
    return {Code::DEQUANTIZE,
            2,
            fb::BuiltinOptions::DequantizeOptions,
            fb::CreateDequantizeOptions(builder_).Union(),
            {}};
  }

  // Fills in the content hash.
  static void Seal(std::vector<std::uint8_t>& file) {
    const auto metadata = FindMetadata(*fb::GetModel(file.data()));
    const auto offset = ContentHashOffset(file, **metadata);
    std::ranges::copy(ContentHash(file, *offset),
                      file.begin() + static_cast<std::ptrdiff_t>(*offset));
  }

  const ModelFile& model_;
  const Graph& graph_;
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<Offset<fb::Buffer>> buffers_;
  std::vector<Offset<fb::Tensor>> tensors_;
  std::vector<Offset<fb::Operator>> operators_;
  std::vector<Offset<fb::OperatorCode>> codes_;
  std::vector<std::pair<Code, int>> code_entries_;
};

}  // namespace

std::vector<std::uint8_t> WriteTflite(const ModelFile& model) { return ModelWriter(model).Write(); }

}  // namespace echolens
