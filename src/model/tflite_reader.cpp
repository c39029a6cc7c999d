#include <algorithm>
#include <limits>
#include <string>

#include "model/check.h"
#include "model/content_hash.h"
#include "model/flatbuffer_bytes.h"
#include "model/sha256.h"
#include "model/tflite.h"
#include "model/tflite_reader_node.h"

namespace echolens {
namespace {

namespace fb = tflite_format;

// Tables may share vectors in the file: tensors a buffer or a name, operators a list of inputs. In
// the graph each has a copy, and no more than this is copied.
constexpr std::size_t kMostCopies = 4;  // times the size of the file

class GraphReader {
 public:
  GraphReader(const fb::Model& model, const fb::SubGraph& subgraph, std::size_t file_size)
      : model_(model),
        subgraph_(subgraph),
        ids_(Size(subgraph.tensors()), kNoTensor),
        budget_(kMostCopies * file_size) {}

  Result<Graph> Read() {
    graph_.name = Text(subgraph_.name());
    std::vector<FileNode> nodes;
    for (std::size_t i = 0; i < Size(subgraph_.operators()); ++i) {
      const fb::Operator& op = *subgraph_.operators()->Get(static_cast<flatbuffers::uoffset_t>(i));
      ECHOLENS_CHECK(Spend(sizeof(TensorId) * (Size(op.inputs()) + Size(op.outputs()))));
      ECHOLENS_ASSIGN(FileNode node, FindNode(model_, subgraph_, i));
      nodes.push_back(std::move(node));
    }
    ECHOLENS_CHECK(ReadTensors(nodes));
    for (const FileNode& node : nodes) {
      ECHOLENS_ASSIGN(Operator op, node.read(node));
      graph_.nodes.push_back({std::move(op), Ids(node.op->inputs(), node.data_inputs),
                              Ids(node.op->outputs(), Size(node.op->outputs()))});
    }
    graph_.inputs = Ids(subgraph_.inputs(), Size(subgraph_.inputs()));
    graph_.outputs = Ids(subgraph_.outputs(), Size(subgraph_.outputs()));
    return std::move(graph_);
  }

 private:
  // Only tensors that are data become tensors of the graph, in the order of the file.
  Status ReadTensors(const std::vector<FileNode>& nodes) {
    constexpr TensorId kUsed = 0;
    const auto use = [this](const flatbuffers::Vector<std::int32_t>* list, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t tensor = list->Get(static_cast<flatbuffers::uoffset_t>(i));
        if (tensor >= 0) ids_[static_cast<std::size_t>(tensor)] = kUsed;
      }
    };
    for (const FileNode& node : nodes) {
      use(node.op->inputs(), node.data_inputs);
      use(node.op->outputs(), Size(node.op->outputs()));
    }
    for (const auto* list : {subgraph_.inputs(), subgraph_.outputs()}) {
      const char* what = list == subgraph_.inputs() ? "input" : "output";
      for (std::size_t i = 0; i < Size(list); ++i) {
        const std::int32_t tensor = list->Get(static_cast<flatbuffers::uoffset_t>(i));
        if (tensor >= 0 && static_cast<std::size_t>(tensor) < ids_.size()) continue;
        return Error{ErrorCode::kModelCorrupt, std::string("graph ") + what + " " +
                                                   std::to_string(i) + ": tensor index " +
                                                   std::to_string(tensor) + ", expected under " +
                                                   std::to_string(ids_.size())};
      }
      use(list, Size(list));
    }
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (ids_[i] != kUsed) continue;
      ECHOLENS_ASSIGN(TensorInfo tensor, ReadTensor(i));
      ids_[i] = static_cast<TensorId>(graph_.tensors.size());
      graph_.tensors.push_back(std::move(tensor));
    }
    return Ok();
  }

  Result<TensorInfo> ReadTensor(std::size_t index) {
    const fb::Tensor& tensor =
        *subgraph_.tensors()->Get(static_cast<flatbuffers::uoffset_t>(index));
    const std::string name = "tensor " + std::to_string(index) + " " + Quoted(Text(tensor.name()));
    const auto unsupported = [&name](const std::string& what) {
      return Error{ErrorCode::kModelUnsupported, name + ": " + what};
    };

    TensorInfo info;
    switch (tensor.type()) {
      case fb::TensorType::FLOAT32: info.type = DataType::kFloat32; break;
      case fb::TensorType::INT8: info.type = DataType::kInt8; break;
      case fb::TensorType::INT32: info.type = DataType::kInt32; break;
      case fb::TensorType::UINT8:
        return unsupported("it is UINT8, the older way of quantising; convert the model with INT8");
      case fb::TensorType::FLOAT16:
        return unsupported("it is FLOAT16; convert the model with FLOAT32 or INT8");
      default:
        return unsupported("it is " + FileTypeName(tensor.type()) + ", expected FLOAT32 or INT8");
    }
    if (tensor.is_variable()) return unsupported("it keeps its value from run to run");
    if (tensor.sparsity() != nullptr) return unsupported("it is sparse, expected dense");
    if (Size(tensor.shape()) > kMaxRank) {
      return unsupported("it has " + std::to_string(Size(tensor.shape())) +
                         " axes, expected up to " + std::to_string(kMaxRank));
    }
    info.shape = Copy(tensor.shape());

    ECHOLENS_ASSIGN(const auto bytes, TensorBytes(model_, tensor, name));
    ECHOLENS_CHECK(Spend(bytes.size() + Text(tensor.name()).size()));
    info.name = Text(tensor.name());
    info.data.assign(bytes.begin(), bytes.end());
    // A float32 tensor may carry the scale it was trained for; nothing is computed with it.
    if (tensor.quantization() != nullptr && info.type != DataType::kFloat32) {
      ECHOLENS_ASSIGN(info.quantization, ReadQuantization(*tensor.quantization(), name));
    }
    return info;
  }

