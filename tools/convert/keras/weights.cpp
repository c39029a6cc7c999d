#include "convert/keras/weights.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace echolens::convert::keras {
namespace {

Error Corrupt(const std::string& what) { return {ErrorCode::kSourceCorrupt, what}; }

std::vector<WeightKind> KindsOf(const LayerNode& layer) {
  const bool has = layer.kind != nullptr && layer.kind->weights != nullptr;
  return has ? layer.kind->weights(*layer.config) : std::vector<WeightKind>{};
}

bool HasWeights(const LayerNode& layer) {
  if (layer.model == nullptr) return !KindsOf(layer).empty();
  for (const LayerNode& inner : layer.model->layers) {
    if (HasWeights(inner)) return true;
  }
  return false;
}

// As Keras names groups: "max_pooling2d" for MaxPooling2D, "re_lu" for ReLU.
std::string SnakeCase(const std::string& type) {
  const auto lower = [](char c) { return std::islower(static_cast<unsigned char>(c)) != 0; };
  std::string snake;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const bool upper = std::isupper(static_cast<unsigned char>(type[i])) != 0;
    const bool word =
        i > 0 && upper && (lower(type[i - 1]) || (i + 1 < type.size() && lower(type[i + 1])));
    if (word) snake += '_';
    snake += static_cast<char>(std::tolower(static_cast<unsigned char>(type[i])));
  }
  return snake;
}

Status FindInGroup(const Hdf5File& file, const std::string& group, ModelNode& model) {
  // TensorFlow 2.12 named the container after an inner one, which lists layers with weights twice.
  const std::string old = group + "_layer_checkpoint_dependencies/";
  const bool twice = file.Has(old.substr(0, old.size() - 1));
  const std::string container = twice ? old : group + "layers/";
  std::map<std::string, int> used;
  for (LayerNode& layer : model.layers) {
    if (layer.is_input() && model.sequential) continue;
    std::string name = SnakeCase(layer.type);
    if (const int n = used[name]; n > 0) name += "_" + std::to_string(n);
    used[SnakeCase(layer.type)] += twice && HasWeights(layer) ? 2 : 1;
    if (layer.model != nullptr) {
      ECHOLENS_CHECK(FindInGroup(file, container + name + "/", *layer.model));
      continue;
    }
    for (std::size_t i = 0; i < KindsOf(layer).size(); ++i) {
      layer.weights.push_back(container + name + "/vars/" + std::to_string(i));
    }
  }
  return Ok();
}

// One weight of the model, in the order of its layers.
struct Slot {
  LayerNode* layer;
  std::string_view name;
  bool trained;
};

void AppendSlots(LayerNode& layer, std::vector<Slot>& slots) {
  if (layer.model != nullptr) {
    for (LayerNode& inner : layer.model->layers) AppendSlots(inner, slots);
    return;
  }
  for (const WeightKind& kind : KindsOf(layer)) {
    slots.push_back({&layer, kind.name, kind.trained && layer.trainable});
  }
}

// "conv1/kernel:0" is a kernel, and Keras 3 also calls a depthwise kernel one.
bool IsNamed(const std::string& path, std::string_view name) {
  const std::string last = path.substr(path.rfind('/') + 1);
  return name.ends_with(last.substr(0, last.find(':')));
}

Status Assign(const LayerNode& layer, const std::string& group,
              const std::vector<std::string>& names, std::vector<Slot> slots) {
  if (layer.model == nullptr || layer.model->trainable) {
    std::ranges::stable_partition(slots, &Slot::trained);
  }
  if (names.size() != slots.size()) {
    return Corrupt(layer.place + ": the file has " + std::to_string(names.size()) +
                   " weights of it, expected " + std::to_string(slots.size()));
  }
  // Slots of one layer stay in their order, with those that are not trained behind.
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!IsNamed(names[i], slots[i].name)) {
      return Corrupt(slots[i].layer->place + ": the file has " + Quoted(names[i]) +
                     " in the place of its " + std::string(slots[i].name));
    }
    slots[i].layer->weights.push_back(group + "/" + names[i]);
  }
  return Ok();
}

}  // namespace

Status FindArchiveWeights(const Hdf5File& file, ModelNode& model) {
  return FindInGroup(file, "", model);
}

Status FindHdf5Weights(const Hdf5File& file, ModelNode& model) {
  for (LayerNode& layer : model.layers) {
    std::vector<Slot> slots;
    AppendSlots(layer, slots);
    if (slots.empty()) continue;
    const std::string group = "model_weights/" + layer.name;
    const Result<std::vector<std::string>> names = file.Texts(group, "weight_names");
    if (!names.ok()) return Error{names.error().code, layer.place + ": " + names.error().detail};
    ECHOLENS_CHECK(Assign(layer, group, *names, std::move(slots)));
  }
  return Ok();
}

}  // namespace echolens::convert::keras
