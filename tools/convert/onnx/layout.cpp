#include "convert/onnx/layout.h"

#include <algorithm>
#include <numeric>

namespace echolens::convert::onnx {
namespace {

const Shape& ShapeOf(const SourceNetwork& network, ValueId id) {
  return network.values[static_cast<std::size_t>(id)].shape;
}

// A reshape of the source value itself; one after another become one, and one back to where it
// began becomes none.
Result<Activation> Reinterpret(NodeReader& node, const Activation& activation, const Shape& shape,
                               std::vector<int> order) {
  const SourceNetwork& network = node.reading().network;
  ValueId from = activation.id;
  const auto inputs = static_cast<ValueId>(network.inputs.size());  // they are the first values
  if (from >= inputs) {
    const SourceNode& last = network.nodes[static_cast<std::size_t>(from - inputs)];
    if (std::holds_alternative<ReshapeLayer>(last.op)) from = last.inputs[0];
  }
  Activation result;
  if (ShapeOf(network, from) == shape) {
    result = Lying(network, from, std::move(order));
  } else {
    ECHOLENS_ASSIGN(result, node.Emit(ReshapeLayer{shape}, {from}, std::move(order)));
  }
  result.grid = activation.grid;
  return result;
}

// Whether the axes longer than 1 keep their order.
bool MovesNothing(const Shape& shape, const std::vector<int>& permutation) {
  int last = -1;
  for (const int axis : permutation) {
    if (shape[static_cast<std::size_t>(axis)] == 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return true;
}

Shape Permuted(const Shape& shape, const std::vector<int>& permutation) {
  Shape permuted;
  for (const int axis : permutation) permuted.push_back(shape[static_cast<std::size_t>(axis)]);
  return permuted;
}

}  // namespace

std::vector<int> OnnxOrder(std::size_t rank) {
  std::vector<int> order(rank);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

std::vector<int> ChannelsLast(std::size_t rank) {
  std::vector<int> order = OnnxOrder(rank);
  if (rank > 2) std::rotate(order.begin() + 1, order.begin() + 2, order.end());
  return order;
}

Activation Lying(const SourceNetwork& network, ValueId id, std::vector<int> order) {
  const Shape& own = ShapeOf(network, id);
  Activation activation{id, Shape(own.size()), std::move(order), {}};
  for (std::size_t i = 0; i < own.size(); ++i) {
    activation.shape[static_cast<std::size_t>(activation.order[i])] = own[i];
  }
  return activation;
}

int PositionOf(const Activation& activation, int axis) {
  return static_cast<int>(std::ranges::find(activation.order, axis) - activation.order.begin());
}

Result<Activation> InOrder(NodeReader& node, const Activation& activation,
                           const std::vector<int>& order) {
  if (activation.order == order) return activation;
  std::vector<int> permutation;
  for (const int axis : order) permutation.push_back(PositionOf(activation, axis));
  const Shape& own = ShapeOf(node.reading().network, activation.id);
  if (MovesNothing(own, permutation)) {
    return Reinterpret(node, activation, Permuted(own, permutation), order);
  }
  ECHOLENS_ASSIGN(Activation result,
                  node.Emit(Transpose{permutation}, {activation.id}, order, "/transposed"));
  result.grid = activation.grid;
  return result;
}

Result<Activation> Reshaped(NodeReader& node, const Activation& activation, const Shape& shape) {
  if (ElementCount(shape) != ElementCount(activation.shape)) {
    return node.Corrupt("its input " + ShapeText(activation.shape) +
                        " has another number of elements than " + ShapeText(shape));
  }
  if (shape == activation.shape) return activation;
  Activation ordered = activation;
  if (!MovesNothing(activation.shape, activation.order)) {
    ECHOLENS_ASSIGN(ordered, InOrder(node, activation, OnnxOrder(activation.order.size())));
  }
  return Reinterpret(node, ordered, shape, OnnxOrder(shape.size()));
}

Result<Activation> Squeezed(NodeReader& node, const Activation& activation,
                            const std::vector<int>& axes) {
  std::vector<int> order;
  Shape lying;
  for (const int axis : activation.order) {
    const auto behind = std::ranges::lower_bound(axes, axis);
    if (behind != axes.end() && *behind == axis) continue;
    order.push_back(axis - static_cast<int>(behind - axes.begin()));
    lying.push_back(activation.shape[static_cast<std::size_t>(axis)]);
  }
  return Reinterpret(node, activation, lying, std::move(order));
}

Result<Activation> Unsqueezed(NodeReader& node, const Activation& activation,
                              const std::vector<int>& axes) {
  std::vector<int> order = activation.order;
  Shape lying = ShapeOf(node.reading().network, activation.id);
  for (const int axis : axes) {
    for (int& other : order) other += other >= axis ? 1 : 0;
    const auto before = std::ranges::find(order, axis - 1);
    const auto place = before == order.end() ? 0 : before - order.begin() + 1;
    order.insert(order.begin() + place, axis);
    lying.insert(lying.begin() + place, 1);
  }
  return Reinterpret(node, activation, lying, std::move(order));
}

Activation Transposed(const Activation& activation, const std::vector<int>& permutation) {
  Activation result = activation;
  result.shape = Permuted(activation.shape, permutation);
  for (std::size_t j = 0; j < permutation.size(); ++j) {
    result.order[static_cast<std::size_t>(PositionOf(activation, permutation[j]))] =
        static_cast<int>(j);
  }
  return result;
}

Result<ConstantValue> LaidOut(NodeReader& node, const Constant& constant, const Activation& like) {
  Shape shape = constant.shape;
  shape.insert(shape.begin(), like.order.size() - std::min(shape.size(), like.order.size()), 1);
  if (shape.size() > like.order.size()) {
    return node.Unsupported("a constant " + ShapeText(shape) + " with an input " +
                            ShapeText(like.shape));
  }
  ECHOLENS_CHECK(node.Charge(static_cast<std::int64_t>(constant.size())));
  return ConstantValue{Permuted(shape, like.order),
                       PermuteAxes(constant.floats, shape, like.order)};
}

}  // namespace echolens::convert::onnx
