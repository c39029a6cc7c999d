#include "convert/samples.h"

#include <random>

#include "reading/golden.h"

namespace echolens::convert {
namespace {

const Shape& InputShape(const Graph& graph, std::size_t i) {
  return graph.tensors[static_cast<std::size_t>(graph.inputs[i])].shape;
}

Sample EvenSample(const Graph& graph, std::uint32_t seed) {
  std::mt19937 random(seed);
  Sample sample;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    std::vector<float>& values = sample.emplace_back();
    for (std::int64_t n = ElementCount(InputShape(graph, i)); n > 0; --n) {
      const double unit = static_cast<double>(random()) / 4294967296.0;
      values.push_back(static_cast<float>(2 * unit - 1));
    }
  }
  return sample;
}

}  // namespace

bool TakesPicture(const Graph& graph) {
  if (graph.inputs.size() != 1) return false;
  const Shape& shape = InputShape(graph, 0);
  return shape.size() == 4 && (shape[3] == 1 || shape[3] == 3);
}

Sample PictureSample(const GreyImage& image, const Preprocessing& preprocessing) {
  const std::vector<float> table = InputValues(preprocessing);
  const auto channels = static_cast<std::size_t>(preprocessing.channels);
  std::vector<float> values;
  values.reserve(image.pixels.size() * channels);
  for (const std::uint8_t pixel : image.pixels) {
    for (std::size_t c = 0; c < channels; ++c) values.push_back(table[c * 256 + pixel]);
  }
  return {std::move(values)};
}

Result<std::vector<Sample>> SeededSamples(const Graph& graph, const Preprocessing& preprocessing,
                                          std::size_t count) {
  std::vector<Sample> samples;
  for (std::uint32_t seed = 1; seed <= count; ++seed) {
    if (TakesPicture(graph) && seed % 2 == 1) {
      ECHOLENS_ASSIGN(const GreyImage image,
                      GoldenImage(seed, preprocessing.width, preprocessing.height));
      samples.push_back(PictureSample(image, preprocessing));
    } else {
      samples.push_back(EvenSample(graph, seed));
    }
  }
  return samples;
}

}  // namespace echolens::convert
