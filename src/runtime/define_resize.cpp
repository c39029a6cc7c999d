#include "runtime/define.h"

namespace echolens {

Status Define(NodeBuilder& node, const ResizeBilinear& op) {
  ECHOLENS_ASSIGN(const Value input, node.Input());
  std::uint32_t flags = 0;  // XNNPACK's own way is half-pixel centres
  if (op.align_corners) flags = XNN_FLAG_ALIGN_CORNERS;
  if (!op.align_corners && !op.half_pixel_centers) flags = XNN_FLAG_TENSORFLOW_LEGACY_MODE;
  node.RunsAs(input.int8() ? "resize_bilinear_2d s8" : "resize_bilinear_2d f32");
  return node.Check(xnn_define_static_resize_bilinear_2d(
                        node.subgraph(), static_cast<std::size_t>(op.height),
                        static_cast<std::size_t>(op.width), input.id, node.output().id, flags),
                    "resize_bilinear_2d");
}

}  // namespace echolens
