#include "reading/maps.h"

#include <algorithm>
#include <cmath>

#include "reading/interpret.h"

namespace echolens {
namespace {

// Left and right of a [height, width, n] grid exchanged.
void Mirror(std::vector<double>& values, std::size_t width, std::size_t channels) {
  const std::size_t row = width * channels;
  for (std::size_t start = 0; start + row <= values.size(); start += row) {
    for (std::size_t left = 0, right = width - 1; left < right; ++left, --right) {
      for (std::size_t c = 0; c < channels; ++c) {
        std::swap(values[start + left * channels + c], values[start + right * channels + c]);
      }
    }
  }
}

// The two neighbours of a place along an axis of `size` cells, and how far the second one counts.
struct Neighbours {
  int first, second;
  double share;

  Neighbours(double place, int size) {
    const double centre = std::clamp(place - 0.5, 0.0, size - 1.0);
    first = static_cast<int>(centre);
    second = std::min(first + 1, size - 1);
    share = centre - first;
  }
};

double Between(const Map& map, const Neighbours& x, const Neighbours& y) {
  const auto row = [&](int i) {
    return map.At(x.first, i) + x.share * (map.At(x.second, i) - map.At(x.first, i));
  };
  const double above = row(y.first);
  return above + y.share * (row(y.second) - above);
}

}  // namespace

Map EmptyMap(int width, int height, const Geometry& input, int input_width, int input_height) {
  const double cell_width = static_cast<double>(input_width) / width;
  const double cell_height = static_cast<double>(input_height) / height;
  return {width,
          height,
          {},
          {input.step_x * cell_width, input.step_y * cell_height, input.offset_x / cell_width,
           input.offset_y / cell_height, input.region}};
}

double ValueAt(const Map& map, double x, double y) {
  return Between(map, Neighbours(x, map.width), Neighbours(y, map.height));
}

std::vector<float> Sampled(const Map& map, int width, int height) {
  const auto& [step_x, step_y, offset_x, offset_y, region] = map.geometry;
  std::vector<Neighbours> columns;
  for (int x = 0; x < width; ++x) {
    columns.emplace_back(offset_x + (x + 0.5) * region.width / width / step_x, map.width);
  }
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y) {
    const Neighbours row(offset_y + (y + 0.5) * region.height / height / step_y, map.height);
    for (const Neighbours& column : columns) {
      values.push_back(static_cast<float>(Between(map, column, row)));
    }
  }
  return values;
}

std::vector<double> PlacedValues(const Tensor& output, View view) {
  std::vector<double> values = RealValues(output);
  if (IsMirrored(view)) {
    Mirror(values, static_cast<std::size_t>(output.shape()[2]),
           static_cast<std::size_t>(output.shape()[3]));
  }
  return values;
}

std::vector<double> ActivationWeights(const Graph& graph, const ActivationMap& map) {
  const TensorInfo& tensor = *std::ranges::find_if(graph.tensors, [&](const TensorInfo& candidate) {
    return candidate.constant() && candidate.name == map.weights;
  });
  return RealValues(tensor);
}

Evidence EvidenceFor(std::size_t label, const Head& head) {
  if (head.kind == HeadKind::kSoftmax) return {label, 1};
  constexpr Evidence kFactored[] = {{0, -1}, {1, -1}, {1, 1}};
  return kFactored[label];
}

std::vector<double> ActivationValues(const std::vector<double>& features,
                                     const std::vector<double>& weights, std::size_t channels,
                                     const Evidence& evidence) {
  const double* const row = weights.data() + evidence.logit * channels;
  std::vector<double> values;
  for (std::size_t place = 0; place + channels <= features.size(); place += channels) {
    double sum = 0;
    for (std::size_t c = 0; c < channels; ++c) sum += row[c] * features[place + c];
    values.push_back(evidence.sign * sum);
  }
  return values;
}

Status CheckFinite(const std::vector<double>& values, const std::string& name) {
  const auto found = std::ranges::find_if(values, [](double x) { return !std::isfinite(x); });
  if (found == values.end()) return Ok();
  return Error{ErrorCode::kModelInvalid, "the network's " + name + " map is " + NumberText(*found) +
                                             " somewhere in this image, expected finite numbers"};
}

}  // namespace echolens
