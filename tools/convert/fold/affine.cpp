// Affine layers into each other and into the weights of convolutions and dense layers.
#include <algorithm>
#include <cmath>

#include "convert/fold/numbers.h"
#include "convert/fold/rules.h"
#include "convert/reach.h"

namespace echolens::convert {
namespace {

// What convolutions and dense layers have in common: a row of weights for each output.
struct Weights {
  std::vector<float>* rows = nullptr;
  std::vector<float>* bias = nullptr;
  std::size_t outputs = 0;

  std::size_t length() const { return rows->size() / outputs; }  // of a row
};

std::optional<Weights> WeightsOf(SourceNode* node) {
  if (node == nullptr) return std::nullopt;
  if (auto* conv = std::get_if<Convolution>(&node->op)) {
    return Weights{&conv->kernel, &conv->bias, Index(conv->kernel_shape[0])};
  }
  if (auto* dense = std::get_if<Dense>(&node->op)) {
    return Weights{&dense->weights, &dense->bias, Index(dense->weights_shape[0])};
  }
  return std::nullopt;
}

bool All(const std::vector<double>& values, double value) {
  return std::ranges::all_of(values, [&](double x) { return x == value; });
}

// Times a number, rounded once.
void Scale(float& weight, double by) { weight = static_cast<float>(weight * by); }

// The bias is replaced, if there is anything to add; all must still be float32 numbers.
Status Finish(const Weights& weights, const std::vector<double>& bias, const std::string& place) {
  if (!weights.bias->empty() || !All(bias, 0)) {
    ECHOLENS_ASSIGN(*weights.bias, Rounded(bias, place));
  }
  return CheckFinite(*weights.rows, place);
}

std::vector<double> BiasOf(const Weights& weights) {
  std::vector<double> bias(weights.bias->begin(), weights.bias->end());
  bias.resize(weights.outputs, 0.0);
  return bias;
}

// The input channel that weight k of output o is for: `channels` in all.
std::size_t ChannelOf(const SourceNode& node, std::size_t o, std::size_t k, std::size_t channels) {
  const auto* conv = std::get_if<Convolution>(&node.op);
  if (conv == nullptr) return k % channels;  // of a dense layer behind a flattening reshape
  const std::size_t depth = Index(conv->kernel_shape[3]);
  const std::size_t each = Index(conv->kernel_shape[0]) / Index(conv->groups);
  return o / each * depth + k % depth;
}

// The affine layer before the node, directly or (dense layers) before the reshape that flattens a
// picture whole channels at a time.
SourceNode* AffineBefore(Editor& editor, const SourceNode& node) {
  ValueId id = node.inputs[0];
  if (!editor.ReadOnce(id)) return nullptr;
  const auto* dense = std::get_if<Dense>(&node.op);
  if (dense != nullptr && editor.MadeBy<ReshapeLayer>(id) != nullptr) {
    id = editor.Maker(id)->inputs[0];
    const Shape& shape = editor.ShapeOf(id);
    if (!editor.ReadOnce(id) || shape.empty() || dense->weights_shape[1] % shape.back() != 0) {
      return nullptr;
    }
  }
  return editor.MadeBy<Affine>(id) == nullptr ? nullptr : editor.Maker(id);
}

// Where a convolution sees zeros beside the picture, an offset is not the same as a bias.
bool SeesBorder(Editor& editor, const SourceNode& node) {
  const auto* conv = std::get_if<Convolution>(&node.op);
  return conv != nullptr &&
         !ReachOf(conv->border, editor.ShapeOf(node.inputs[0]),
                  {conv->kernel_shape[1], conv->kernel_shape[2]}, conv->stride, conv->dilation)
              .none();
}

// x · scale + offset = scale · (x + offset / scale): what stays before the border. None: a scale is
// zero or the quotient too large.
std::optional<Affine> OffsetAlone(const Affine& affine) {
  Affine alone{{1}, std::vector<double>(std::max(affine.scale.size(), affine.offset.size()))};
  for (std::size_t c = 0; c < alone.offset.size(); ++c) {
    alone.offset[c] = ForChannel(affine.offset, c) / ForChannel(affine.scale, c);
    if (!std::isfinite(static_cast<float>(alone.offset[c]))) return std::nullopt;
  }
  return All(affine.scale, 1) ? std::nullopt : std::optional(alone);
}

}  // namespace

Result<bool> AffineIntoAffine(Editor& editor, std::size_t i) {
  SourceNode& node = editor.node(i);
  auto* outer = std::get_if<Affine>(&node.op);
  if (outer == nullptr) return false;
  const ValueId in = node.inputs[0];
  const auto* inner = editor.MadeBy<Affine>(in);
  if (inner == nullptr || !editor.ReadOnce(in)) return false;
  Affine both;
  const std::size_t scales = std::max(outer->scale.size(), inner->scale.size());
  const std::size_t offsets =
      std::max({outer->scale.size(), inner->offset.size(), outer->offset.size()});
  for (std::size_t c = 0; c < scales; ++c) {
    both.scale.push_back(ForChannel(outer->scale, c) * ForChannel(inner->scale, c));
  }
  for (std::size_t c = 0; c < offsets; ++c) {
    both.offset.push_back(ForChannel(outer->scale, c) * ForChannel(inner->offset, c) +
                          ForChannel(outer->offset, c));
  }
  *outer = std::move(both);
  node.inputs[0] = editor.Maker(in)->inputs[0];
  editor.SayInto(*editor.Maker(in), node);
  editor.Release(in);
  return true;
}

// "Before" and "behind" say where the weights stand.
Result<bool> AffineIntoWeightsBefore(Editor& editor, std::size_t i) {
  const SourceNode& node = editor.node(i);
  const auto* affine = std::get_if<Affine>(&node.op);
  if (affine == nullptr || !editor.ReadOnce(node.inputs[0])) return false;
  SourceNode* maker = editor.Maker(node.inputs[0]);
  const auto weights = WeightsOf(maker);
  if (!weights) return false;
  std::vector<double> bias = BiasOf(*weights);
  for (std::size_t k = 0; k < weights->rows->size(); ++k) {
    Scale((*weights->rows)[k], ForChannel(affine->scale, k / weights->length()));
  }
  for (std::size_t o = 0; o < bias.size(); ++o) {
    bias[o] = bias[o] * ForChannel(affine->scale, o) + ForChannel(affine->offset, o);
  }
  ECHOLENS_CHECK(Finish(*weights, bias, maker->place));
  editor.SayInto(node, *maker);
  return editor.Bypass(i);
}

Result<bool> AffineIntoWeightsBehind(Editor& editor, std::size_t i) {
  SourceNode& node = editor.node(i);
  const auto weights = WeightsOf(&node);
  SourceNode* before = weights ? AffineBefore(editor, node) : nullptr;
  if (before == nullptr) return false;
  auto& affine = std::get<Affine>(before->op);
  const std::size_t channels = Index(editor.ShapeOf(before->output).back());

  std::optional<Affine> rest;  // that must stay where it is
  if (!All(affine.offset, 0) && SeesBorder(editor, node)) {
    rest = OffsetAlone(affine);
    if (!rest) return false;
  }
  std::vector<double> bias = BiasOf(*weights);
  for (std::size_t k = 0; k < weights->rows->size(); ++k) {
    float& weight = (*weights->rows)[k];
    const std::size_t o = k / weights->length();
    const std::size_t c = ChannelOf(node, o, k % weights->length(), channels);
    if (!rest) bias[o] += weight * ForChannel(affine.offset, c);
    Scale(weight, ForChannel(affine.scale, c));
  }
  ECHOLENS_CHECK(Finish(*weights, bias, node.place));
  if (rest) {
    affine = *rest;
    editor.Say("scale of " + before->place + " into " + node.place);
    return true;
  }
  editor.SayInto(*before, node);
  return editor.Bypass(static_cast<std::size_t>(before - &editor.node(0)));
}

}  // namespace echolens::convert
