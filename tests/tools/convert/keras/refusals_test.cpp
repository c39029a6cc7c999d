// What cannot be read is refused with a sentence that names the layer.
#include <doctest/doctest.h>

#include "convert/keras.h"
#include "sample_archive.h"

using namespace echolens;
using namespace echolens::convert;

namespace {

constexpr auto kCorrupt = ErrorCode::kSourceCorrupt;
constexpr auto kUnsupported = ErrorCode::kSourceUnsupported;

void CheckError(const Result<SourceNetwork>& result, ErrorCode code, const std::string& detail) {
  CAPTURE(detail);
  REQUIRE(!result.ok());
  CHECK(ErrorName(result.error().code) == ErrorName(code));
  CHECK(result.error().detail == detail);
}

struct Change {
  std::string from, to;
  ErrorCode code;
  std::string detail;
};

// A layer of its own class and settings in the place of the convolution.
std::string Layer(const std::string& type, const std::string& settings,
                  const std::string& shape = "[null, 4, 4, 2]") {
  return R"({"class_name": "Sequential", "config": {"name": "sample", "layers": [
    {"class_name": "InputLayer", "config": {"batch_shape": )" +
         shape + R"(, "name": "image"}}, {"class_name": ")" + type +
         R"(", "config": {"name": "x", "trainable": true)" + settings + "}}]}}";
}

std::string Functional(const std::string& layers, const std::string& outputs = R"(["a", 0, 0])") {
  return R"({"class_name": "Functional", "config": {"name": "sample", "layers": [
    {"class_name": "InputLayer", "name": "image", "inbound_nodes": [],
     "config": {"batch_shape": [null, 4, 4, 2], "name": "image"}})" +
         layers + R"(], "input_layers": ["image", 0, 0], "output_layers": )" + outputs + "}}";
}

std::string Call(const std::string& name, const std::string& calls,
                 const std::string& type = "Dropout") {
  return R"(, {"class_name": ")" + type + R"(", "name": ")" + name +
         R"(", "config": {"trainable": true}, "inbound_nodes": [)" + calls + "]}";
}

std::string Tensor(const std::string& layer) {
  return R"({"class_name": "__keras_tensor__", "config": {"keras_history": [")" + layer +
         R"(", 0, 0]}})";
}
std::string Arguments(const std::string& values, const std::string& keywords = "{}") {
  return R"({"args": [)" + values + R"(], "kwargs": )" + keywords + "}";
}

}  // namespace

TEST_CASE("the sample is read") {
  const auto network = ReadKeras(SampleArchive());
  REQUIRE(network.ok());
  REQUIRE(network->nodes.size() == 1);
  const auto& convolution = std::get<Convolution>(network->nodes[0].op);
  CHECK(convolution.kernel == std::vector<float>{0, 3, 1, 4, 2, 5});  // [out, in] of [in, out]
  CHECK(convolution.bias == std::vector<float>{1, 2, 3});
  CHECK(network->nodes[0].place == "layer 2 'conv' (Conv2D)");
}

TEST_CASE("weights that cannot be used are named") {
  const std::string conv = "layer 2 'conv' (Conv2D): ";
  const std::string kernel = conv + "its kernel: HDF5 dataset 'layers/conv2d/vars/0' ";
  const std::string missing = conv + "its kernel: the HDF5 file has no 'layers/conv2d/vars/0'";
  const std::string packed =
      kernel + "is compressed, in pieces or in another file: save the model again with model.save";
  const std::string floats = kernel + "holds no 32-bit floats: make the model with dtype float32";
  struct Case {
    std::string file;
    ErrorCode code;
    std::string detail;
  };
  const Case table[] = {
      {"missing", kCorrupt, missing},
      {"shape", kCorrupt, conv + "its kernel is [1, 1, 3, 2], expected [1, 1, 2, 3]"},
      {"nan", kCorrupt,
       conv + "the kernel holds nan at position 1: every weight must be a finite number"},
      {"float64", kUnsupported, floats},
      {"float16", kUnsupported, floats},
      {"group", kCorrupt, conv + "its kernel: 'layers/conv2d/vars/0' is no HDF5 dataset"},
      {"soft_link", kCorrupt, missing},
      {"loop", kCorrupt, missing},
      {"external_link", kCorrupt, missing},
      {"external_storage", kUnsupported, packed},
      {"virtual", kUnsupported, packed},
      {"compressed", kUnsupported, packed},
      {"empty", kCorrupt, kernel + "is larger than the file, or empty"},
      {"huge", kCorrupt, kernel + "is larger than the file, or empty"},
      {"unwritten", kCorrupt, kernel + "is not stored in the file"},
  };
  for (const Case& c : table) {
    CheckError(ReadKeras(SampleArchive(kSampleConfig, c.file)), c.code, c.detail);
  }
}

