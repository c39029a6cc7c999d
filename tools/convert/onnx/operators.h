// What each ONNX operator becomes. Operators are looked up by name; one file a family.
#pragma once

#include <string>

#include "convert/onnx/node.h"

namespace echolens::convert::onnx {

// The node's first output, from its inputs and attributes.
using ReadOperator = Result<Activation> (*)(NodeReader& node);

// nullptr: not of this family.
ReadOperator FindWindowOperator(const std::string& op);       // Conv, pooling, Resize, Pad
ReadOperator FindElementwiseOperator(const std::string& op);  // activations, arithmetic, batch norm
ReadOperator FindShapeOperator(const std::string& op);        // Reshape, Transpose, Concat, …
ReadOperator FindDenseOperator(const std::string& op);        // Gemm, MatMul, Softmax, ReduceMean
ReadOperator FindQuantisedOperator(const std::string& op);    // QuantizeLinear, DequantizeLinear

// Split: one value an output, of which it has so many.
Result<std::vector<Activation>> ReadSplit(NodeReader& node, std::size_t outputs);

// The same for nodes whose inputs are all constant (Shape and Size ask only for an input's shape).
using EvaluateConstant = Result<Constant> (*)(NodeReader& node);
EvaluateConstant FindConstantOperator(const std::string& op);
EvaluateConstant FindConstantArithmetic(const std::string& op);
EvaluateConstant FindConstantQuantised(const std::string& op);

}  // namespace echolens::convert::onnx
