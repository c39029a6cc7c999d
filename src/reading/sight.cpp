#include "reading/sight.h"

#include <cstddef>
#include <utility>

namespace echolens {

void Seen::Add(const Tensor& output, View view) {
  shape = output.shape();
  const std::vector<double> placed = PlacedValues(output, view);
  values.resize(placed.size());
  for (std::size_t i = 0; i < placed.size(); ++i) values[i] += placed[i];
  ++views;
}

Map Sight::Mean(const Seen& seen, std::vector<double> sums) const {
  Map map = EmptyMap(seen.shape[2], seen.shape[1], picture.geometry, picture.image.width,
                     picture.image.height);
  map.values = std::move(sums);
  for (double& value : map.values) value /= seen.views;
  return map;
}

}  // namespace echolens
