// Models that are damaged or that nobody would export: each refused with a sentence that helps.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "convert/onnx.h"
#include "onnx.pb.h"
#include "support/files.h"

using namespace echolens;
using namespace echolens::convert;
namespace fb = echolens::onnx_format;

namespace {

fb::NodeProto& AddNode(fb::GraphProto& graph, const std::string& op,
                       const std::vector<std::string>& inputs, const std::string& output) {
  fb::NodeProto& node = *graph.add_node();
  node.set_op_type(op);
  node.set_name("/" + output);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

void AddFloats(fb::GraphProto& graph, const std::string& name,
               const std::vector<std::int64_t>& dims, const std::vector<float>& values) {
  fb::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(fb::TensorProto::FLOAT);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  for (const float value : values) tensor.add_float_data(value);
}

void AddInts(fb::GraphProto& graph, const std::string& name,
             const std::vector<std::int64_t>& values) {
  fb::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(fb::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  for (const std::int64_t value : values) tensor.add_int64_data(value);
}

void SetInts(fb::NodeProto& node, const std::string& name,
             const std::vector<std::int64_t>& values) {
  fb::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(fb::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

void SetInt(fb::NodeProto& node, const std::string& name, std::int64_t value) {
  fb::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(fb::AttributeProto::INT);
  attribute.set_i(value);
}

void SetText(fb::NodeProto& node, const std::string& name, const std::string& value) {
  fb::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(fb::AttributeProto::STRING);
  attribute.set_s(value);
}

// One 3 × 3 convolution of a picture [1, 2, 5, 5]: "x" to "y", weights "w" and "b".
fb::ModelProto Small() {
  fb::ModelProto model;
  model.set_ir_version(8);
  fb::OperatorSetIdProto& opset = *model.add_opset_import();
  opset.set_version(17);
  fb::GraphProto& graph = *model.mutable_graph();
  graph.set_name("small");
  fb::ValueInfoProto& input = *graph.add_input();
  input.set_name("x");
  input.mutable_type()->mutable_tensor_type()->set_elem_type(fb::TensorProto::FLOAT);
  for (const int size : {1, 2, 5, 5}) {
    input.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(size);
  }
  graph.add_output()->set_name("y");
  AddFloats(graph, "w", {3, 2, 3, 3}, std::vector<float>(54, 0.5f));
  AddFloats(graph, "b", {3}, {1, 2, 3});
  AddNode(graph, "Conv", {"x", "w", "b"}, "y");
  return model;
}

std::vector<std::uint8_t> Bytes(const fb::ModelProto& model) {
  const std::string bytes = model.SerializeAsString();
  return {bytes.begin(), bytes.end()};
}

// The message of what `change` makes of the small model; its code is `code`.
std::string Refused(ErrorCode code, const std::function<void(fb::ModelProto&)>& change,
                    const OnnxOptions& options = {}) {
  fb::ModelProto model = Small();
  change(model);
  const auto network = ReadOnnx(Bytes(model), options);
  REQUIRE(!network.ok());
  CHECK(ErrorName(network.error().code) == ErrorName(code));
  return network.error().detail;
}

// The same with another node instead of the convolution: it reads "x", perhaps constants.
std::string RefusedNode(ErrorCode code, const std::string& op,
                        const std::function<void(fb::GraphProto&, fb::NodeProto&)>& change) {
  return Refused(code, [&](fb::ModelProto& model) {
    fb::GraphProto& graph = *model.mutable_graph();
    graph.clear_node();
    fb::NodeProto& node = AddNode(graph, op, {"x"}, "y");
    change(graph, node);
  });
}

constexpr ErrorCode kCorrupt = ErrorCode::kSourceCorrupt;
constexpr ErrorCode kUnsupported = ErrorCode::kSourceUnsupported;

}  // namespace

TEST_CASE("the small model itself is read") {
  const auto network = ReadOnnx(Bytes(Small()));
  REQUIRE_MESSAGE(network.ok(), network.error().detail);
  CHECK(network->name == "small");
  REQUIRE(network->nodes.size() == 1);
  CHECK(network->nodes[0].place == "node 0 '/y' (Conv)");
  CHECK(network->values[static_cast<std::size_t>(network->outputs[0])].name == "y");
  CHECK(network->values[static_cast<std::size_t>(network->outputs[0])].shape == Shape{1, 3, 3, 3});
}

TEST_CASE("what is no ONNX model, or half of one, says so") {
  const std::vector<std::uint8_t> whole = Bytes(Small());
  const auto message = [](const std::vector<std::uint8_t>& bytes) {
    const auto network = ReadOnnx(bytes);
    REQUIRE(!network.ok());
    return network.error().detail;
  };
  CHECK(message({}) == "the ONNX model holds no graph");
  CHECK(message({'P', 'K', 3, 4}) == "this is no ONNX model, or it is truncated or damaged");
  CHECK(message({whole.begin(), whole.end() - 9}) ==
        "this is no ONNX model, or it is truncated or damaged");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    (void)ReadOnnx(std::span(whole).first(size));
  }
}

TEST_CASE("no flipped bit makes it crash") {
  for (const std::vector<std::uint8_t>& file :
       {Bytes(Small()), ReadTestData("onnx/functions-18.onnx")}) {
    REQUIRE(!file.empty());
    std::vector<std::uint8_t> bytes = file;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (const int mask : {0x01, 0x08, 0x80, 0xFF}) {
        bytes[i] = static_cast<std::uint8_t>(bytes[i] ^ mask);
        const auto network = ReadOnnx(bytes);
        CHECK((network.ok() || !network.error().detail.empty()));
        bytes[i] = file[i];
      }
    }
  }
}

TEST_CASE("the model as a whole") {
  CHECK(Refused(kUnsupported, [](auto& m) { m.mutable_opset_import(0)->set_version(9); }) ==
        "the model is of opset 9, expected 11 to 20: export it with opset 17 or 18");
  CHECK(Refused(kCorrupt, [](auto& m) { m.mutable_graph()->clear_input(); }) ==
        "the ONNX model has no inputs");
  CHECK(Refused(kCorrupt, [](auto& m) { m.mutable_graph()->clear_output(); }) ==
        "the ONNX model has no outputs");
  CHECK(Refused(kCorrupt, [](auto& m) { m.mutable_graph()->mutable_output(0)->set_name("z"); }) ==
        "output 'z' is of no node");
  CHECK(Refused(kUnsupported, [](auto& m) { m.mutable_graph()->add_sparse_initializer(); }) ==
        "the model has sparse initialisers: export it without them");
}

TEST_CASE("inputs") {
  const auto dims = [](auto change) {
    return [change](fb::ModelProto& model) {
      fb::TypeProto& type = *model.mutable_graph()->mutable_input(0)->mutable_type();
      change(*type.mutable_tensor_type());
    };
  };
  CHECK(Refused(kUnsupported, dims([](auto& t) { t.set_elem_type(7); })) ==
        "input 'x' is of element type 7, expected float32");
  CHECK(Refused(kUnsupported, dims([](auto& t) {
                  t.mutable_shape()->mutable_dim(2)->clear_dim_value();
                  t.mutable_shape()->mutable_dim(2)->set_dim_param("height");
                })) ==
        "input 'x' has no known size along axis 2, 'height': export the model with "
        "fixed input size, or say it (--input-size)");
  CHECK(Refused(kUnsupported, dims([](auto& t) {
                  t.mutable_shape()->mutable_dim(0)->set_dim_value(4);
                })) == "input 'x' is [4, 5, 5, 2], expected known sizes and a batch of 1");
  CHECK(Refused(kUnsupported, dims([](auto& t) {
                  t.mutable_shape()->mutable_dim(3)->set_dim_value(std::int64_t{1} << 40);
                }))
            .starts_with("input 'x' is [1, 5, 1073741824, 2], expected"));
  CHECK(Refused(kCorrupt, [](auto& m) { *m.mutable_graph()->add_input() = m.graph().input(0); }) ==
        "input 'x' is there already");

  fb::ModelProto open = Small();
  auto* shape = open.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type();
  for (const int axis : {0, 2, 3}) shape->mutable_shape()->mutable_dim(axis)->clear_dim_value();
  OnnxOptions options;
  options.input_size = {7, 9};
  const auto network = ReadOnnx(Bytes(open), options);
  REQUIRE(network.ok());
  CHECK(network->values[0].shape == Shape{1, 7, 9, 2});
}

TEST_CASE("initialisers") {
  const auto kernel = [](auto change) {
    return
        [change](fb::ModelProto& model) { change(*model.mutable_graph()->mutable_initializer(0)); };
  };
  const std::string place = "node 0 '/y' (Conv): initialiser 'w': ";
  CHECK(Refused(kCorrupt, kernel([](auto& t) { t.set_name("v"); })) ==
        "node 0 '/y' (Conv): it reads 'w', which is no input, no initialiser and of no earlier "
        "node");
  CHECK(Refused(kCorrupt, kernel([](auto& t) { t.set_raw_data("abc"); })) ==
        place + "raw_data has 3 bytes, expected 216");
  CHECK(Refused(kCorrupt, kernel([](auto& t) { t.add_float_data(1); })) ==
        place + "it has 55 values, expected 54");
  CHECK(Refused(kCorrupt, kernel([](auto& t) { t.set_float_data(7, NAN); })) ==
        "node 0 '/y' (Conv): the kernel holds nan at position 14: every weight must be a finite "
        "number");
  CHECK(Refused(kCorrupt, kernel([](auto& t) { t.set_dims(0, -3); })) ==
        place + "the shape [-3, 2, 3, 3] is not one that a network could have");
  CHECK(Refused(kCorrupt, kernel([](auto& t) { t.set_dims(1, std::int64_t{1} << 62); })) ==
        place + "the shape [3, 4611686018427387904, 3, 3] is not one that a network could have");
  CHECK(Refused(kUnsupported, kernel([](auto& t) { t.set_data_type(16); })) ==
        place +
            "its element type is 16, expected float32, float16, double, int8, uint8, int32, "
            "int64 or bool");
  CHECK(Refused(kCorrupt, kernel([](auto& t) {
                  t.set_dims(0, 2);
                  t.set_dims(1, 3);
                })) ==
        "node 0 '/y' (Conv): a kernel [2, 3, 3, 3] in 1 groups does not fit the "
        "input [1, 5, 5, 2]");
  CHECK(Refused(kCorrupt, [](auto& m) {
          *m.mutable_graph()->add_initializer() = m.graph().initializer(0);
        }) == "initialiser 'w' is there twice");
}

TEST_CASE("external data stay beside the model and inside their file") {
  OnnxOptions options;
  options.read_external = [](const std::string&) -> Result<std::vector<std::uint8_t>> {
    return std::vector<std::uint8_t>(220);
  };
  const auto refused = [&](const std::string& location, const std::string& offset,
                           const std::string& length) {
    return Refused(
        kCorrupt,
        [&](fb::ModelProto& model) {
          fb::TensorProto& tensor = *model.mutable_graph()->mutable_initializer(0);
          tensor.clear_float_data();
          tensor.set_data_location(fb::TensorProto::EXTERNAL);
          for (const auto& [key, value] :
               {std::pair<std::string, std::string>{"location", location},
                {"offset", offset},
                {"length", length}}) {
            fb::StringStringEntryProto& entry = *tensor.add_external_data();
            entry.set_key(key);
            entry.set_value(value);
          }
        },
        options);
  };
  const std::string place = "node 0 '/y' (Conv): initialiser 'w': its external data ";
  for (const std::string name :
       {"/etc/passwd", "../w", "a/../../w", "", "C:\\w", "a//b", "..", "a\\..\\b"}) {
    CAPTURE(name);
    CHECK(refused(name, "0", "216").starts_with(place + "are in "));
  }
  CHECK(refused("w.bin", "8", "216") == place + "end at byte 8 + 216, but 'w.bin' has 220");
  CHECK(refused("w.bin", "9223372036854775807", "216") ==
        place + "end at byte 9223372036854775807 + 216, but 'w.bin' has 220");
  CHECK(refused("w.bin", "0", "100") == place + "have 100 bytes, expected 216");
  CHECK(refused("w.bin", "-4", "216") == place + "have the offset '-4'");
  CHECK(refused("w.bin", "4x", "216") == place + "have the offset '4x'");
}

TEST_CASE("graphs that are none") {
  CHECK(Refused(kCorrupt,
                [](auto& m) {
                  m.mutable_graph()->mutable_node(0)->set_input(0, "later");
                  AddNode(*m.mutable_graph(), "Relu", {"y"}, "later");
                  m.mutable_graph()->mutable_output(0)->set_name("later");
                }) ==
        "node 0 '/y' (Conv): it reads 'later', which is no input, no initialiser and of no "
        "earlier node");
  CHECK(Refused(kCorrupt, [](auto& m) { AddNode(*m.mutable_graph(), "Relu", {"x"}, "y"); }) ==
        "node 1 '/y' (Relu): it writes 'y', which is there already");
  CHECK(Refused(kCorrupt, [](auto& m) {
          AddNode(*m.mutable_graph(), "Relu", {"y"}, "w");
          m.mutable_graph()->mutable_output(0)->set_name("w");
        }).find("it writes 'w', which is there already") != std::string::npos);
  CHECK(Refused(kUnsupported,
                [](auto& m) {
                  fb::NodeProto& node = AddNode(*m.mutable_graph(), "Dropout", {"y"}, "z");
                  node.add_output("mask");
                  AddNode(*m.mutable_graph(), "Relu", {"mask"}, "r");
                  m.mutable_graph()->mutable_output(0)->set_name("r");
                }) ==
        "node 2 '/r' (Relu): it reads 'mask', a further output of node 1 '/z' (Dropout), "
        "which the converter does not compute");
}

TEST_CASE("functions that call themselves end") {
  CHECK(Refused(kUnsupported, [](auto& m) {
          fb::FunctionProto& function = *m.add_functions();
          function.set_domain("local");
          function.set_name("Again");
          function.add_input("a");
          function.add_output("c");
          function.add_opset_import()->set_version(17);
          for (int i = 0; i < 2; ++i) {
            fb::NodeProto& node = *function.add_node();
            node.set_domain("local");
            node.set_op_type("Again");
            node.add_input(i == 0 ? "a" : "b");
            node.add_output(i == 0 ? "b" : "c");
          }
          fb::NodeProto& call = AddNode(*m.mutable_graph(), "Again", {"y"}, "z");
          call.set_domain("local");
          m.mutable_graph()->mutable_output(0)->set_name("z");
        }).ends_with("functions call one another too deeply"));
}

TEST_CASE("operators that the converter does not have are named, with what to do") {
  const auto same = [](fb::GraphProto&, fb::NodeProto&) {};
  CHECK(RefusedNode(kUnsupported, "LSTM", same) ==
        "node 0 '/y' (LSTM): the converter does not have this operator: replace the layer by ones "
        "that it has, before the export (docs/converting.md lists them)");
  for (const std::string op : {"If", "Loop", "Scan"}) {
    CHECK(RefusedNode(kUnsupported, op, same) ==
          "node 0 '/y' (" + op +
              "): control flow: export the model with fixed input size and in evaluation mode, so "
              "that the exporter resolves it");
  }
  CHECK(RefusedNode(kUnsupported, "Attention",
                    [](auto&, auto& node) { node.set_domain("com.microsoft"); }) ==
        "node 0 '/y' (Attention): an operator of 'com.microsoft', expected those of ONNX: "
        "export without the optimisations of one runtime, and quantise in the QDQ format");
  CHECK(RefusedNode(kUnsupported, "Gather", [](auto& graph, auto& node) {
          AddInts(graph, "i", {0});
          node.add_input("i");
        }).starts_with("node 0 '/y' (Gather): only constants can go through it here"));
}

TEST_CASE("options that the converter does not have") {
  const std::string maximum = "node 0 '/y' (MaxPool): ";
  CHECK(RefusedNode(kUnsupported, "MaxPool", [](auto&, auto& node) {
          SetInts(node, "kernel_shape", {2, 2});
          SetInts(node, "dilations", {2, 2});
        }) == maximum + "pooling with dilations: pool without them");
  CHECK(RefusedNode(kCorrupt, "MaxPool", [](auto&, auto& node) {
          SetInts(node, "kernel_shape", {2, 0});
        }) == maximum + "kernel_shape has 2 values, expected 2 from 1 to 32768");
  CHECK(RefusedNode(kCorrupt, "MaxPool", [](auto&, auto& node) {
          SetInt(node, "kernel_shape", 2);
        }) == maximum + "attribute 'kernel_shape' is of type 2, expected 7");
  CHECK(RefusedNode(kUnsupported, "AveragePool",
                    [](auto&, auto& node) {
                      SetInts(node, "kernel_shape", {2, 2});
                      SetInts(node, "strides", {2, 2});
                      SetInt(node, "ceil_mode", 1);
                      SetInt(node, "count_include_pad", 1);
                    }) ==
        "node 0 '/y' (AveragePool): ceil_mode together with count_include_pad: use one of "
        "them");
  CHECK(RefusedNode(kUnsupported, "Pad", [](auto& graph, auto& node) {
          AddInts(graph, "p", {0, 0, 1, 1, 0, 0, 1, 1});
          node.add_input("p");
          SetText(node, "mode", "reflect");
        }) == "node 0 '/y' (Pad): mode is 'reflect', expected 'constant': pad with a constant");
  CHECK(RefusedNode(kUnsupported, "Pad", [](auto& graph, auto& node) {
          AddInts(graph, "p", {0, 0, -1, 1, 0, 0, 1, 1});
          node.add_input("p");
        }) == "node 0 '/y' (Pad): pads of -1 and 1, expected 0 to 32768");
  const auto slice = [](ErrorCode code, std::int64_t start, std::int64_t end, std::int64_t axis,
                        std::int64_t step) {
    return RefusedNode(code, "Slice", [&](auto& graph, auto& node) {
      for (const auto& [name, value] :
           {std::pair{"s", start}, {"e", end}, {"a", axis}, {"t", step}}) {
        AddInts(graph, name, {value});
        node.add_input(name);
      }
    });
  };
  CHECK(
      slice(kCorrupt, 3, 2, 1, 1) ==
      "node 0 '/y' (Slice): nothing is left of axis 3 of [1, 5, 5, 2], or the part leads outside");
  CHECK(slice(kUnsupported, 0, 9, 3, 2) ==
        "node 0 '/y' (Slice): a step of 2 along axis 3, expected 1: pool with a stride instead");
  CHECK(slice(kUnsupported, -1, -9, 2, -1) ==
        "node 0 '/y' (Slice): a step of -1 along axis 2, expected 1: pool with a stride instead");
  CHECK(slice(kCorrupt, 0, 1, 4, 1) == "node 0 '/y' (Slice): axis 4 of a tensor with 4 axes");
  CHECK(RefusedNode(kUnsupported, "Slice", [](auto&, auto& node) {
          node.add_input("x");
          node.add_input("x");
        }).starts_with("node 0 '/y' (Slice): the starts (input 1) depends on the network's input"));
  const auto split = [](const std::vector<std::int64_t>& sizes) {
    return RefusedNode(kCorrupt, "Split", [&](auto& graph, auto& node) {
      AddInts(graph, "s", sizes);
      node.add_input("s");
      node.add_output("z");
      SetInt(node, "axis", 1);
    });
  };
  for (const auto& sizes :
       {std::vector<std::int64_t>{1, 2}, {2}, {1, 1, 0}, {-1, 3}, {std::int64_t{1} << 62, 1}}) {
    CHECK(split(sizes) == "node 0 '/y' (Split): it splits an axis of 2 into 2 parts by " +
                              std::to_string(sizes.size()) + " sizes that do not fit");
  }
  CHECK(
      RefusedNode(kCorrupt, "Split", [](auto&, auto& node) {
        for (const char* more : {"z", "z2"}) node.add_output(more);
        SetInt(node, "axis", 1);
      }) == "node 0 '/y' (Split): it splits an axis of 2 into 3 parts by 3 sizes that do not fit");
  const auto resize = [](std::vector<float> scales, const std::string& mode) {
    return RefusedNode(kUnsupported, "Resize", [&](auto& graph, auto& node) {
      AddFloats(graph, "s", {static_cast<std::int64_t>(scales.size())}, scales);
      node.add_input("");
      node.add_input("s");
      SetText(node, "mode", mode);
    });
  };
  CHECK(resize({1, 1, 2, 2}, "cubic") ==
        "node 0 '/y' (Resize): mode is 'cubic', expected 'linear' or 'nearest'");
  CHECK(resize({1, 1, 1.5f, 2}, "linear").find("resizes an axis of 5 to 7.5") != std::string::npos);
  CHECK(resize({1, 2, 2, 2}, "linear") ==
        "node 0 '/y' (Resize): it resizes more than height and width");
  CHECK(resize({1, 1, 1, 1.2f}, "nearest").find("repeats rows unequally: use whole factors") !=
        std::string::npos);
  CHECK(RefusedNode(kUnsupported, "ReduceMean",
                    [](auto&, auto& node) { SetInts(node, "axes", {1}); }) ==
        "node 0 '/y' (ReduceMean): it reduces the axes [1] of [1, 2, 5, 5], expected height "
        "and width");
  CHECK(RefusedNode(kUnsupported, "Div", [](auto&, auto& node) { node.add_input("x"); }) ==
        "node 0 '/y' (Div): it divides by a value that depends on the network's input");
  CHECK(RefusedNode(kUnsupported, "Cast", [](auto&, auto& node) { SetInt(node, "to", 7); }) ==
        "node 0 '/y' (Cast): it casts a value that depends on the network's input to element type "
        "7, expected float32");
  CHECK(RefusedNode(kUnsupported, "Dropout",
                    [](auto& graph, auto& node) {
                      AddInts(graph, "t", {1});
                      node.add_input("");
                      node.add_input("t");
                    }) ==
        "node 0 '/y' (Dropout): it drops values at random: export the model in evaluation "
        "mode");
  CHECK(RefusedNode(kCorrupt, "Transpose", [](auto&, auto& node) {
          SetInts(node, "perm", {0, 1, 1, 2});
        }) == "node 0 '/y' (Transpose): it names an axis twice");
  CHECK(RefusedNode(kCorrupt, "Reshape",
                    [](auto& graph, auto& node) {
                      AddInts(graph, "s", {1, 49});
                      node.add_input("s");
                    }) ==
        "node 0 '/y' (Reshape): its input [1, 2, 5, 5] has another number of elements than "
        "[1, 49]");
  CHECK(RefusedNode(kUnsupported, "Conv", [](auto&, auto& node) { node.add_input("x"); }) ==
        "node 0 '/y' (Conv): the kernel (input 1) depends on the network's input, expected a "
        "constant: export the model with fixed input size and in evaluation mode");
}

TEST_CASE("quantised in another way than by QDQ pairs") {
  const auto quantise = [](fb::GraphProto& graph, fb::NodeProto& node, float scale) {
    AddFloats(graph, "s", {}, {scale});
    node.add_input("s");
  };
  CHECK(RefusedNode(kCorrupt, "QuantizeLinear", [&](auto& graph, auto& node) {
          quantise(graph, node, -1);
        }) == "node 0 '/y' (QuantizeLinear): its scale is -1, expected a positive number");
  CHECK(RefusedNode(kUnsupported, "DequantizeLinear", [&](auto& graph, auto& node) {
          quantise(graph, node, 1);
        }).ends_with("its scale and zero point are not those its input was quantised with"));
  CHECK(RefusedNode(kUnsupported, "QuantizeLinear",
                    [&](auto& graph, auto& node) {
                      quantise(graph, node, 1);
                      AddNode(graph, "Relu", {"y"}, "z");
                      graph.mutable_output(0)->set_name("z");
                    }) ==
        "node 1 '/z' (Relu): input 0 is quantised: expected a DequantizeLinear before it "
        "(the QDQ format)");
}

TEST_CASE("a small file cannot ask for much memory") {
  CHECK(Refused(kUnsupported, [](auto& m) {
          fb::GraphProto& graph = *m.mutable_graph();
          AddInts(graph, "s", {1 << 15, 1 << 14});
          AddNode(graph, "ConstantOfShape", {"s"}, "c");
          AddNode(graph, "Add", {"y", "c"}, "z");
          graph.mutable_output(0)->set_name("z");
        }).starts_with("node 1 '/c' (ConstantOfShape): its constants come to 53687"));
  CHECK(Refused(kCorrupt, [](auto& m) {
          fb::GraphProto& graph = *m.mutable_graph();
          AddInts(graph, "s", {1 << 30, 1 << 30, 1 << 30});
          AddNode(graph, "ConstantOfShape", {"s"}, "c");
          AddNode(graph, "Add", {"y", "c"}, "z");
          graph.mutable_output(0)->set_name("z");
        }).find("is not one that a network could have") != std::string::npos);
}