TEST_CASE("a file of the wrong kind is named") {
  CheckError(ReadKerasHdf5(ReadTestData("keras/weights/good.h5")), kCorrupt,
             "the file has weights alone, no model_config: save the whole model with model.save, "
             "not with save_weights");
  CheckError(ReadKerasHdf5({}), kCorrupt, "no HDF5 file: it does not begin with HDF5's signature");
  Bytes truncated = ReadTestData("keras/weights/good.h5");
  truncated.resize(100);
  CheckError(ReadKerasHdf5(truncated), kCorrupt, "the HDF5 file is damaged: an object header");
  CheckError(ReadKeras(SampleArchive("{")), kCorrupt, "config.json is no JSON");
  CheckError(ReadKeras(SampleArchive("3")), kUnsupported,
             "the file holds no model, expected a Sequential or Functional model");
  CheckError(ReadKeras(SampleArchive(R"({"class_name": "MyModel", "config": {}})")), kUnsupported,
             "the file holds a 'MyModel', expected a Sequential or Functional model");
  CheckError(ReadKeras(SampleArchive(R"({"class_name": "Sequential"})")), kCorrupt,
             "the model has no configuration");
  CheckError(ReadKeras(SampleArchive(R"({"class_name": "Sequential", "config": {"layers": []}})")),
             kCorrupt, "the model: the configuration has no list of 1 to 5000 layers");
  CheckError(ReadKeras(SampleArchive(std::string(300, '[') + std::string(300, ']'))), kCorrupt,
             "config.json nests 300 levels deep, expected up to 200");
}