  Result<Quantization> ReadQuantization(const fb::QuantizationParameters& file,
                                        const std::string& name) {
    if (file.details_type() != fb::QuantizationDetails::NONE) {
      return Error{ErrorCode::kModelUnsupported,
                   name +
                       ": it is quantised in blocks or in a scheme of its own, expected a scale "
                       "for the tensor or for each channel"};
    }
    // LiteRT, too, takes a tensor without both for one that is not quantised.
    if (Size(file.scale()) == 0 || Size(file.zero_point()) == 0) return Quantization{};
    if (Size(file.scale()) != Size(file.zero_point())) {
      return Error{ErrorCode::kModelInvalid, name + ": " + std::to_string(Size(file.zero_point())) +
                                                 " zero points, expected as many as scales, " +
                                                 std::to_string(Size(file.scale()))};
    }
    ECHOLENS_CHECK(Spend(Size(file.scale()) * (sizeof(float) + sizeof(std::int64_t))));
    Quantization quantization;
    quantization.scales = Copy(file.scale());
    for (const std::int64_t zero_point : Copy(file.zero_point())) {
      if (zero_point != static_cast<std::int32_t>(zero_point)) {
        return Error{ErrorCode::kModelInvalid,
                     name + ": zero point " + std::to_string(zero_point) + " is out of range"};
      }
      quantization.zero_points.push_back(static_cast<std::int32_t>(zero_point));
    }
    if (quantization.per_channel()) quantization.axis = file.quantized_dimension();
    return quantization;
  }

  // Absent inputs at the end are left out: one form for "no bias".
  std::vector<TensorId> Ids(const flatbuffers::Vector<std::int32_t>* list,
                            std::size_t count) const {
    std::vector<TensorId> ids(count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t tensor = list->Get(static_cast<flatbuffers::uoffset_t>(i));
      ids[i] = tensor < 0 ? kNoTensor : ids_[static_cast<std::size_t>(tensor)];
    }
    while (!ids.empty() && ids.back() == kNoTensor) ids.pop_back();
    return ids;
  }

  Status Spend(std::size_t bytes) {
    if (bytes > budget_) {
      return Error{ErrorCode::kModelCorrupt,
                   "the model names the same bytes many times over: its parts come to more than " +
                       std::to_string(kMostCopies) + " times the size of the file"};
    }
    budget_ -= bytes;
    return Ok();
  }

  const fb::Model& model_;
  const fb::SubGraph& subgraph_;
  Graph graph_;
  std::vector<TensorId> ids_;  // by index in the file
  std::size_t budget_;         // bytes that may still be copied
};

Result<const fb::Model*> VerifyModel(std::span<const std::uint8_t> file) {
  if (file.empty()) return Error{ErrorCode::kModelCorrupt, "the model file is empty"};
  if (file.size() > kLargestFlatBuffer) {
    return Error{ErrorCode::kModelTooLarge, "the model file has " + std::to_string(file.size()) +
                                                " bytes, expected under 2 GB"};
  }
  if (file.size() < kSmallestFlatBuffer ||
      !flatbuffers::BufferHasIdentifier(file.data(), fb::ModelIdentifier())) {
    return Error{ErrorCode::kModelCorrupt,
                 "this is no .tflite model: expected the letters TFL3 at byte 4"};
  }
  if (!VerifyFlatBuffer<fb::Model>(file, fb::ModelIdentifier())) {
    return Error{ErrorCode::kModelCorrupt,
                 "the model file is truncated or damaged: an offset or a size in it leads outside"};
  }
  const fb::Model* model = fb::GetModel(file.data());
  constexpr std::uint32_t kVersion = 3;
  if (model->version() != kVersion) {
    return Error{ErrorCode::kModelUnsupported, "the model is of schema version " +
                                                   std::to_string(model->version()) +
                                                   ", expected " + std::to_string(kVersion)};
  }
  return model;
}

}  // namespace

Result<ModelFile> ReadTflite(std::span<const std::uint8_t> bytes) {
  const AlignedBytes aligned(bytes);
  const std::span<const std::uint8_t> file = aligned.get();
  ECHOLENS_ASSIGN(const fb::Model* model, VerifyModel(file));

  ModelFile result;
  ECHOLENS_ASSIGN(const auto metadata, FindMetadata(*model));
  if (metadata) {
    ECHOLENS_ASSIGN(result.sha256, CheckContentHash(file, *metadata));
    ECHOLENS_ASSIGN(result.metadata, UnpackMetadata(*metadata));
  } else {
    result.sha256 = Sha256Hex(file);
  }
  if (Size(model->subgraphs()) != 1) {
    return Error{
        ErrorCode::kModelUnsupported,
        "the model has " + std::to_string(Size(model->subgraphs())) + " subgraphs, expected 1"};
  }
  ECHOLENS_ASSIGN(result.graph,
                  GraphReader(*model, *model->subgraphs()->Get(0), file.size()).Read());
  ECHOLENS_CHECK(CheckGraph(result.graph));
  if (result.metadata) ECHOLENS_CHECK(CheckMetadata(*result.metadata, result.graph));
  return result;
}

}  // namespace echolens
