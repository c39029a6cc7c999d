// Small models made by hand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/graph.h"
#include "model/metadata.h"
#include "model/tflite.h"

// A constant of any type, its data from numbers (stored values, when quantised).
echolens::TensorInfo Constant(std::string name, echolens::DataType type, echolens::Shape shape,
                              const std::vector<float>& values,
                              echolens::Quantization quantization = {});

// A tensor without data.
echolens::TensorInfo Placeholder(std::string name, echolens::DataType type, echolens::Shape shape,
                                 echolens::Quantization quantization = {});

// One node: the tensors stand as given, the last one is the output; activations among the others
// are graph inputs.
echolens::Graph OneNode(echolens::Operator op, std::vector<echolens::TensorInfo> tensors);

// 'picture' [1, 6, 6, 1] -> CONV_2D 'features' [1, 3, 3, 2] -> MEAN 'pooled' -> FULLY_CONNECTED
// 'logits' [1, 3]; float32, or int8 with a scale for each channel.
echolens::Graph SmallNetwork(echolens::DataType type);

// What fits SmallNetwork.
echolens::Metadata SmallMetadata(echolens::DataType type);

// SmallNetwork with two logits, which gives 'features' and 'pooled' too, and 'lesion' [1, 3, 3, 1];
// metadata that use all of it. float32 only.
echolens::Graph FullNetwork();
echolens::Metadata FullMetadata();

// SmallNetwork and SmallMetadata in one.
echolens::ModelFile SmallModel(echolens::DataType type);
