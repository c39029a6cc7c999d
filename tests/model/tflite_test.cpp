#include "model/tflite.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <string>

#include "model/check.h"
#include "model/sample_models.h"
#include "model/tflite_format.h"
#include "support/files.h"

using namespace echolens;
namespace fb = tflite_format;

namespace {

constexpr auto kFloat32 = DataType::kFloat32;
constexpr auto kInt8 = DataType::kInt8;

Quantization Scaled(float scale, std::int32_t zero_point = 0) { return {{scale}, {zero_point}, 0}; }

void CheckRoundTrip(const Graph& graph) {
  const auto file = WriteTflite({graph, {}});
  const Result<ModelFile> back = ReadTflite(file);
  CAPTURE(NodeName(graph, 0));
  if (!back.ok()) FAIL(back.error().detail);
  CHECK(back->graph == graph);
  CHECK(!back->metadata);
  CHECK(WriteTflite(*back) == file);
}

}  // namespace

TEST_CASE("a network comes back as it was written") {
  CheckRoundTrip(SmallNetwork(kFloat32));
  CheckRoundTrip(SmallNetwork(kInt8));
  Graph several = SmallNetwork(kFloat32);
  several.outputs = {7, 3};
  CheckRoundTrip(several);
}

TEST_CASE("every operator with every attribute comes back as it was written") {
  const auto one = [](const Operator& op, Shape in, Shape out) {
    CheckRoundTrip(
        OneNode(op, {Placeholder("in", kFloat32, in), Placeholder("out", kFloat32, out)}));
    CheckRoundTrip(OneNode(op, {Placeholder("in", kInt8, in, Scaled(0.5f, -3)),
                                Placeholder("out", kInt8, out, Scaled(0.5f, -3))}));
  };
  const Shape picture{1, 8, 6, 2};
  one(Pool2d{PoolKind::kMax, Padding::kValid, {3, 2}, {2, 1}, Activation::kRelu}, picture,
      {1, 3, 5, 2});
  one(Pool2d{PoolKind::kAverage, Padding::kSame, {3, 2}, {2, 1}, Activation::kReluN1To1}, picture,
      {1, 4, 6, 2});
  one(Mean{false}, picture, {1, 2});
  one(Mean{true}, picture, {1, 1, 1, 2});
  one(Pad{{0, 1, 2, 3}, {4, 5, 6, 7}}, picture, {5, 14, 14, 12});
  one(Pad{{0, 1, 0, 0, 0}, {0, 0, 0, 0, 0}}, {1, 1, 2, 3, 4}, {1, 2, 2, 3, 4});
  one(Pad{{0, 1, 2, 3}, {4, 5, 6, 7}, -2.5f}, picture, {5, 14, 14, 12});
  one(Slice{{0, 1, 2, 0}, {1, 5, 4, 1}}, picture, {1, 5, 4, 1});
  one(Slice{{0, 0, 0, 0, 1}, {1, 1, 2, 3, 3}}, {1, 1, 2, 3, 4}, {1, 1, 2, 3, 3});
  one(Permute{{0, 3, 1, 2}}, picture, {1, 2, 8, 6});
  one(Permute{{5, 4, 3, 2, 1, 0}}, {1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1});
  one(Reshape{{-1, 48}}, picture, {2, 48});
  one(Reshape{{}}, {1, 1}, {});
  one(ResizeBilinear{16, 3, true, false}, picture, {1, 16, 3, 2});
  one(ResizeBilinear{16, 3, false, true}, picture, {1, 16, 3, 2});
  one(Softmax{2.5f}, picture, picture);
  for (const UnaryKind kind : {UnaryKind::kRelu, UnaryKind::kRelu6, UnaryKind::kHardSwish,
                               UnaryKind::kLogistic, UnaryKind::kTanh}) {
    one(Unary{kind}, picture, picture);
  }

  const auto weighted = [](const Operator& op, Shape in, Shape filter, int axis, Shape out) {
    const auto channels = static_cast<std::size_t>(filter[static_cast<std::size_t>(axis)]);
    const std::vector<float> values(static_cast<std::size_t>(ElementCount(filter)), 3);
    const std::vector<float> biases(channels, 4);
    const auto scales = [&](float scale, int along) {
      return Quantization{std::vector<float>(channels, scale), std::vector<std::int32_t>(channels),
                          along};
    };
    const Graph graph =
        OneNode(op, {Placeholder("in", kFloat32, in), Constant("filter", kFloat32, filter, values),
                     Constant("bias", kFloat32, {filter[static_cast<std::size_t>(axis)]}, biases),
                     Placeholder("out", kFloat32, out)});
    CheckRoundTrip(graph);
    Graph without = graph;
    without.tensors.erase(without.tensors.begin() + 2);
    without.nodes[0].inputs = {0, 1};
    without.nodes[0].outputs = without.outputs = {2};
    CheckRoundTrip(without);
    CheckRoundTrip(
        OneNode(op, {Placeholder("in", kInt8, in, Scaled(0.5f, 7)),
                     Constant("filter", kInt8, filter, values, scales(0.25f, axis)),
                     Constant("bias", DataType::kInt32, {filter[static_cast<std::size_t>(axis)]},
                              biases, scales(0.125f, 0)),
                     Placeholder("out", kInt8, out, Scaled(0.5f, 7))}));
  };
  weighted(Conv2d{Padding::kSame, {2, 1}, {1, 1}, Activation::kRelu6}, picture, {4, 3, 3, 2}, 0,
           {1, 4, 6, 4});
  weighted(Conv2d{Padding::kValid, {1, 1}, {2, 1}, Activation::kRelu}, picture, {4, 3, 3, 1}, 0,
           {1, 4, 4, 4});
  weighted(DepthwiseConv2d{Padding::kSame, {2, 1}, {1, 1}, 2, Activation::kNone}, picture,
           {1, 3, 3, 4}, 3, {1, 4, 6, 4});
  weighted(DepthwiseConv2d{Padding::kValid, {1, 1}, {1, 2}, 1, Activation::kRelu6}, picture,
           {1, 3, 3, 2}, 3, {1, 6, 2, 2});
  weighted(FullyConnected{false, Activation::kRelu}, picture, {5, 2}, 0, {48, 5});
  weighted(FullyConnected{true, Activation::kNone}, picture, {5, 2}, 0, {1, 8, 6, 5});

  for (const BinaryKind kind : {BinaryKind::kAdd, BinaryKind::kMul, BinaryKind::kSub}) {
    const Binary op{kind, Activation::kRelu6};
    CheckRoundTrip(
        OneNode(op, {Placeholder("a", kFloat32, picture), Placeholder("b", kFloat32, {1, 1, 1, 2}),
                     Placeholder("out", kFloat32, picture)}));
    CheckRoundTrip(OneNode(op, {Constant("a", kInt8, {}, {5}, Scaled(0.5f)),
                                Placeholder("b", kInt8, picture, Scaled(2)),
                                Placeholder("out", kInt8, picture, Scaled(0.5f))}));
  }
  CheckRoundTrip(OneNode(Concatenation{-2},
                         {Placeholder("a", kFloat32, {2, 3}), Placeholder("b", kFloat32, {4, 3}),
                          Placeholder("out", kFloat32, {6, 3})}));
  CheckRoundTrip(OneNode(Quantize{}, {Placeholder("in", kFloat32, {2}),
                                      Placeholder("out", kInt8, {2}, Scaled(1, -128))}));
  CheckRoundTrip(OneNode(Dequantize{}, {Placeholder("in", kInt8, {2}, Scaled(1, 127)),
                                        Placeholder("out", kFloat32, {2})}));
}

