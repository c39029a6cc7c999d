#include "reading/interpret.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace echolens {
namespace {

// 2^n where that is a normal number.
double PowerOfTwo(int n) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

// The nearest int8, halves away from zero. NaN, which checked metadata cannot give, is -128.
std::uint8_t Quantized(float value, float scale, std::int32_t zero_point) {
  const float steps = std::round(value / scale) + static_cast<float>(zero_point);
  const float stored = std::fmin(std::fmax(steps, -128.0F), 127.0F);
  return static_cast<std::uint8_t>(static_cast<std::int8_t>(stored));
}

// Values of all 256 pixel values a channel, as the tensor stores them: T is its element.
template <class T>
void Fill(const GreyImage& image, std::size_t channels, const std::vector<T>& table,
          std::span<T> out) {
  std::size_t i = 0;
  for (const std::uint8_t pixel : image.pixels) {
    for (std::size_t c = 0; c < channels; ++c) out[i++] = table[c * 256 + pixel];
  }
}

double Logistic(double x) { return 1 / (1 + Exp(-x)); }

template <class T>
std::vector<double> Dequantized(const Tensor& tensor) {
  const Quantization& quantization = tensor.quantization();
  const double scale = quantization.empty() ? 1 : quantization.scales[0];
  const double zero = quantization.zero_points.empty() ? 0 : quantization.zero_points[0];
  std::vector<double> values;
  for (const T stored : tensor.data<T>()) values.push_back(scale * (stored - zero));
  return values;
}

double CentreDistance(const std::vector<double>& features, const GateCentre& centre) {
  const std::size_t n = centre.mean.size();
  const bool diagonal = centre.inverse_covariance.size() == n;
  std::vector<double> off;
  for (std::size_t i = 0; i < n; ++i) off.push_back(features[i] - centre.mean[i]);
  double distance = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double weighted = 0;
    if (diagonal) {
      weighted = centre.inverse_covariance[i] * off[i];
    } else {
      const auto* row = &centre.inverse_covariance[i * n];
      for (std::size_t k = 0; k < n; ++k) weighted += row[k] * off[k];
    }
    distance += off[i] * weighted;
  }
  return distance;
}

}  // namespace

// Cody and Waite, "Software Manual for the Elementary Functions" (1980): x = k ln 2 + r with
// |r| <= ln 2 / 2, and e^x = 2^k e^r. ln 2 stands in two parts, the first with 32 bits, so that k
// times it is exact. e^r is its Taylor series up to r^13 / 13!; what is left out is under 5e-18.
double Exp(double x) {
  constexpr double kLog2E = 0x1.71547652b82fep+0;
  constexpr double kLn2High = 0x1.62e42feep-1;
  constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
  if (std::isnan(x)) return x;
  if (x > 710) return std::numeric_limits<double>::infinity();
  if (x < -746) return 0;
  const int k = static_cast<int>(x * kLog2E + (x < 0 ? -0.5 : 0.5));
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1;
  for (int n = 13; n >= 1; --n) sum = 1 + sum * r / n;
  // In two steps: 2^k itself may be too large, or smaller than any normal number.
  return sum * PowerOfTwo(k / 2) * PowerOfTwo(k - k / 2);
}

std::vector<double> Probabilities(const std::vector<double>& logits, double temperature) {
  std::vector<double> probabilities;
  if (logits.empty()) return probabilities;
  const double largest = *std::ranges::max_element(logits);
  double sum = 0;
  for (const double logit : logits) {
    // An infinite logit less itself would be NaN.
    const double power = logit == largest ? 1 : Exp((logit - largest) / temperature);
    probabilities.push_back(power);
    sum += power;
  }
  for (double& probability : probabilities) probability /= sum;
  return probabilities;
}

std::vector<double> Probabilities(const std::vector<double>& logits, const Head& head) {
  if (head.kind == HeadKind::kSoftmax) return Probabilities(logits, head.temperature);
  const double lesion = logits[0] / head.temperature;
  const double malignant = (logits[1] - head.malignant_offset) / head.malignant_temperature;
  return {Logistic(-lesion), Logistic(lesion) * Logistic(-malignant),
          Logistic(lesion) * Logistic(malignant)};
}