TEST_CASE("a setting that cannot be used is named") {
  const std::string conv = "layer 2 'conv' (Conv2D): ";
  const Change table[] = {
      {"channels_last", "channels_first", kUnsupported,
       conv + "its data_format is channels_first: build the model with channels_last and save "
              "again"},
      {R"("dtype": "float32", "filters")", R"("dtype": "float16", "filters")", kUnsupported,
       conv + "its dtype is 'float16', expected float32: make the model again in float32, take "
              "over the weights with set_weights, and save that"},
      {R"("dtype": "float32", "filters")",
       R"("dtype": {"class_name": "DTypePolicy", "config": {"name": "bfloat16"}}, "filters")",
       kUnsupported,
       conv + "its dtype is 'bfloat16', expected float32: make the model again in float32, take "
              "over the weights with set_weights, and save that"},
      {R"("valid")", R"("causal")", kUnsupported,
       conv + "its padding is 'causal', expected 'same' or 'valid'"},
      {R"("linear")", R"("gelu")", kUnsupported,
       conv + R"(its activation is "gelu": the converter has relu, relu6, sigmoid, softmax, tanh, )"
              "silu, hard_silu, hard_sigmoid and linear"},
      {R"("strides": [1, 1])", R"("strides": [1, 1.5])", kCorrupt,
       conv + "strides is [1,1.5], expected two whole numbers"},
      {R"("strides": [1, 1])", R"("strides": [0, 1])", kUnsupported,
       conv + "window size, stride, dilation or padding out of range"},
      {R"("use_bias": true)", R"("use_bias": 7)", kCorrupt,
       conv + "use_bias is 7, expected true or false"},
      {R"("filters": 3)", R"("filters": "many")", kCorrupt,
       conv + R"(filters is "many", expected a whole number)"},
      {R"("filters": 3)", R"("filters": 0)", kCorrupt,
       conv + "filters is 0, expected 1 to 1048576"},
      {R"("filters": 3)", R"("filters": 4)", kCorrupt,
       conv + "its kernel is [1, 1, 2, 3], expected [1, 1, 2, 4]"},
      {R"([null, 4, 4, 2])", R"([null, null, 4, 2])", kUnsupported,
       "layer 1 'image' (InputLayer): the input is [null,null,4,2]: build the model with a known "
       "height and width and save again"},
      {R"([null, 4, 4, 2])", R"([8, 4, 4, 2])", kUnsupported,
       "layer 1 'image' (InputLayer): input 'image' is [8, 4, 4, 2], expected known sizes and a "
       "batch of 1"},
      {R"("batch_shape": [null, 4, 4, 2])", R"("x": 0)", kCorrupt,
       "layer 1 'image' (InputLayer): the shape of the input is nowhere: build the model with an "
       "InputLayer and save again"},
      {"Conv2D", "Conv2DTranspose", kUnsupported,
       "layer 2 'conv' (Conv2DTranspose): the converter has no such layer; docs/converting.md "
       "lists those it has: replace it and save again"},
      {"Conv2D", "Lambda", kUnsupported,
       "layer 2 'conv' (Lambda): it runs Python code, which cannot be converted: replace it by "
       "layers and save again"},
      {R"("module": "keras.layers", "class_name": "Conv2D")",
       R"("module": "keras.src.ops.numpy", "class_name": "Add")", kUnsupported,
       "layer 2 'conv' (Add): an operation on tensors, no layer: replace it by a layer (Rescaling, "
       "Add, Multiply, …) and save again"},
  };
  for (const Change& c : table) {
    CheckError(ReadKeras(SampleArchive(Replaced(kSampleConfig, c.from, c.to))), c.code, c.detail);
  }
}

TEST_CASE("an option that a layer has and the converter lacks is named") {
  struct Case {
    std::string type, settings, detail;
  };
  const Case table[] = {
      {"ReLU", R"(, "negative_slope": 0.5)",
       "negative_slope is 0.5 and threshold 0: only 0 is supported"},
      {"ReLU", R"(, "threshold": 1.0)", "negative_slope is 0 and threshold 1: only 0 is supported"},
      {"Softmax", R"(, "axis": 1)", "axis is 1: only the last axis, the channels, is supported"},
      {"BatchNormalization", R"(, "axis": [1])",
       "axis is [1]: only the last axis, the channels, is supported"},
      {"Normalization", R"(, "axis": -1, "invert": true)",
       "invert is true: only the way in is supported"},
      {"Concatenate", R"(, "axis": 0)", "axis 0 joins different pictures"},
      {"UpSampling2D", R"(, "interpolation": "bicubic")",
       "its interpolation is 'bicubic', expected 'bilinear' or 'nearest'"},
      {"Resizing", R"(, "height": 8, "width": 8, "crop_to_aspect_ratio": true)",
       "crop_to_aspect_ratio is true: only false is supported"},
  };
  for (const Case& c : table) {
    CheckError(ReadKeras(SampleArchive(Layer(c.type, c.settings))), kUnsupported,
               "layer 2 'x' (" + c.type + "): " + c.detail);
  }
}

