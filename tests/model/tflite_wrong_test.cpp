// Model files that are wrong in one place, and the sentence that says where.
#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <limits>
#include <string>

#include "model/sample_models.h"
#include "model/tflite.h"
#include "model/tflite_format.h"

using namespace echolens;
namespace fb = tflite_format;

namespace {

constexpr auto kFloat32 = DataType::kFloat32;
constexpr auto kInt8 = DataType::kInt8;
constexpr auto kCorrupt = ErrorCode::kModelCorrupt;
constexpr auto kUnsupported = ErrorCode::kModelUnsupported;
constexpr auto kInvalid = ErrorCode::kModelInvalid;

using Bytes = std::vector<std::uint8_t>;

// The file, taken apart, changed and put together.
Bytes Changed(const Bytes& file, const std::function<void(fb::ModelT&)>& change) {
  fb::ModelT model;
  fb::GetModel(file.data())->UnPackTo(&model);
  change(model);
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(fb::Model::Pack(builder, &model), fb::ModelIdentifier());
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

void CheckError(const Bytes& file, ErrorCode code, const std::string& detail) {
  const Result<ModelFile> result = ReadTflite(file);
  CAPTURE(detail);
  REQUIRE(!result.ok());
  CHECK(ErrorName(result.error().code) == ErrorName(code));
  CHECK(result.error().detail == detail);
}

struct Wrong {
  std::function<void(fb::ModelT&)> change;
  ErrorCode code;
  std::string detail;
};

void CheckTable(const Graph& graph, const std::vector<Wrong>& table) {
  const Bytes file = WriteTflite({graph, {}});
  REQUIRE(ReadTflite(Changed(file, [](fb::ModelT&) {})).ok());
  for (const Wrong& wrong : table)
    CheckError(Changed(file, wrong.change), wrong.code, wrong.detail);
}

fb::TensorT& Tensor(fb::ModelT& model, std::size_t i) { return *model.subgraphs[0]->tensors[i]; }
fb::OperatorT& Op(fb::ModelT& model, std::size_t i) { return *model.subgraphs[0]->operators[i]; }

// The data of a tensor's buffer, as 32-bit numbers.
void SetInts(fb::ModelT& model, std::size_t tensor, const std::vector<std::int32_t>& values) {
  Bytes& data = model.buffers[Tensor(model, tensor).buffer]->data;
  data.resize(values.size() * sizeof(std::int32_t));
  if (!values.empty()) std::memcpy(data.data(), values.data(), data.size());
}

Graph One(const Operator& op, const Shape& in, const Shape& out) {
  return OneNode(op, {Placeholder("in", kFloat32, in), Placeholder("out", kFloat32, out)});
}

}  // namespace

TEST_CASE("what is no model at all") {
  CheckError({}, kCorrupt, "the model file is empty");
  const std::string no_model = "this is no .tflite model: expected the letters TFL3 at byte 4";
  CheckError({1, 2, 3}, kCorrupt, no_model);
  CheckError(Bytes(1000), kCorrupt, no_model);
  CheckError({0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}, kCorrupt, no_model);
  const std::string damaged =
      "the model file is truncated or damaged: an offset or a size in it leads outside";
  CheckError({8, 0, 0, 0, 'T', 'F', 'L', '3'}, kCorrupt, damaged);
  Bytes file = WriteTflite({SmallNetwork(kFloat32), {}});
  CheckError({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(file.size() / 2)}, kCorrupt,
             damaged);
  for (const std::uint32_t root : {0u, 3u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu}) {
    std::memcpy(file.data(), &root, sizeof root);
    CheckError(file, kCorrupt, damaged);
  }
}

TEST_CASE("offsets that lead outside, into themselves or round in circles") {
  const Bytes right = WriteTflite({SmallNetwork(kFloat32), {}});
  for (std::size_t at = 0; at + 4 <= right.size(); at += 4) {
    for (const std::uint32_t value :
         {0u, 1u, 4u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFF0u,
          static_cast<std::uint32_t>(right.size()) - static_cast<std::uint32_t>(at)}) {
      Bytes file = right;
      std::memcpy(file.data() + at, &value, sizeof value);
      const Result<ModelFile> result = ReadTflite(file);  // whatever it says, it says
      if (!result.ok()) CHECK(!result.error().detail.empty());
    }
  }
}

TEST_CASE("the model table") {
  CheckTable(SmallNetwork(kFloat32),
             {
                 {[](auto& m) { m.version = 2; }, kUnsupported,
                  "the model is of schema version 2, expected 3"},
                 {[](auto& m) { m.subgraphs.clear(); }, kUnsupported,
                  "the model has 0 subgraphs, expected 1"},
                 {[](auto& m) { m.subgraphs.push_back(std::make_unique<fb::SubGraphT>()); },
                  kUnsupported, "the model has 2 subgraphs, expected 1"},
                 {[](auto& m) { m.operator_codes.pop_back(); }, kCorrupt,
                  "node 2: operator code index 2, expected under 2"},
                 {[](auto& m) { m.buffers.clear(); }, kCorrupt,
                  "tensor 1 'features/kernel': buffer index 1, expected under 0"},
                 {[](auto& m) { m.subgraphs[0]->operators.clear(); }, kInvalid,
                  "graph: 1 inputs, 1 outputs, 0 nodes, expected one at least of each"},
                 {[](auto& m) { m.subgraphs[0]->inputs = {9}; }, kCorrupt,
                  "graph input 0: tensor index 9, expected under 9"},
                 {[](auto& m) { m.subgraphs[0]->outputs = {-1}; }, kCorrupt,
                  "graph output 0: tensor index -1, expected under 9"},
                 {[](auto& m) { m.subgraphs[0]->inputs = {}; }, kInvalid,
                  "graph: 0 inputs, 1 outputs, 3 nodes, expected one at least of each"},
                 {[](auto& m) { m.subgraphs[0]->tensors.clear(); }, kCorrupt,
                  "node 0 (CONV_2D): tensor index 0, expected under 0"},
             });
}

TEST_CASE("tensors") {
  CheckTable(
      SmallNetwork(kInt8),
      {
          {[](auto& m) { Tensor(m, 3).type = fb::TensorType::UINT8; }, kUnsupported,
           "tensor 3 'features': it is UINT8, the older way of quantising; convert the model with "
           "INT8"},
          {[](auto& m) { Tensor(m, 1).type = fb::TensorType::FLOAT16; }, kUnsupported,
           "tensor 1 'features/kernel': it is FLOAT16; convert the model with FLOAT32 or INT8"},
          {[](auto& m) { Tensor(m, 3).type = fb::TensorType::INT16; }, kUnsupported,
           "tensor 3 'features': it is INT16, expected FLOAT32 or INT8"},
          {[](auto& m) { Tensor(m, 3).type = static_cast<fb::TensorType>(99); }, kUnsupported,
           "tensor 3 'features': it is type 99, expected FLOAT32 or INT8"},
          {[](auto& m) { Tensor(m, 3).type = fb::TensorType::INT32; }, kUnsupported,
           "tensor 3 'features': an int32 activation, expected float32 or int8"},
          {[](auto& m) { Tensor(m, 3).is_variable = true; }, kUnsupported,
           "tensor 3 'features': it keeps its value from run to run"},
          {[](auto& m) { Tensor(m, 1).sparsity = std::make_unique<fb::SparsityParametersT>(); },
           kUnsupported, "tensor 1 'features/kernel': it is sparse, expected dense"},
          {[](auto& m) { Tensor(m, 1).external_buffer = 1; }, kUnsupported,
           "tensor 1 'features/kernel': its data stand in another file, expected them inside the "
           "model"},
          {[](auto& m) { m.buffers[1]->offset = 4096; }, kUnsupported,
           "tensor 1 'features/kernel': its data stand behind the FlatBuffer (a file made for more "
           "than 2 GB), expected them inside it"},
          {[](auto& m) { Tensor(m, 1).buffer = 0xFFFFFFFF; }, kCorrupt,
           "tensor 1 'features/kernel': buffer index 4294967295, expected under 6"},
          {[](auto& m) { Tensor(m, 1).buffer = 0; }, kUnsupported,
           "tensor 1 'features/kernel': an activation with a scale for each channel, expected one "
           "scale"},
          {[](auto& m) { Tensor(m, 1).buffer = 2; }, kInvalid,
           "tensor 1 'features/kernel': 8 bytes of data, expected 18 for int8 [2, 3, 3, 1]"},
          {[](auto& m) { Tensor(m, 0).shape.assign(7, 1); }, kUnsupported,
           "tensor 0 'picture': it has 7 axes, expected up to 6"},
          {[](auto& m) { Tensor(m, 0).shape = {-1, 6, 6, 1}; }, kInvalid,
           "tensor 0 'picture': shape [-1, 6, 6, 1], expected positive sizes and up to 1 GiB in "
           "all"},
          {[](auto& m) { Tensor(m, 0).shape.assign(4, std::numeric_limits<std::int32_t>::max()); },
           kInvalid,
           "tensor 0 'picture': shape [2147483647, 2147483647, 2147483647, 2147483647], expected "
           "positive sizes and up to 1 GiB in all"},
          {[](auto& m) { Tensor(m, 0).quantization.reset(); }, kInvalid,
           "tensor 0 'picture': int8 without a scale, expected one"},
          {[](auto& m) { Tensor(m, 0).quantization->zero_point.clear(); }, kInvalid,
           "tensor 0 'picture': int8 without a scale, expected one"},
          {[](auto& m) { Tensor(m, 0).quantization->zero_point = {1, 2}; }, kInvalid,
           "tensor 0 'picture': 2 zero points, expected as many as scales, 1"},
          {[](auto& m) { Tensor(m, 0).quantization->zero_point = {std::int64_t{1} << 32}; },
           kInvalid, "tensor 0 'picture': zero point 4294967296 is out of range"},
          {[](auto& m) { Tensor(m, 0).quantization->zero_point = {-129}; }, kInvalid,
           "tensor 0 'picture': zero point -129, expected -128 to 127"},
          {[](auto& m) { Tensor(m, 0).quantization->details.Set(fb::CustomQuantizationT{}); },
           kUnsupported,
           "tensor 0 'picture': it is quantised in blocks or in a scheme of its own, expected a "
           "scale "
           "for the tensor or for each channel"},
          {[](auto& m) { Tensor(m, 1).quantization->quantized_dimension = 7; }, kInvalid,
           "tensor 1 'features/kernel': 2 scales along axis 7 of [2, 3, 3, 1]"},
      });
}

TEST_CASE("operators") {
  const auto retype = [](std::int8_t byte, std::int32_t code) {
    return [=](fb::ModelT& m) {
      m.operator_codes[1]->deprecated_builtin_code = byte;
      m.operator_codes[1]->builtin_code = static_cast<fb::BuiltinOperator>(code);
    };
  };
  CheckTable(
      SmallNetwork(kFloat32),
      {
          {retype(67, 0), kUnsupported,
           "node 1 (TRANSPOSE_CONV) 'pooled': the engine does not have this operator"},
          {retype(127, 150), kUnsupported,
           "node 1 (GELU) 'pooled': the engine does not have this operator"},
          {retype(127, 9999), kUnsupported,
           "node 1 (operator code 9999) 'pooled': the engine does not have this operator"},
          {retype(-5, -7), kUnsupported,
           "node 1 (operator code -5) 'pooled': the engine does not have this operator"},
          {[](auto& m) {
             m.operator_codes[1]->deprecated_builtin_code = 32;
             m.operator_codes[1]->builtin_code = fb::BuiltinOperator::CUSTOM;
             m.operator_codes[1]->custom_code = "FlexErf";
           },
           kUnsupported,
           "node 1 (CUSTOM 'FlexErf') 'pooled': the engine does not have this operator"},
          {[](auto& m) { Op(m, 0).inputs[0] = 10; }, kCorrupt,
           "node 0 (CONV_2D): tensor index 10, expected under 9"},
          {[](auto& m) { Op(m, 0).inputs[0] = -2; }, kCorrupt,
           "node 0 (CONV_2D): tensor index -2, expected under 9"},
          {[](auto& m) { Op(m, 0).outputs[0] = 99; }, kCorrupt,
           "node 0 (CONV_2D): tensor index 99, expected under 9"},
          {[](auto& m) { Op(m, 0).inputs.push_back(0); }, kUnsupported,
           "node 0 (CONV_2D) 'features': 4 inputs, expected up to 3"},
          {[](auto& m) { Op(m, 0).inputs.clear(); }, kInvalid,
           "node 0 (CONV_2D) 'features': 0 inputs, expected 2 or more"},
          {[](auto& m) { Op(m, 0).outputs.clear(); }, kInvalid,
           "node 0 (CONV_2D): 0 outputs, expected 1"},
          {[](auto& m) { Op(m, 0).builtin_options.Reset(); }, kCorrupt,
           "node 0 (CONV_2D) 'features': its options are missing"},
          {[](auto& m) { Op(m, 0).builtin_options.Set(fb::Pool2DOptionsT{}); }, kCorrupt,
           "node 0 (CONV_2D) 'features': its options are missing"},
          {[](auto& m) {
             Op(m, 0).builtin_options.AsConv2DOptions()->padding = static_cast<fb::Padding>(2);
           },
           kCorrupt, "node 0 (CONV_2D) 'features': padding 2, expected 0 (SAME) or 1 (VALID)"},
          {[](auto& m) {
             Op(m, 0).builtin_options.AsConv2DOptions()->fused_activation_function =
                 fb::ActivationFunctionType::TANH;
           },
           kUnsupported,
           "node 0 (CONV_2D) 'features': fused activation TANH, expected NONE, RELU, RELU6 or "
           "RELU_N1_TO_1"},
          {[](auto& m) {
             Op(m, 0).builtin_options.AsConv2DOptions()->fused_activation_function =
                 static_cast<fb::ActivationFunctionType>(6);
           },
           kCorrupt, "node 0 (CONV_2D) 'features': fused activation 6, expected 0 to 5"},
          {[](auto& m) {
             Op(m, 0).builtin_options.AsConv2DOptions()->quantized_bias_type =
                 fb::TensorType::INT64;
           },
           kUnsupported, "node 0 (CONV_2D) 'features': sums of type INT64, expected INT32"},
          {[](auto& m) { Op(m, 0).builtin_options.AsConv2DOptions()->stride_w = 0; }, kInvalid,
           "node 0 (CONV_2D) 'features': window 3, stride 0, dilation 1, expected 1 or more of "
           "each"},
          {[](auto& m) {
             Op(m, 2).builtin_options.AsFullyConnectedOptions()->weights_format =
                 fb::FullyConnectedOptionsWeightsFormat::SHUFFLED4x16INT8;
           },
           kUnsupported,
           "node 2 (FULLY_CONNECTED) 'logits': its weights are shuffled, expected the default "
           "format"},
          {[](auto& m) { Op(m, 1).inputs.pop_back(); }, kCorrupt,
           "node 1 (MEAN) 'pooled': its input 'axes' is missing"},
          {[](auto& m) { Op(m, 1).inputs[1] = -1; }, kCorrupt,
           "node 1 (MEAN) 'pooled': its input 'axes' is missing"},
          {[](auto& m) { Op(m, 1).inputs[1] = 0; }, kUnsupported,
           "node 1 (MEAN) 'pooled': its input 'axes' is computed at run time, expected a constant"},
          {[](auto& m) { Op(m, 1).inputs[1] = 1; }, kUnsupported,
           "node 1 (MEAN) 'pooled': its input 'axes' is FLOAT32, expected INT32 or INT64"},
          {[](auto& m) { SetInts(m, 8, {1, 3}); }, kUnsupported,
           "node 1 (MEAN) 'pooled': mean over axes [1, 3] of 4, expected height and width, [1, 2] "
           "of 4"},
          {[](auto& m) { SetInts(m, 8, {1}); }, kUnsupported,
           "node 1 (MEAN) 'pooled': mean over axes [1] of 4, expected height and width, [1, 2] of "
           "4"},
          {[](auto& m) { SetInts(m, 8, std::vector<std::int32_t>(13, 1)); }, kInvalid,
           "node 1 (MEAN) 'pooled': its input 'axes' has 52 bytes, expected up to 12 numbers of 4 "
           "bytes"},
          {[](auto& m) { m.buffers[Tensor(m, 8).buffer]->data.pop_back(); }, kInvalid,
           "node 1 (MEAN) 'pooled': its input 'axes' has 7 bytes, expected up to 12 numbers of 4 "
           "bytes"},
          {[](auto& m) {
             Tensor(m, 8).type = fb::TensorType::INT64;
             SetInts(m, 8, {1, 0, 2, 1});
           },
           kInvalid,
           "node 1 (MEAN) 'pooled': its input 'axes' holds 4294967298, which is out of range"},
          {[](auto& m) {
             m.buffers[Tensor(m, 8).buffer]->data.clear();
             m.buffers[Tensor(m, 8).buffer]->offset = 4096;
           },
           kUnsupported,
           "node 1 (MEAN) 'pooled': its input 'axes': its data stand behind the FlatBuffer (a file "
           "made "
           "for "
           "more than 2 GB), expected them inside it"},
      });
}

TEST_CASE("attributes kept in constants") {
  CheckTable(One(Pad{{0, 1}, {0, 0}}, {2, 2}, {2, 3}),
             {{[](auto& m) { SetInts(m, 2, {0, 0, 1}); }, kInvalid,
               "node 0 (PAD) 'out': its paddings are not pairs"},
              {[](auto& m) { SetInts(m, 2, {0, 0}); }, kInvalid,
               "node 0 (PAD) 'out': paddings for 1 axes, expected 2"},
              {[](auto& m) { SetInts(m, 2, {0, 0, -1, 2}); }, kInvalid,
               "node 0 (PAD) 'out': paddings -1 and 2 of axis 1, expected 0 or more"}});
  CheckTable(One(Pad{{0, 1}, {0, 0}, 3}, {2, 2}, {2, 3}),
             {{[](auto& m) { Op(m, 0).inputs[2] = -1; }, kCorrupt,
               "node 0 (PADV2) 'out': its input 'value' is missing"},
              {[](auto& m) { Op(m, 0).inputs[2] = 0; }, kUnsupported,
               "node 0 (PADV2) 'out': its input 'value' is computed at run time, expected a "
               "constant"},
              {[](auto& m) { Tensor(m, 3).type = fb::TensorType::INT32; }, kInvalid,
               "node 0 (PADV2) 'out': its input 'value' is INT32, expected the type of what is "
               "padded"},
              {[](auto& m) { SetInts(m, 3, {0, 0}); }, kInvalid,
               "node 0 (PADV2) 'out': its input 'value' has 8 bytes, expected one number"},
              {[](auto& m) { SetInts(m, 3, {0x7FC00000}); }, kInvalid,
               "node 0 (PADV2) 'out': it pads with nan, expected a number"}});
  const std::string other_scale =
      "node 0 (PADV2) 'out': its input 'value' and what is padded differ in scale or zero point, "
      "expected the same";
  CheckTable(
      OneNode(Pad{{0, 1}, {0, 0}, 3}, {Placeholder("in", kInt8, {2, 2}, {{0.5f}, {1}}),
                                       Placeholder("out", kInt8, {2, 3}, {{0.5f}, {1}})}),
      {{[](auto& m) { Tensor(m, 3).quantization->scale = {0.25f}; }, kUnsupported, other_scale},
       {[](auto& m) { Tensor(m, 3).quantization->zero_point = {2}; }, kUnsupported, other_scale},
       {[](auto& m) { Tensor(m, 3).quantization.reset(); }, kUnsupported, other_scale},
       {[](auto& m) { Tensor(m, 3).type = fb::TensorType::FLOAT32; }, kInvalid,
        "node 0 (PADV2) 'out': its input 'value' is FLOAT32, expected the type of what is "
        "padded"}});
  CheckTable(
      One(Slice{{0, 1}, {2, 3}}, {2, 4}, {2, 3}),
      {{[](auto& m) { SetInts(m, 2, {0, 4}); }, kInvalid,
        "node 0 (STRIDED_SLICE) 'out': elements 4 to 4 of axis 1, expected a part of 0 to 4"},
       {[](auto& m) { SetInts(m, 2, {0, std::numeric_limits<std::int32_t>::max()}); }, kInvalid,
        "node 0 (STRIDED_SLICE) 'out': elements 4 to 4 of axis 1, expected a part of 0 to 4"},
       {[](auto& m) { SetInts(m, 3, {2, std::numeric_limits<std::int32_t>::min()}); }, kInvalid,
        "node 0 (STRIDED_SLICE) 'out': elements 1 to 0 of axis 1, expected a part of 0 to 4"},
       {[](auto& m) { SetInts(m, 2, {0}); }, kInvalid,
        "node 0 (STRIDED_SLICE) 'out': begin [0], end [2, 4] and strides [1, 1], expected up to 2 "
        "of each"},
       {[](auto& m) {
          for (const std::size_t t : {2, 3, 4}) SetInts(m, t, {0, 0, 0});
        },
        kInvalid,
        "node 0 (STRIDED_SLICE) 'out': begin [0, 0, 0], end [0, 0, 0] and strides [0, 0, 0], "
        "expected up to 2 of each"},
       {[](auto& m) { SetInts(m, 4, {1, 2}); }, kUnsupported,
        "node 0 (STRIDED_SLICE) 'out': strides [1, 2], expected 1"},
       {[](auto& m) { Tensor(m, 2).type = fb::TensorType::FLOAT32; }, kUnsupported,
        "node 0 (STRIDED_SLICE) 'out': its input 'begin' is FLOAT32, expected INT32 or INT64"},
       {[](auto& m) { Op(m, 0).inputs[3] = 0; }, kUnsupported,
        "node 0 (STRIDED_SLICE) 'out': its input 'strides' is computed at run time, expected a "
        "constant"},
       {[](auto& m) { Op(m, 0).inputs.pop_back(); }, kCorrupt,
        "node 0 (STRIDED_SLICE) 'out': its input 'strides' is missing"},
       {[](auto& m) { Op(m, 0).builtin_options.AsStridedSliceOptions()->shrink_axis_mask = 1; },
        kUnsupported,
        "node 0 (STRIDED_SLICE) 'out': it adds or drops axes, expected masks of begin and end "
        "only"},
       {[](auto& m) { Op(m, 0).builtin_options.Reset(); }, kCorrupt,
        "node 0 (STRIDED_SLICE) 'out': its options are missing"}});
  CheckTable(One(Permute{{1, 0}}, {2, 3}, {3, 2}),
             {{[](auto& m) { SetInts(m, 2, {1, 1}); }, kInvalid,
               "node 0 (TRANSPOSE) 'out': axes [1, 1], expected each of 2 once"},
              {[](auto& m) { SetInts(m, 2, {1, -1}); }, kInvalid,
               "node 0 (TRANSPOSE) 'out': axes [1, -1], expected each of 2 once"},
              {[](auto& m) { SetInts(m, 2, {1}); }, kInvalid,
               "node 0 (TRANSPOSE) 'out': axes [1], expected each of 2 once"},
              {[](auto& m) { Op(m, 0).inputs.pop_back(); }, kCorrupt,
               "node 0 (TRANSPOSE) 'out': its input 'axes' is missing"}});
  CheckTable(
      One(ResizeBilinear{4, 4}, {1, 2, 2, 1}, {1, 4, 4, 1}),
      {{[](auto& m) { SetInts(m, 2, {4}); }, kInvalid,
        "node 0 (RESIZE_BILINEAR) 'out': its target size is [4], expected [height, width]"}});
  CheckTable(One(Reshape{{4}}, {2, 2}, {4}),
             {{[](auto& m) { SetInts(m, 2, {-1, -1}); }, kInvalid,
               "node 0 (RESHAPE) 'out': an input of [2, 2] cannot become [-1, -1]"},
              {[](auto& m) { SetInts(m, 2, {2, 2}); }, kInvalid,
               "node 0 (RESHAPE) 'out': output is [4], expected [2, 2]"},
              {[](auto& m) {
                 Op(m, 0).inputs.pop_back();
                 Op(m, 0).builtin_options.AsReshapeOptions()->new_shape.assign(7, 1);
               },
               kUnsupported, "node 0 (RESHAPE) 'out': a target shape of 7 axes, expected up to 6"},
              {[](auto& m) {
                 Op(m, 0).inputs.pop_back();
                 Op(m, 0).builtin_options.Reset();
               },
               kCorrupt, "node 0 (RESHAPE) 'out': its options are missing"}});
}

TEST_CASE("other makers' habits are understood") {
  const auto reads = [](const Graph& graph, const std::function<void(fb::ModelT&)>& change) {
    const Result<ModelFile> result = ReadTflite(Changed(WriteTflite({graph, {}}), change));
    if (!result.ok()) FAIL(result.error().detail);
    return result->graph == graph;
  };
  const Graph network = SmallNetwork(kFloat32);
  // Only the older of the two operator code fields (files from before 2020), or only the newer one.
  CHECK(reads(network, [](auto& m) {
    for (auto& code : m.operator_codes) code->builtin_code = fb::BuiltinOperator::ADD;
  }));
  CHECK(reads(network, [](auto& m) {
    for (auto& code : m.operator_codes) code->deprecated_builtin_code = 0;
  }));
  // Axes from the end, in any order, as 64-bit numbers.
  CHECK(reads(network, [](auto& m) { SetInts(m, 8, {-2, -3}); }));
  CHECK(reads(network, [](auto& m) {
    Tensor(m, 8).type = fb::TensorType::INT64;
    SetInts(m, 8, {1, 0, 2, 0});
  }));
  // An absent bias as -1 or not at all.
  Graph no_bias = network;
  no_bias.nodes[0].inputs.pop_back();
  no_bias.tensors.erase(no_bias.tensors.begin() + 2);
  for (Node& node : no_bias.nodes) {
    for (auto* ids : {&node.inputs, &node.outputs}) {
      for (TensorId& id : *ids) id -= id > 2;
    }
  }
  no_bias.outputs = {6};
  CHECK(reads(no_bias, [](auto& m) { Op(m, 0).inputs.push_back(-1); }));
  // The target shape in the options alone.
  CHECK(reads(One(Reshape{{4}}, {2, 2}, {4}), [](auto& m) { Op(m, 0).inputs.pop_back(); }));
  // Parts counted from the end, cut off there, to the end by a mask, or along the first axes only.
  const Graph part = One(Slice{{1, 1}, {1, 3}}, {2, 4}, {1, 3});
  CHECK(reads(part, [](auto& m) { SetInts(m, 2, {-1, -3}); }));
  CHECK(reads(part, [](auto& m) { SetInts(m, 3, {99, 99}); }));
  CHECK(reads(part, [](auto& m) {
    SetInts(m, 3, {0, 0});
    Op(m, 0).builtin_options.AsStridedSliceOptions()->end_mask = 3;
  }));
  CHECK(reads(One(Slice{{0, 0}, {1, 4}}, {2, 4}, {1, 4}), [](auto& m) {
    for (const std::size_t t : {2, 4}) SetInts(m, t, {1});
    SetInts(m, 3, {1});
    Op(m, 0).builtin_options.AsStridedSliceOptions()->begin_mask = 1;
  }));
  // An empty buffer of its own for each activation; tensors that nothing reads, of any type.
  CHECK(reads(network, [](auto& m) {
    Tensor(m, 0).buffer = static_cast<std::uint32_t>(m.buffers.size());
    m.buffers.push_back(std::make_unique<fb::BufferT>());
    m.subgraphs[0]->tensors.push_back(std::make_unique<fb::TensorT>());
    m.subgraphs[0]->tensors.back()->type = fb::TensorType::STRING;
  }));
  // A scale on a float32 tensor, left from training.
  CHECK(reads(network, [](auto& m) {
    Tensor(m, 0).quantization = std::make_unique<fb::QuantizationParametersT>();
    Tensor(m, 0).quantization->scale = {1};
    Tensor(m, 0).quantization->zero_point = {0};
  }));
  // A depth multiplier that is not said, or wrong: the shapes decide.
  DepthwiseConv2d depthwise;
  depthwise.multiplier = 2;
  CHECK(reads(
      OneNode(depthwise, {Placeholder("in", kFloat32, {1, 2, 2, 1}),
                          Constant("filter", kFloat32, {1, 1, 1, 2}, {1, 2}),
                          Placeholder("out", kFloat32, {1, 2, 2, 2})}),
      [](auto& m) { Op(m, 0).builtin_options.AsDepthwiseConv2DOptions()->depth_multiplier = 0; }));
  // Metadata of other makers.
  CHECK(reads(network, [](auto& m) {
    m.metadata.push_back(std::make_unique<fb::MetadataT>());
    m.metadata.back()->name = "min_runtime_version";
    m.metadata.back()->buffer = 0xFFFF;
  }));
}

TEST_CASE("one piece of data under many names does not fill the memory") {
  Graph graph = OneNode(Concatenation{0},
                        {Placeholder("in", kFloat32, {1}), Placeholder("out", kFloat32, {1})});
  const Bytes file = Changed(WriteTflite({graph, {}}), [](auto& m) {
    m.buffers.push_back(std::make_unique<fb::BufferT>());
    m.buffers.back()->data.resize(1 << 20);
    for (std::int32_t i = 0; i < 100; ++i) {
      auto tensor = std::make_unique<fb::TensorT>();
      tensor->shape = {1 << 18};
      tensor->buffer = static_cast<std::uint32_t>(m.buffers.size() - 1);
      Op(m, 0).inputs.push_back(static_cast<std::int32_t>(m.subgraphs[0]->tensors.size()));
      m.subgraphs[0]->tensors.push_back(std::move(tensor));
    }
  });
  const std::string many_times =
      "the model names the same bytes many times over: its parts come to more than 4 times the "
      "size "
      "of the file";
  CheckError(file, kCorrupt, many_times);

  flatbuffers::FlatBufferBuilder builder;
  const auto inputs = builder.CreateVector(std::vector<std::int32_t>(100'000));
  const std::vector op(1000, fb::CreateOperator(builder, 0, inputs, inputs));
  const std::vector code{
      fb::CreateOperatorCode(builder, 2, 0, 1, fb::BuiltinOperator::CONCATENATION)};
  const std::vector tensor{fb::CreateTensor(builder)};
  const std::vector subgraph{fb::CreateSubGraphDirect(builder, &tensor, nullptr, nullptr, &op)};
  builder.Finish(fb::CreateModelDirect(builder, 3, &code, &subgraph), fb::ModelIdentifier());
  CheckError({builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()}, kCorrupt,
             many_times);
}

TEST_CASE("our entry among the file's metadata") {
  const Bytes sealed = WriteTflite(SmallModel(kFloat32));
  const std::string unsealed =
      "the model file is not the one that was sealed: its content does not match the SHA-256 in "
      "its metadata";
  const std::string damaged = "the model's echolens metadata are damaged";
  CheckError(Changed(sealed, [](auto& m) { m.description = "other"; }), kCorrupt, unsealed);
  CheckError(
      Changed(sealed, [](auto& m) { m.metadata[0]->name = "other"; }), kCorrupt,
      "the model file holds echolens metadata in buffer 6, but does not name it: it is damaged");
  CheckError(
      Changed(sealed, [](auto& m) { m.metadata.clear(); }), kCorrupt,
      "the model file holds echolens metadata in buffer 6, but does not name it: it is damaged");
  CheckError(Changed(sealed,
                     [](auto& m) {
                       m.metadata.push_back(std::make_unique<fb::MetadataT>(*m.metadata[0]));
                     }),
             kCorrupt, "the model file names echolens metadata twice, expected once");
  CheckError(Changed(sealed, [](auto& m) { m.metadata[0]->buffer = 7; }), kCorrupt,
             "echolens metadata: buffer index 7, expected under 7");
  CheckError(Changed(sealed, [](auto& m) { m.metadata[0]->buffer = 0; }), kCorrupt, damaged);
  CheckError(Changed(sealed, [](auto& m) { m.metadata[0]->buffer = 1; }), kCorrupt, damaged);
  CheckError(Changed(sealed, [](auto& m) { m.buffers[6]->data.resize(40); }), kCorrupt, damaged);

  ModelFile other = SmallModel(kFloat32);
  other.metadata->labels.pop_back();
  CheckError(WriteTflite(other), kInvalid,
             "echolens metadata: the logits are [1, 3], expected [1, 2], one a label");
}