TEST_CASE("files of TensorFlow's converter come back as they were read") {
  std::istringstream index;
  const auto text = ReadTestData("operators/index.txt");
  index.str(std::string(text.begin(), text.end()));
  int files = 0;
  for (std::string name; std::getline(index, name); ++files) {
    CAPTURE(name);
    const Result<ModelFile> model = ReadTflite(ReadTestData("operators/" + name + ".tflite"));
    if (!model.ok()) FAIL(model.error().detail);
    CheckRoundTrip(model->graph);
  }
  CHECK(files > 100);
}

TEST_CASE("what the writer says to other readers") {
  const auto file = WriteTflite(SmallModel(kInt8));
  const fb::Model* model = fb::GetModel(file.data());
  CHECK(fb::ModelBufferHasIdentifier(file.data()));
  CHECK(model->version() == 3);
  CHECK(model->description()->str() == "small 1.0 (echolens)");
  REQUIRE(model->operator_codes()->size() == 3);
  const auto* conv = model->operator_codes()->Get(0);
  CHECK(conv->builtin_code() == fb::BuiltinOperator::CONV_2D);
  CHECK(conv->deprecated_builtin_code() == 3);
  CHECK(conv->version() == 3);  // int8, a scale for each channel
  CHECK(model->buffers()->Get(0)->data() == nullptr);
  for (std::uint32_t i = 1; i < model->buffers()->size(); ++i) {
    const auto at = model->buffers()->Get(i)->data()->Data() - file.data();
    CHECK(at % 16 == 0);
  }
  REQUIRE(model->metadata()->size() == 1);
  CHECK(model->metadata()->Get(0)->name()->str() == "echolens.metadata");
}

