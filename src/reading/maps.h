// Where the network looked: small grids of numbers over the picture.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "image/preprocess.h"
#include "model/graph.h"
#include "model/metadata.h"
#include "result.h"
#include "runtime/tensor.h"

namespace echolens {

// width × height cells that share out the network's picture evenly, row by row. The geometry is
// that of the cells, as if they were the pixels of a network picture: the centre of cell (x, y) is
// (geometry.PictureX(x + .5), geometry.PictureY(y + .5)) in the picture. Cells of a letterboxed
// picture may lie outside geometry.region.
struct Map {
  int width = 0, height = 0;
  std::vector<double> values;
  Geometry geometry;

  double At(int x, int y) const {
    return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x)];
  }
};

// A map without values for a network picture of input_width × input_height pixels.
Map EmptyMap(int width, int height, const Geometry& input, int input_width, int input_height);

// The value at a place of the map, in cells: bilinear between the centres of the cells, beyond the
// outermost centres the value of the nearest one.
double ValueAt(const Map& map, double x, double y);

// The map at width × height places shared out evenly over its region: at the picture's own size,
// one a pixel. Row by row.
std::vector<float> Sampled(const Map& map, int width, int height);

// The real values of an output [1, height, width, n], left and right exchanged back where the view
// was mirrored.
std::vector<double> PlacedValues(const Tensor& output, View view);

// The weights of the class activation map, [logits, n], as real numbers. The metadata have passed
// CheckMetadata.
std::vector<double> ActivationWeights(const Graph& graph, const ActivationMap& map);

// What speaks for a label: a logit, and the sign that it counts with. A softmax head has a logit a
// label. A factored one has -logit 0 for "no lesion", -logit 1 for "benign" and logit 1 for
// "malignant": what tells a benign lesion from a malignant one, whether or not there is one.
struct Evidence {
  std::size_t logit;
  double sign;
};
Evidence EvidenceFor(std::size_t label, const Head& head);

// Zhou et al. 2016, "Learning Deep Features for Discriminative Localization": at each place the
// features [height, width, n] times the evidence's row of the weights. Where the head is global
// average pooling and a dense layer, this is exact: the values' mean is the logit less its bias
// (times the sign), as far as an int8 network rounds in between.
std::vector<double> ActivationValues(const std::vector<double>& features,
                                     const std::vector<double>& weights, std::size_t channels,
                                     const Evidence& evidence);

// Is every value a number? Errors: kModelInvalid, naming the map.
Status CheckFinite(const std::vector<double>& values, const std::string& name);

}  // namespace echolens