TEST_CASE("settings without a meaning are named") {
  struct Case {
    std::string type, settings, detail;
  };
  const Case table[] = {
      {"Reshape", R"(, "target_shape": [-1, 5])",
       "its input [1, 4, 4, 2] has another number of elements than [1, 6, 5]"},
      {"Reshape", R"(, "target_shape": [0.5])", "target_shape is [0.5]"},
      {"Reshape", "", "target_shape is missing, expected numbers"},
      {"Rescaling", R"(, "scale": "big", "offset": 0)", R"(scale is "big", expected numbers)"},
      {"Rescaling", R"(, "scale": [1, 2, 3], "offset": 0)", "the scale has 3 values, expected 2"},
      {"ZeroPadding2D", R"(, "padding": [1, 2, 3])", "padding has no 4 sides"},
      {"ZeroPadding2D", R"(, "padding": -1)", "padding is -1"},
      {"Cropping2D", R"(, "cropping": [[1, 3], [0, 0]])",
       "cropping leaves nothing of its input [1, 4, 4, 2]"},
      {"Permute", R"(, "dims": [2, 1])", "no permutation of the axes of [1, 4, 4, 2]"},
      {"Permute", R"(, "dims": [0, 1, 2])", "no permutation of the axes of [1, 4, 4, 2]"},
      {"Permute", R"(, "dims": [1, 2, 1e30])", "no permutation of the axes of [1, 4, 4, 2]"},
      {"UpSampling2D", R"(, "size": [40000, 1])", "size is [40000, 1]"},
      {"Normalization", R"(, "axis": -1, "mean": [1, 2], "variance": [1])",
       "mean and variance differ in length"},
      {"Normalization", R"(, "axis": -1, "mean": [1], "variance": [-1])", "a variance is negative"},
      {"Add", "", "it has one input, expected at least 2"},
  };
  for (const Case& c : table) {
    CheckError(ReadKeras(SampleArchive(Layer(c.type, c.settings))), kCorrupt,
               "layer 2 'x' (" + c.type + "): " + c.detail);
  }
}

TEST_CASE("connections that lead nowhere are named") {
  const std::string a = "layer 2 'a' (Dropout): ";
  struct Case {
    std::string config;
    ErrorCode code;
    std::string detail;
  };
  const Case table[] = {
      {Functional(Call("a", Arguments(Tensor("b"))) + Call("b", Arguments(Tensor("a")))), kCorrupt,
       a + "its input never comes: layers read each other in a circle"},
      {Functional(Call("a", Arguments(Tensor("gone")))), kCorrupt,
       a + "it reads 'gone', which is no layer of its model"},
      {Functional(Call("a", Arguments("2.5"))), kUnsupported,
       a + "it is called with 2.5: call it with its inputs alone and save again"},
      {Functional(Call("a", Arguments(Tensor("image"), R"({"training": true})"))), kUnsupported,
       a + "it is called with 'training' = true: call it with its inputs alone and save again"},
      {Functional(Call("a", R"([["image", 0, 0, {"training": true}]])")), kUnsupported,
       a + "it is called with 'training' = true: call it with its inputs alone and save again"},
      {Functional(Call("a", R"([["image", 0]])")), kCorrupt,
       a + R"(its inbound_nodes hold ["image",0])"},
      {Functional(Call("a", "[]")), kCorrupt, a + "it is called without an input"},
      {Functional(Call("a", Arguments(Tensor("image") + ", " + Tensor("image")))), kCorrupt,
       a + "it is called with 2 inputs, expected 1"},
      {Functional(Call("image", Arguments(Tensor("image")))), kCorrupt,
       "layer 2 'image' (Dropout): another layer of the model has the same name"},
      {Functional(Call("a", Arguments(Tensor("image"))), R"(["a", 0, 7])"), kCorrupt,
       "model 'sample': it reads an output of 'a' that is not there"},
      {Functional(Call("a", Arguments(Tensor("image"))), "[]"), kCorrupt,
       "model 'sample': its output_layers are missing or damaged"},
  };
  for (const Case& c : table) CheckError(ReadKeras(SampleArchive(c.config)), c.code, c.detail);
}

TEST_CASE("models within models do not multiply without end") {
  std::string inner = Functional(Call("a", Arguments(Tensor("image"))));
  for (int i = 0; i < 20; ++i) {
    const std::string twice = R"(, {"class_name": "Functional", "name": "a", "config": )" +
                              inner.substr(inner.find(R"({"name": "sample")"));
    inner = Functional(twice.substr(0, twice.size() - 1) + R"(, "inbound_nodes": [)" +
                           Arguments(Tensor("image")) + ", " + Arguments(Tensor("a")) + "]}",
                       R"(["a", 2, 0])");
  }
  CheckError(ReadKeras(SampleArchive(inner)), kUnsupported,
             "the network calls layers more than 20000 times");
}
