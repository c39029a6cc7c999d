#include "convert/keras/graph.h"

#include <map>

#include "convert/keras/connections.h"
#include "convert/keras/layer_call.h"

namespace echolens::convert::keras {
namespace {

constexpr int kMaxCalls = 20'000;  // of layers, those in models that are called often included

Error Corrupt(const std::string& what) { return {ErrorCode::kSourceCorrupt, what}; }
Error Unsupported(const std::string& what) { return {ErrorCode::kSourceUnsupported, what}; }

class NetworkBuilder {
 public:
  NetworkBuilder(const Hdf5File& weights, int keras_major)
      : weights_(weights), keras_major_(keras_major) {}

  Result<SourceNetwork> Build(const ModelNode& model) {
    network_.name = model.name;
    ECHOLENS_ASSIGN(network_.outputs, Run(model, nullptr, ""));
    return std::move(network_);
  }

 private:
  // A functional model while it runs: what each call of each layer gave.
  struct Progress {
    const LayerNode* layer;
    std::vector<Refs> calls;
    std::vector<Values> results;
  };
  using ByName = std::map<std::string, Progress, std::less<>>;

  // Null `inputs`: the outermost model, whose inputs are those of the network. `suffix` tells calls
  // of one model apart in names.
  Result<Values> Run(const ModelNode& model, const Values* inputs, const std::string& suffix) {
    return model.sequential ? RunSequential(model, inputs, suffix)
                            : RunFunctional(model, inputs, suffix);
  }

  Result<Values> RunSequential(const ModelNode& model, const Values* inputs,
                               const std::string& suffix) {
    Values values;
    if (inputs == nullptr) {
      ECHOLENS_ASSIGN(const ValueId input, SequentialInput(model));
      values = {input};
    } else {
      values = *inputs;
    }
    for (const LayerNode& layer : model.layers) {
      if (layer.is_input()) continue;
      ECHOLENS_ASSIGN(values, Call(layer, values, suffix));
    }
    return values;
  }

  // The layers in any order that gives each its inputs before it is called, as Keras rebuilds them.
  Result<Values> RunFunctional(const ModelNode& model, const Values* inputs,
                               const std::string& suffix) {
    ECHOLENS_ASSIGN(ByName layers, Prepare(model));
    ECHOLENS_CHECK(Feed(model, inputs, layers));
    for (bool moved = true; moved;) {
      moved = false;
      for (const LayerNode& layer : model.layers) {
        Progress& progress = layers.find(layer.name)->second;
        while (progress.results.size() < progress.calls.size()) {
          const Refs& refs = progress.calls[progress.results.size()];
          ECHOLENS_ASSIGN(const bool ready, Ready(layer, refs, layers));
          if (!ready) break;
          ECHOLENS_ASSIGN(const Values arguments, Collect(layer.place, refs, layers, false));
          const std::size_t n = progress.results.size();
          ECHOLENS_ASSIGN(Values results, Call(layer, arguments,
                                               n == 0 ? suffix : suffix + ":" + std::to_string(n)));
          progress.results.push_back(std::move(results));
          moved = true;
        }
      }
    }
    for (const LayerNode& layer : model.layers) {
      const Progress& progress = layers.find(layer.name)->second;
      if (progress.results.size() < progress.calls.size()) {
        return Corrupt(layer.place + ": its input never comes: layers read each other in a circle");
      }
    }
    ECHOLENS_ASSIGN(const Refs outputs, ReadModelRefs(model, "output_layers"));
    return Collect("model " + Quoted(model.name), outputs, layers, /*model_output=*/true);
  }

  // References to an inner model also count the call that made it: in Keras 2 always, in Keras 3
  // only those of "output_layers", and only to a Functional model.
  std::size_t CallsBefore(const LayerNode& layer, bool model_output) const {
    if (layer.model == nullptr) return 0;
    if (keras_major_ < 3) return layer.model->layers[0].is_input() ? 1 : 0;
    return model_output && !layer.model->sequential ? 1 : 0;
  }

  Result<ByName> Prepare(const ModelNode& model) {
    ByName layers;
    for (const LayerNode& layer : model.layers) {
      ECHOLENS_ASSIGN(std::vector<Refs> calls, ReadCalls(layer));
      if (layer.is_input()) calls.clear();
      if (!layers.try_emplace(layer.name, Progress{&layer, std::move(calls), {}}).second) {
        return Corrupt(layer.place + ": another layer of the model has the same name");
      }
    }
    return layers;
  }

