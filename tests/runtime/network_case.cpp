#include "runtime/network_case.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "runtime/reference.h"

namespace echolens {
namespace {

constexpr std::uint8_t kBehind[] = {0xA5, 0x5A};  // what stands behind the tensors, run by run

// The bytes that XNNPACK may read behind a tensor but must not write.
std::span<std::uint8_t> Behind(const Tensor& tensor) {
  auto* data = const_cast<std::uint8_t*>(tensor.bytes().data());
  return {data + tensor.bytes().size(), kTensorExtraBytes};
}

template <class T>
std::vector<T> As(const std::vector<std::uint8_t>& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

template <class T>
std::vector<std::uint8_t> Bytes(const std::vector<T>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

reference::Real RealOf(const TensorInfo& tensor, const std::vector<std::uint8_t>& stored) {
  if (tensor.type == DataType::kInt8 && !tensor.quantization.per_channel()) {
    return reference::ToReal(tensor, As<std::int8_t>(stored));
  }
  reference::Real real{tensor.shape, {}};
  if (tensor.type == DataType::kFloat32) {
    for (const float x : As<float>(stored)) real.values.push_back(x);
    return real;
  }
  // A filter or a bias, scaled per channel.
  const Quantization& q = tensor.quantization;
  std::size_t inner = 1;  // elements between one channel and the next
  for (std::size_t i = static_cast<std::size_t>(q.axis) + 1; i < tensor.shape.size(); ++i) {
    inner *= static_cast<std::size_t>(tensor.shape[i]);
  }
  const auto push = [&](std::size_t i, double x) {
    real.values.push_back(x * q.scales[i / inner % q.scales.size()]);
  };
  if (tensor.type == DataType::kInt8) {
    const auto values = As<std::int8_t>(stored);
    for (std::size_t i = 0; i < values.size(); ++i) push(i, values[i]);
  } else {
    const auto values = As<std::int32_t>(stored);
    for (std::size_t i = 0; i < values.size(); ++i) push(i, values[i]);
  }
  return real;
}

// Operators that pass stored values through: input and output must be scaled alike.
bool PassesThrough(const Operator& op) {
  return std::holds_alternative<Pool2d>(op) || std::holds_alternative<Pad>(op) ||
         std::holds_alternative<Reshape>(op) || std::holds_alternative<Slice>(op) ||
         std::holds_alternative<Permute>(op) || std::holds_alternative<ResizeBilinear>(op);
}

// How far a float32 answer may be off: rounding grows with the terms that cancel, here all of order
// one.
double Tolerance(double expected) { return 2e-5 * (1 + std::abs(expected)); }

}  // namespace

TensorId NetworkCase::AddTensor(Shape shape, DataType type) {
  TensorInfo tensor;
  tensor.name = "tensor " + std::to_string(graph_.tensors.size());
  tensor.type = type;
  tensor.shape = std::move(shape);
  graph_.tensors.push_back(std::move(tensor));
  stored_.emplace_back();
  exact_.push_back(true);
  return static_cast<TensorId>(graph_.tensors.size()) - 1;
}

TensorId NetworkCase::Input(Shape shape) {
  const TensorId id = AddTensor(std::move(shape), type_);
  const auto count = static_cast<std::size_t>(ElementCount(At(id).shape));
  if (type_ == DataType::kInt8) {
    At(id).quantization = {{random.Real(.01F, .05F)}, {random.Int(-40, 40)}};
    std::vector<std::int8_t> values(count);
    for (std::int8_t& q : values) q = static_cast<std::int8_t>(random.Int(-128, 127));
    Stored(id) = Bytes(values);
  } else {
    std::vector<float> values(count);
    for (float& x : values) x = random.Real(-4, 4);
    Stored(id) = Bytes(values);
  }
  graph_.inputs.push_back(id);
  return id;
}

TensorId NetworkCase::Constant(Shape shape) {
  const TensorId id = Input(std::move(shape));
  graph_.inputs.pop_back();
  At(id).data = Stored(id);
  return id;
}

TensorId NetworkCase::Filter(Shape shape, int axis) {
  const TensorId id = Constant(std::move(shape));
  TensorInfo& filter = At(id);
  if (type_ == DataType::kFloat32) {
    std::vector<float> values(static_cast<std::size_t>(ElementCount(filter.shape)));
    for (float& w : values) w = random.Real(-.3F, .3F);
    filter.data = Stored(id) = Bytes(values);
    return id;
  }
  const std::size_t channels =
      axis < 0 ? 1 : static_cast<std::size_t>(filter.shape[static_cast<std::size_t>(axis)]);
  filter.quantization = {std::vector<float>(channels), std::vector<std::int32_t>(channels),
                         std::max(axis, 0)};
  for (float& scale : filter.quantization.scales) scale = random.Real(.001F, .01F);
  return id;
}

TensorId NetworkCase::Bias(TensorId input, TensorId filter, int channels) {
  const TensorId id = Constant({channels});
  if (type_ == DataType::kFloat32) return id;
  TensorInfo& bias = At(id);
  bias.type = DataType::kInt32;
  bias.quantization = At(filter).quantization;
  bias.quantization.axis = 0;
  for (float& scale : bias.quantization.scales) scale *= At(input).quantization.scales[0];
  std::vector<std::int32_t> values(static_cast<std::size_t>(channels));
  for (std::int32_t& b : values) b = random.Int(-20'000, 20'000);
  bias.data = Stored(id) = Bytes(values);
  return id;
}

void NetworkCase::Scale(TensorId id, float scale, std::int32_t zero_point) {
  if (type_ == DataType::kInt8) At(id).quantization = {{scale}, {zero_point}};
}

TensorId NetworkCase::Add(const Operator& op, std::vector<TensorId> inputs) {
  std::vector<reference::Real> reals;
  bool exact = true, int8 = true;
  for (const TensorId id : inputs) {
    reals.push_back(RealOf(At(id), Stored(id)));
    exact = exact && exact_[static_cast<std::size_t>(id)];
    int8 = int8 && At(id).type != DataType::kFloat32;
  }
  const reference::Real real = reference::Run(op, reals);
  const TensorId id = AddTensor(real.shape, output_type_.value_or(At(inputs[0]).type));
  output_type_.reset();
  TensorInfo& output = At(id);
  graph_.nodes.push_back({op, std::move(inputs), {id}});
  graph_.outputs = {id};
  const Node& node = graph_.nodes.back();

  if (output.type == DataType::kFloat32) {
    Stored(id) = Bytes(std::vector<float>(real.values.begin(), real.values.end()));
    return id;
  }
  output.quantization = std::exchange(output_scale_, {});
  if (PassesThrough(op)) {
    output.quantization = At(node.inputs[0]).quantization;
  } else if (output.quantization.empty()) {
    const auto [low, high] = std::ranges::minmax(real.values);
    const double least = std::min(low, 0.0), range = std::max(high, 0.0) - least + .01;
    output.quantization = {{static_cast<float>(range / 255)},
                           {static_cast<std::int32_t>(std::lround(-128 - least / range * 255))}};
  }
  if (int8) {
    std::vector<std::vector<std::int8_t>> stored;
    for (const TensorId input : node.inputs) stored.push_back(As<std::int8_t>(Stored(input)));
    const reference::Int8Answer answer = reference::RunInt8(graph_, node, stored);
    Stored(id) = Bytes(answer.values);
    exact_[static_cast<std::size_t>(id)] = exact && answer.exact;
    return id;
  }
  std::vector<std::int8_t> values;
  for (const double x : real.values) {
    const double q =
        std::nearbyint(x / output.quantization.scales[0]) + output.quantization.zero_points[0];
    values.push_back(static_cast<std::int8_t>(std::clamp(q, -128.0, 127.0)));
  }
  Stored(id) = Bytes(values);
  exact_[static_cast<std::size_t>(id)] = false;
  return id;
}

Error NetworkCase::Refused(const Operator& op, std::vector<TensorId> inputs) {
  Add(op, std::move(inputs));
  const Result<Engine> engine = Engine::Create(graph_);
  REQUIRE_FALSE(engine.ok());
  return engine.error();
}

void NetworkCase::Check(std::vector<TensorId> outputs, const EngineOptions& options) {
  graph_.outputs = std::move(outputs);
  Result<Engine> created = Engine::Create(graph_, options);
  const std::string refusal = created.ok() ? "" : created.error().detail;
  CAPTURE(refusal);
  REQUIRE(created.ok());
  Engine& engine = *created;
  plan_ = engine.plan();
  REQUIRE(plan_.size() == graph_.nodes.size());

  for (const std::uint8_t behind : kBehind) {
    const auto untouched = [behind](const Tensor& tensor) {
      return std::ranges::all_of(Behind(tensor),
                                 [behind](std::uint8_t byte) { return byte == behind; });
    };
    for (std::size_t i = 0; i < engine.input_count(); ++i) {
      std::ranges::copy(Stored(graph_.inputs[i]), engine.input(i).bytes().begin());
      std::ranges::fill(Behind(engine.input(i)), behind);
    }
    for (std::size_t i = 0; i < engine.output_count(); ++i)
      std::ranges::fill(Behind(engine.output(i)), behind);
    REQUIRE(engine.Run().ok());
    for (std::size_t i = 0; i < engine.input_count(); ++i) {
      CHECK(untouched(engine.input(i)));
      CHECK(std::ranges::equal(engine.input(i).bytes(), Stored(graph_.inputs[i])));
    }
    for (std::size_t i = 0; i < engine.output_count(); ++i) {
      CHECK(untouched(engine.output(i)));
      CheckOutput(engine.output(i), graph_.outputs[i]);
    }
  }
}

void NetworkCase::CheckOutput(const Tensor& output, TensorId id) {
  const TensorInfo& info = At(id);
  CAPTURE(info.name);
  CAPTURE(ShapeText(info.shape));
  CAPTURE(plan_.back().kernel);
  REQUIRE(output.shape() == info.shape);
  REQUIRE(output.type() == info.type);
  const bool int8 = info.type == DataType::kInt8;
  const double step = exact_[static_cast<std::size_t>(id)] ? 0 : 1;
  const auto value = [int8](std::span<const std::uint8_t> bytes, std::size_t i) -> double {
    if (int8) return static_cast<std::int8_t>(bytes[i]);
    float x;
    std::memcpy(&x, bytes.data() + i * sizeof x, sizeof x);
    return x;
  };
  std::size_t wrong = 0, first = 0;
  for (auto i = static_cast<std::size_t>(ElementCount(info.shape)); i-- > 0;) {
    const double expected = value(Stored(id), i);
    if (std::abs(value(output.bytes(), i) - expected) <= (int8 ? step : Tolerance(expected)))
      continue;
    ++wrong;
    first = i;
  }
  CAPTURE(first);
  CAPTURE(value(output.bytes(), first));
  CAPTURE(value(Stored(id), first));
  CHECK(wrong == 0);
}

}  // namespace echolens
