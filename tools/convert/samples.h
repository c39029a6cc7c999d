// Inputs to judge a network with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "convert/quantise/observe.h"
#include "image/decode.h"
#include "image/preprocess.h"
#include "model/graph.h"
#include "result.h"

namespace echolens::convert {

// Does the network take one picture, [1, height, width, 1 or 3]?
bool TakesPicture(const Graph& graph);

// A network picture as the engine puts it into a float32 input.
Sample PictureSample(const GreyImage& image, const Preprocessing& preprocessing);

// `count` made-up inputs, always the same. Where the network takes a picture, every other one is a
// GoldenImage through `preprocessing`; the rest are evenly distributed over -1 … 1, for networks
// whose inputs were scaled before. Errors: those of GoldenImage.
Result<std::vector<Sample>> SeededSamples(const Graph& graph, const Preprocessing& preprocessing,
                                          std::size_t count);

}  // namespace echolens::convert