  Status Feed(const ModelNode& model, const Values* inputs, ByName& layers) {
    ECHOLENS_ASSIGN(const Refs refs, ReadModelRefs(model, "input_layers"));
    if (inputs != nullptr && inputs->size() != refs.size()) {
      return Corrupt("model " + Quoted(model.name) + " is called with " +
                     std::to_string(inputs->size()) + " inputs, expected " +
                     std::to_string(refs.size()));
    }
    for (std::size_t i = 0; i < refs.size(); ++i) {
      const auto found = layers.find(refs[i].layer);
      if (found == layers.end() || !found->second.layer->is_input() ||
          !found->second.results.empty()) {
        return Corrupt("model " + Quoted(model.name) + ": " + Quoted(refs[i].layer) +
                       " is no InputLayer of its own");
      }
      const LayerNode& layer = *found->second.layer;
      if (inputs != nullptr) {
        found->second.results = {{(*inputs)[i]}};
      } else {
        ECHOLENS_ASSIGN(const ValueId input, AddInputOf(layer.place, layer.name, *layer.config));
        found->second.results = {{input}};
      }
    }
    return Ok();
  }

  // What the reference means; null: that call is still to come.
  Result<const Values*> Lookup(const std::string& place, const TensorRef& ref, const ByName& layers,
                               bool model_output) const {
    const auto found = layers.find(ref.layer);
    if (found == layers.end()) {
      return Corrupt(place + ": it reads " + Quoted(ref.layer) +
                     ", which is no layer of its model");
    }
    const std::size_t before = CallsBefore(*found->second.layer, model_output);
    const std::size_t call = static_cast<std::size_t>(ref.call) - before;  // huge when negative
    const std::vector<Values>& results = found->second.results;
    if (call >= results.size()) return nullptr;
    return &results[call];
  }

  Result<bool> Ready(const LayerNode& layer, const Refs& refs, const ByName& layers) const {
    for (const TensorRef& ref : refs) {
      ECHOLENS_ASSIGN(const Values* values, Lookup(layer.place, ref, layers, false));
      if (values == nullptr) return false;
    }
    return true;
  }

  Result<Values> Collect(const std::string& place, const Refs& refs, const ByName& layers,
                         bool model_output) const {
    Values collected;
    for (const TensorRef& ref : refs) {
      ECHOLENS_ASSIGN(const Values* values, Lookup(place, ref, layers, model_output));
      if (values == nullptr || static_cast<std::size_t>(ref.tensor) >= values->size()) {
        return Corrupt(place + ": it reads an output of " + Quoted(ref.layer) +
                       " that is not there");
      }
      collected.push_back((*values)[static_cast<std::size_t>(ref.tensor)]);
    }
    return collected;
  }

  Result<Values> Call(const LayerNode& layer, const Values& inputs, const std::string& suffix) {
    if (++calls_ > kMaxCalls) {
      return Unsupported("the network calls layers more than " + std::to_string(kMaxCalls) +
                         " times");
    }
    if (layer.model != nullptr) return Run(*layer.model, &inputs, suffix);
    if (layer.kind == nullptr || (inputs.size() != 1 && !layer.kind->many_inputs)) {
      return Corrupt(layer.place + ": it is called with " + std::to_string(inputs.size()) +
                     " inputs, expected 1");
    }
    LayerCall call(network_, weights_, layer, layer.path + suffix, keras_major_);
    ECHOLENS_ASSIGN(const ValueId output, layer.kind->build(call, inputs));
    return Values{output};
  }

  // The InputLayer, or, where Keras 2 left it out, the shape that the first layer or the model
  // remembers.
  Result<ValueId> SequentialInput(const ModelNode& model) {
    const LayerNode& first = model.layers[0];
    if (first.is_input() || Find(*first.config, "batch_input_shape") != nullptr) {
      return AddInputOf(first.place, first.is_input() ? first.name : first.name + "_input",
                        *first.config);
    }
    return AddInputOf("model " + Quoted(model.name), "input", *model.config);
  }

  Result<ValueId> AddInputOf(const std::string& place, const std::string& name,
                             const Json& config) {
    const Json* sizes = nullptr;
    for (const char* key : {"batch_shape", "batch_input_shape", "build_input_shape"}) {
      if (sizes == nullptr) sizes = Find(config, key);
    }
    if (sizes == nullptr || !sizes->is_array() || sizes->empty()) {
      return Corrupt(place +
                     ": the shape of the input is nowhere: build the model with an "
                     "InputLayer and save again");
    }
    Shape shape;
    for (const Json& size : *sizes) {
      const bool batch = shape.empty() && size.is_null();
      const bool whole =
          size.is_number_integer() && size.get<double>() >= 1 && size.get<double>() < 1 << 30;
      if (!batch && !whole) {
        return Unsupported(place + ": the input is " + JsonText(*sizes) +
                           ": build the model with a known height and width and save again");
      }
      shape.push_back(batch ? 1 : size.get<std::int32_t>());
    }
    const Result<ValueId> input = AddInput(network_, name, shape);
    if (!input.ok()) return Error{input.error().code, place + ": " + input.error().detail};
    return *input;
  }

  SourceNetwork network_;
  WeightReader weights_;
  int keras_major_;
  int calls_ = 0;
};

}  // namespace

Result<SourceNetwork> BuildNetwork(const ModelNode& model, const Hdf5File& weights,
                                   int keras_major) {
  return NetworkBuilder(weights, keras_major).Build(model);
}

}  // namespace echolens::convert::keras
