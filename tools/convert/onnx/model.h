// The nodes of a graph in their order, and the model's own functions put in where they are called.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "convert/onnx/node.h"

namespace echolens::convert::onnx {

// The names that nodes see: of a graph, or of one call of a function.
struct Scope {
  std::unordered_map<std::string, std::optional<Value>> values;  // nothing: left out by the caller
  std::unordered_map<std::string, fb::TensorProto*> initializers;  // not read yet
  std::unordered_map<std::string, std::string> further_outputs;    // and the node that writes them
};

// Where a body of nodes stands.
struct Body {
  const google::protobuf::RepeatedPtrField<fb::NodeProto>& nodes;
  int opset = 0;
  std::vector<std::string> outputs;
  std::string prefix;  // of a node's place, within functions
  int depth = 0;       // of calls
};

class ModelReader {
 public:
  // `model` is taken apart: initialisers are freed once they are read.
  ModelReader(fb::ModelProto& model, Reading& reading);

  // Reads the nodes that the outputs need. Errors: kSourceCorrupt, kSourceUnsupported,
  // kFileUnreadable; node named.
  Status Read(const Body& body, Scope& scope);

  // The value of that name; nothing when there is none. Errors: of the initialiser.
  Result<std::optional<Value>> Find(const std::string& name, Scope& scope);

 private:
  using Attributes = std::unordered_map<std::string, const fb::AttributeProto*>;

  Status ReadNode(const fb::NodeProto& proto, const std::string& place, const Body& body,
                  Scope& scope);
  Result<std::vector<std::optional<Value>>> Inputs(const fb::NodeProto& proto,
                                                   const std::string& place, Scope& scope);
  Status Split(NodeReader& node, const fb::NodeProto& proto, Scope& scope);
  Status Call(const fb::FunctionProto& function, const fb::NodeProto& call,
              const std::string& place, const Body& caller,
              std::vector<std::optional<Value>> inputs, Scope& scope);

  Reading& reading_;
  std::map<std::string, const fb::FunctionProto*> functions_;  // by FunctionKey
  std::size_t nodes_ = 0;  // read so far, those of functions at every call
};

// The version of the standard operators that a model or function asks for, `otherwise` when it says
// none. Errors: kSourceUnsupported, outside of 11 to 20.
Result<int> StandardOpset(const google::protobuf::RepeatedPtrField<fb::OperatorSetIdProto>& imports,
                          int otherwise);

}  // namespace echolens::convert::onnx