double GateDistance(const std::vector<double>& features, const Gate& gate) {
  double nearest = std::numeric_limits<double>::infinity();
  for (const GateCentre& centre : gate.centres) {
    nearest = std::min(nearest, CentreDistance(features, centre));
  }
  return nearest;
}

GreyImage Mirrored(const GreyImage& image) {
  GreyImage mirrored = image;
  for (auto row = mirrored.pixels.begin(); row != mirrored.pixels.end(); row += image.width) {
    std::reverse(row, row + image.width);
  }
  return mirrored;
}

std::vector<double> RealValues(const Tensor& tensor) {
  switch (tensor.type()) {
    case DataType::kFloat32: {
      const auto values = tensor.data<float>();
      return {values.begin(), values.end()};
    }
    case DataType::kInt8: return Dequantized<std::int8_t>(tensor);
    case DataType::kInt32: return Dequantized<std::int32_t>(tensor);
  }
  return {};
}

std::vector<double> RealValues(const TensorInfo& constant) {
  const Quantization& quantization = constant.quantization;
  const std::size_t size = ElementSize(constant.type);
  const std::size_t count = constant.data.size() / size;
  const std::size_t channels = quantization.scales.size();
  std::size_t run = 1;  // elements of one channel in a row
  for (std::size_t axis = constant.shape.size(); axis-- > std::size_t(quantization.axis) + 1;) {
    run *= static_cast<std::size_t>(constant.shape[axis]);
  }
  const auto stored = [&](std::size_t i) -> double {
    const std::uint8_t* const bytes = constant.data.data() + i * size;
    if (constant.type == DataType::kInt8) return static_cast<std::int8_t>(*bytes);
    std::uint32_t word;
    std::memcpy(&word, bytes, sizeof word);
    if (constant.type == DataType::kInt32) return static_cast<std::int32_t>(word);
    return std::bit_cast<float>(word);
  };
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    const double scale = channels == 0 ? 1 : quantization.scales[i / run % channels];
    const double zero = quantization.zero_points.empty() ? 0 : quantization.zero_points[0];
    values.push_back(scale * (stored(i) - zero));  // the zero points of channels are 0
  }
  return values;
}

Status FillInput(const GreyImage& image, const Preprocessing& preprocessing, Tensor& input) {
  const Shape expected{1, preprocessing.height, preprocessing.width, preprocessing.channels};
  if (input.shape() != expected) {
    return Error{ErrorCode::kModelInvalid, "the network's input is " + ShapeText(input.shape()) +
                                               ", expected " + ShapeText(expected) +
                                               " as preprocessing says"};
  }
  const auto pixels = static_cast<std::size_t>(ElementCount({image.height, image.width}));
  if (image.width != preprocessing.width || image.height != preprocessing.height ||
      image.pixels.size() != pixels) {
    return Error{ErrorCode::kInvalidArgument,
                 "the network's picture is " + ShapeText({image.height, image.width}) + " with " +
                     std::to_string(image.pixels.size()) + " pixels, expected " +
                     ShapeText({preprocessing.height, preprocessing.width})};
  }
  const std::vector<float> values = InputValues(preprocessing);
  const auto channels = static_cast<std::size_t>(preprocessing.channels);
  if (input.type() == DataType::kFloat32) {
    Fill(image, channels, values, input.data<float>());
    return Ok();
  }
  const Quantization& quantization = input.quantization();
  if (input.type() != DataType::kInt8 || quantization.scales.size() != 1 ||
      quantization.zero_points.size() != 1) {
    return Error{ErrorCode::kModelInvalid,
                 "the network's input is " + std::string(TypeName(input.type())) + " with " +
                     std::to_string(quantization.scales.size()) +
                     " scales, expected float32, or int8 with one scale and zero point"};
  }
  std::vector<std::uint8_t> stored;
  for (const float value : values) {
    stored.push_back(Quantized(value, quantization.scales[0], quantization.zero_points[0]));
  }
  Fill(image, channels, stored, input.bytes());
  return Ok();
}

}  // namespace echolens
