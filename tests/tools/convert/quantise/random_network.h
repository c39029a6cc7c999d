// Networks of random operators for tests of quantising.
#pragma once

#include <cstdint>

#include "convert/quantise.h"
#include "convert/quantise/observe.h"
#include "runtime/network_case.h"

// A float32 classifier with every operator that has an int8 form: convolutions of all kinds,
// branches, gates, skips. The logits or probabilities.
echolens::TensorId AddRandomNetwork(echolens::NetworkCase& test);

// What the case's own input gives, and other inputs like it.
echolens::convert::Ranges ReferenceRanges(const echolens::NetworkCase& test);
echolens::convert::Sample SampleOf(const echolens::NetworkCase& test);
echolens::convert::Sample RandomSample(const echolens::Graph& graph, echolens::Random& random);

// The floats of a float32 tensor of the case.
std::vector<float> StoredFloats(const echolens::NetworkCase& test, echolens::TensorId id);
