// Pooling over windows and over the whole picture.
#include "convert/keras/layer_call.h"

namespace echolens::convert::keras {
namespace {

template <PoolKind kind>
Result<ValueId> BuildPooling(LayerCall& call, const Values& inputs) {
  Pooling op;
  op.kind = kind;
  ECHOLENS_ASSIGN(op.size, call.Pair("pool_size", {2, 2}));
  ECHOLENS_ASSIGN(op.stride, call.Pair("strides", op.size));
  ECHOLENS_ASSIGN(op.border, call.Padding());
  return call.Add(op, inputs);
}

template <PoolKind kind>
Result<ValueId> BuildGlobalPooling(LayerCall& call, const Values& inputs) {
  GlobalPooling op;
  op.kind = kind;
  ECHOLENS_ASSIGN(op.keep_dims, call.Bool("keepdims", false));
  return call.Add(op, inputs);
}

constexpr LayerKind kKinds[] = {
    {"MaxPooling2D", BuildPooling<PoolKind::kMax>},
    {"AveragePooling2D", BuildPooling<PoolKind::kAverage>},
    {"GlobalMaxPooling2D", BuildGlobalPooling<PoolKind::kMax>},
    {"GlobalAveragePooling2D", BuildGlobalPooling<PoolKind::kAverage>},
};

}  // namespace

const LayerKind* FindPooling(std::string_view type) {
  for (const LayerKind& kind : kKinds) {
    if (kind.type == type) return &kind;
  }
  return nullptr;
}

}  // namespace echolens::convert::keras