TEST_CASE("operators are versioned as LiteRT expects") {
  const auto version = [](const Operator& op, const std::vector<TensorInfo>& tensors) {
    const auto file = WriteTflite({OneNode(op, tensors), {}});
    return fb::GetModel(file.data())->operator_codes()->Get(0)->version();
  };
  const auto real = [](Shape shape) { return Placeholder("t", kFloat32, std::move(shape)); };
  const auto weights = [](Shape shape) {
    const std::vector<float> values(static_cast<std::size_t>(ElementCount(shape)), 1);
    return Constant("w", kFloat32, std::move(shape), values);
  };
  const auto stored = [](Shape shape, float scale) {
    return Placeholder("t", kInt8, std::move(shape), Scaled(scale));
  };
  CHECK(version(Conv2d{}, {real({1, 4, 4, 4}), weights({4, 1, 1, 4}), real({1, 4, 4, 4})}) == 1);
  CHECK(version(Conv2d{}, {real({1, 4, 4, 4}), weights({4, 1, 1, 2}), real({1, 4, 4, 4})}) == 6);
  DepthwiseConv2d dilated;
  dilated.dilation = {1, 2};
  CHECK(version(dilated, {real({1, 4, 4, 4}), weights({1, 1, 1, 4}), real({1, 4, 4, 4})}) == 2);
  CHECK(version(FullyConnected{}, {real({1, 4}), weights({2, 4}), real({1, 2})}) == 6);
  CHECK(version(FullyConnected{}, {real({1, 4}), weights({2, 4}), weights({2}), real({1, 2})}) ==
        1);
  CHECK(version(FullyConnected{true},
                {real({1, 4}), weights({2, 4}), weights({2}), real({1, 2})}) == 5);
  CHECK(version(Binary{BinaryKind::kMul}, {stored({4}, 1), stored({4}, 1), stored({4}, 2)}) == 2);
  CHECK(version(Binary{BinaryKind::kMul}, {stored({4}, 1), stored({4}, 1), stored({4}, 1)}) == 3);
  CHECK(version(ResizeBilinear{2, 2, false, true}, {real({1, 4, 4, 1}), real({1, 2, 2, 1})}) == 3);
  CHECK(version(Softmax{}, {stored({1, 4}, 1), stored({1, 4}, 1)}) == 2);
}

TEST_CASE("metadata travel in the file") {
  const ModelFile model = SmallModel(kFloat32);
  const auto file = WriteTflite(model);
  CHECK(WriteTflite(model) == file);
  const Result<ModelFile> back = ReadTflite(file);
  if (!back.ok()) FAIL(back.error().detail);
  CHECK(back->graph == model.graph);
  REQUIRE(back->metadata);
  CHECK(PackMetadata(*back->metadata) == PackMetadata(*model.metadata));
}

TEST_CASE("a file is read at any address") {
  const ModelFile model = SmallModel(kInt8);
  const auto file = WriteTflite(model);
  for (std::size_t shift = 0; shift < 8; ++shift) {
    std::vector<std::uint8_t> shifted(shift);
    shifted.insert(shifted.end(), file.begin(), file.end());
    const Result<ModelFile> back = ReadTflite(std::span(shifted).subspan(shift));
    REQUIRE(back.ok());
    CHECK(back->graph == model.graph);
  }
}

TEST_CASE("a sealed file with any byte changed is refused") {
  auto file = WriteTflite(SmallModel(kInt8));
  REQUIRE(ReadTflite(file).ok());
  for (std::size_t i = 0; i < file.size(); ++i) {
    for (const int flip : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF}) {
      file[i] = static_cast<std::uint8_t>(file[i] ^ flip);
      if (ReadTflite(file).ok()) FAIL_CHECK("byte ", i, " changed by ", flip, " was not seen");
      file[i] = static_cast<std::uint8_t>(file[i] ^ flip);
    }
  }
}

TEST_CASE("a sealed file cut anywhere or made longer is refused") {
  auto file = WriteTflite(SmallModel(kFloat32));
  for (std::size_t size = 0; size < file.size(); ++size) {
    if (ReadTflite(std::span(file).first(size)).ok()) FAIL_CHECK("cut to ", size, " was not seen");
  }
  file.push_back(0);
  const Result<ModelFile> longer = ReadTflite(file);
  REQUIRE(!longer.ok());
  CHECK(longer.error().detail ==
        "the model file is not the one that was sealed: its content does not match the SHA-256 in "
        "its metadata");
}

TEST_CASE("a damaged file without metadata is refused or still a right graph") {
  for (const DataType type : {kFloat32, kInt8}) {
    auto file = WriteTflite({SmallNetwork(type), {}});
    for (std::size_t i = 0; i < file.size(); ++i) {
      for (const int flip : {0x01, 0x80, 0xFF}) {
        file[i] = static_cast<std::uint8_t>(file[i] ^ flip);
        const Result<ModelFile> result = ReadTflite(file);
        if (result.ok()) CHECK(CheckGraph(result->graph).ok());
        file[i] = static_cast<std::uint8_t>(file[i] ^ flip);
      }
    }
    for (std::size_t size = 0; size < file.size(); ++size) {
      const Result<ModelFile> result = ReadTflite(std::span(file).first(size));
      if (result.ok()) CHECK(CheckGraph(result->graph).ok());
    }
  }
}
