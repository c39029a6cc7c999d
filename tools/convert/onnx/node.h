// One ONNX node while it is read: its inputs, its attributes, and what it becomes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "convert/onnx/constant.h"
#include "convert/source.h"

namespace echolens::convert::onnx {

// Between QuantizeLinear and DequantizeLinear: the int8 grid a value lies on.
struct Grid {
  float scale = 1;
  std::int32_t zero_point = 0;  // of int8

  bool operator==(const Grid&) const = default;
};

// A value that depends on the network's input. ONNX's axes and those of the source value need not
// stand in the same order: pictures are NCHW there and NHWC here. So a Transpose in the file only
// changes `order`, and those of a network that came from NHWC undo each other without a trace.
struct Activation {
  ValueId id = 0;
  Shape shape;             // by ONNX's axes
  std::vector<int> order;  // axis i of the source value is ONNX's axis order[i]
  std::optional<Grid> grid;
};

using Value = std::variant<ConstantPtr, Activation>;

// What all nodes of a file share.
struct Reading {
  SourceNetwork network;
  ExternalData external;
  std::size_t file_bytes = 0;
  std::int64_t elements = 0;    // of constants made or copied so far
  bool channels_first = false;  // an input is a picture in NCHW

  // Keeps a small file from filling the memory: what is made of constants may be only so many times
  // as much as the file holds. Errors: kSourceUnsupported.
  Status Charge(std::int64_t more);
};

// All errors begin with the node's place: "node 12 '/layers/attn' (Attention)".
class NodeReader {
 public:
  // `inputs`: nothing where an optional input is left out.
  NodeReader(const fb::NodeProto& proto, std::string place, int opset,
             std::vector<std::optional<Value>> inputs, Reading& reading)
      : proto_(proto),
        place_(std::move(place)),
        opset_(opset),
        inputs_(std::move(inputs)),
        reading_(reading) {}

  const std::string& op() const { return proto_.op_type(); }
  int opset() const { return opset_; }
  Reading& reading() { return reading_; }

  Error Corrupt(const std::string& what) const;
  Error Unsupported(const std::string& what) const;
  Error Placed(const Error& error) const;

  std::size_t input_count() const { return inputs_.size(); }
  bool Has(std::size_t i) const { return i < inputs_.size() && inputs_[i].has_value(); }
  bool IsConstant(std::size_t i) const {
    return Has(i) && std::holds_alternative<ConstantPtr>(*inputs_[i]);
  }
  bool AllConstant() const;

  // Input i; a constant becomes a node of its own. Errors: kSourceCorrupt (not there), or between
  // QuantizeLinear and DequantizeLinear, where only some operators may stand.
  Result<Activation> Map(std::size_t i);
  Result<Activation> QuantisedMap(std::size_t i);

  // Input i, which must be constant; `what` names it in errors. Charged to the file's account.
  Result<ConstantPtr> ConstantAt(std::size_t i, const std::string& what);
  // A constant of one element.
  Result<double> NumberAt(std::size_t i, const std::string& what);
  // A constant of integers, one axis or a single number.
  Result<std::vector<std::int64_t>> IntegersAt(std::size_t i, const std::string& what);

  // Attributes. Errors: kSourceCorrupt, when they are of another type.
  bool HasAttribute(std::string_view name) const { return Find(name) != nullptr; }
  Result<std::int64_t> Int(std::string_view name, std::int64_t otherwise) const;
  Result<double> Float(std::string_view name, float otherwise) const;
  Result<std::string> Text(std::string_view name, const std::string& otherwise) const;
  Result<std::vector<std::int64_t>> Ints(std::string_view name,
                                         std::vector<std::int64_t> otherwise) const;
  Result<std::vector<float>> Floats(std::string_view name) const;
  Result<Constant> Tensor(std::string_view name) const;
  // Attribute `name`, or input i: where it stands depends on the opset. Nothing: absent.
  Result<std::optional<std::vector<std::int64_t>>> IntsOrInput(std::string_view name,
                                                               std::size_t i);
  // The attribute as an axis of a tensor of `rank` axes, not negative any more.
  Result<int> Axis(std::string_view name, std::int64_t otherwise, std::size_t rank) const;
  // Numbers of axes, each in range and there once, not negative any more; sorted.
  Result<std::vector<int>> Axes(const std::vector<std::int64_t>& axes, std::size_t rank) const;

  // Appends a source node whose output's axis i is ONNX's axis order[i]. `part` is added to the
  // name where one node becomes several.
  Result<Activation> Emit(SourceOp op, const std::vector<ValueId>& inputs, std::vector<int> order,
                          const std::string& part = {});
  // The same for one input whose layout the operator keeps.
  Result<Activation> Emit(SourceOp op, const Activation& input) {
    return Emit(std::move(op), {input.id}, input.order);
  }

  Status Charge(std::int64_t elements);

 private:
  const fb::AttributeProto* Find(std::string_view name) const;
  Result<const fb::AttributeProto*> Find(std::string_view name, int type) const;

  const fb::NodeProto& proto_;
  std::string place_;
  int opset_;
  std::vector<std::optional<Value>> inputs_;
  Reading& reading_;
};

}  // namespace echolens::convert::onnx
