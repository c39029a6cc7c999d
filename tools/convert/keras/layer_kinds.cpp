#include "convert/keras/layer_kinds.h"

namespace echolens::convert::keras {

const LayerKind* FindLayerKind(std::string_view type) {
  for (const auto find : {FindConvolution, FindPooling, FindElementwise, FindMerge, FindGeometry}) {
    if (const LayerKind* kind = find(type); kind != nullptr) return kind;
  }
  return nullptr;
}

}  // namespace echolens::convert::keras
