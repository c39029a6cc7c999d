// What the views of one picture, the whole or its close-up, have seen together.
#pragma once

#include <vector>

#include "image/preprocess.h"
#include "model/metadata.h"
#include "reading/maps.h"
#include "runtime/tensor.h"

namespace echolens {

// An output [1, height, width, n] of the network, summed over views, each in its place.
struct Seen {
  Shape shape;
  std::vector<double> values;
  int views = 0;

  void Add(const Tensor& output, View view);
};

struct Sight {
  NetworkImage picture;
  Seen lesion, features;

  // `sums`, one a place of `seen`, as the mean over its views.
  Map Mean(const Seen& seen, std::vector<double> sums) const;
  Map LesionMap() const { return Mean(lesion, lesion.values); }
};

}  // namespace echolens
