#include "model/check_types.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "model/node_view.h"

namespace echolens {
namespace {

// Relative difference of a bias's scale from input scale × weight scale that rounding explains.
constexpr double kScaleTolerance = 1e-4;

class TypeCheck {
 public:
  TypeCheck(const Graph& graph, std::size_t node)
      : view_{graph, node}, in_(*view_.input(0)), out_(*view_.output()) {}

  Status operator()(const Conv2d&) const { return Weighted(0); }
  Status operator()(const DepthwiseConv2d&) const { return Weighted(3); }
  Status operator()(const FullyConnected&) const { return Weighted(0); }
  Status operator()(const Mean&) const { return OneType(); }
  Status operator()(const Binary&) const { return OneType(); }
  Status operator()(const Unary&) const { return OneType(); }
  Status operator()(const Pool2d&) const { return OneScale(); }
  Status operator()(const Reshape&) const { return OneScale(); }
  Status operator()(const Slice&) const { return OneScale(); }
  Status operator()(const Permute&) const { return OneScale(); }

  Status operator()(const Pad& pad) const {
    if (std::isnan(pad.value) || (std::isinf(pad.value) && out_.type == DataType::kInt8)) {
      return view_.Invalid("it pads with " + NumberText(pad.value) + ", expected a number");
    }
    return OneScale();
  }

  Status operator()(const Concatenation& concatenation) const {
    if (concatenation.activation != Activation::kNone) {
      return view_.Unsupported("a fused activation, expected none");
    }
    return OneType();  // the engine requantises what is scaled otherwise
  }

  Status operator()(const ResizeBilinear& resize) const {
    if (resize.align_corners && resize.half_pixel_centers) {
      return view_.Invalid("both align_corners and half_pixel_centers, expected one at most");
    }
    return OneScale();
  }

  Status operator()(const Softmax& softmax) const {
    if (!std::isnormal(softmax.beta) || softmax.beta < 0) {
      return view_.Invalid("beta " + NumberText(softmax.beta) + ", expected a positive number");
    }
    return OneType();
  }

  Status operator()(const Quantize&) const { return Is("output", out_, DataType::kInt8); }

  Status operator()(const Dequantize&) const {
    ECHOLENS_CHECK(Is("input 0", in_, DataType::kInt8));
    return Is("output", out_, DataType::kFloat32);
  }

 private:
  Status Is(const std::string& what, const TensorInfo& tensor, DataType type) const {
    if (tensor.type == type) return Ok();
    return view_.Invalid(what + " is " + std::string(TypeName(tensor.type)) + ", expected " +
                         std::string(TypeName(type)));
  }

  // All float32 or all int8, each with one scale.
  Status OneType() const {
    for (std::size_t i = 0; i < view_.node().inputs.size(); ++i) {
      const TensorInfo& tensor = *view_.input(i);
      ECHOLENS_CHECK(Is("input " + std::to_string(i), tensor, out_.type));
      if (tensor.quantization.per_channel()) {
        return view_.Unsupported("input " + std::to_string(i) +
                                 " has a scale for each channel, expected one scale");
      }
    }
    return Ok();
  }

  // Besides, stored values pass through unchanged: what goes in is scaled as what comes out.
  Status OneScale() const {
    ECHOLENS_CHECK(OneType());
    for (std::size_t i = 0; i < view_.node().inputs.size(); ++i) {
      const Quantization& q = view_.input(i)->quantization;
      if (q.scales == out_.quantization.scales && q.zero_points == out_.quantization.zero_points) {
        continue;
      }
      return view_.Unsupported("input " + std::to_string(i) +
                               " and output differ in scale or zero point, expected the same");
    }
    return Ok();
  }

  // Constant weights, and a bias that is quantised as the sums are. `axis`: the weights' output
  // channels.
  Status Weighted(int axis) const {
    const TensorInfo& weights = *view_.input(1);
    const TensorInfo* bias = view_.input(2);
    const DataType type = in_.type;
    if (!weights.constant() || (bias != nullptr && !bias->constant())) {
      return view_.Unsupported(
          "its weights or biases are computed at run time, expected constants");
    }
    if (type == DataType::kFloat32 && weights.type == DataType::kInt8) {
      return view_.Unsupported(
          "float32 activations with int8 weights (dynamic-range quantised); convert the model in "
          "full int8 or in float32");
    }
    ECHOLENS_CHECK(Is("input 1", weights, type));
    ECHOLENS_CHECK(Is("output", out_, type));
    const Quantization& w = weights.quantization;
    if (w.per_channel() && w.axis != axis) {
      return view_.Unsupported("weights scaled along axis " + std::to_string(w.axis) +
                               ", expected " + std::to_string(axis));
    }
    if (!w.empty() && w.zero_points[0] != 0) {
      return view_.Unsupported("weights with zero point " + std::to_string(w.zero_points[0]) +
                               ", expected 0");
    }
    if (bias == nullptr) return Ok();

    ECHOLENS_CHECK(Is("input 2", *bias, type == DataType::kInt8 ? DataType::kInt32 : type));
    const Shape expected{weights.shape[static_cast<std::size_t>(axis)]};
    if (bias->shape != expected) {
      return view_.Invalid("the bias is " + ShapeText(bias->shape) + ", expected " +
                           ShapeText(expected));
    }
    if (type != DataType::kInt8) return Ok();
    const Quantization& b = bias->quantization;
    for (std::size_t c = 0; c < std::max(w.scales.size(), b.scales.size()); ++c) {
      const double sum = double{in_.quantization.scales[0]} * w.scales[w.per_channel() ? c : 0];
      const double scale = b.scales[b.per_channel() ? c : 0];
      if (std::abs(scale - sum) <= kScaleTolerance * sum) continue;
      return view_.Invalid("scale " + NumberText(scale) + " of bias " + std::to_string(c) +
                           ", expected input times weight, " + NumberText(sum));
    }
    return Ok();
  }

  NodeView view_;
  const TensorInfo& in_;
  const TensorInfo& out_;
};

}  // namespace

Status CheckTypes(const Graph& graph, std::size_t node) {
  return std::visit(TypeCheck(graph, node), graph.nodes[node].op);
}

}  // namespace echolens
