// Layers that move numbers: shapes, borders, sizes of pictures.
#include <cmath>

#include "convert/keras/layer_call.h"

namespace echolens::convert::keras {
namespace {

Result<ValueId> BuildFlatten(LayerCall& call, const Values& inputs) {
  const Shape& shape = call.ShapeOf(inputs[0]);
  if (shape.size() == 2) return inputs[0];
  return call.Add(ReshapeLayer{{1, static_cast<std::int32_t>(ElementCount(shape))}}, inputs);
}

Result<ValueId> BuildReshape(LayerCall& call, const Values& inputs) {
  ECHOLENS_ASSIGN(const std::vector<double> target, call.Numbers("target_shape"));
  const std::string text = JsonText(*Find(call.config(), "target_shape"));
  Shape shape{1};
  std::int64_t known = 1;
  std::size_t open = 0;
  for (const double size : target) {
    if (size == -1) open = shape.size();
    const bool whole = size >= 1 && size <= 1 << 30 && size == static_cast<std::int32_t>(size);
    if (size != -1 && !whole) return call.Corrupt("target_shape is " + text);
    shape.push_back(static_cast<std::int32_t>(size));
    if (size != -1) known = std::min(known * shape.back(), std::int64_t{1} << 31);
  }
  if (open > 0) {
    const std::int64_t rest = ElementCount(call.ShapeOf(inputs[0])) / known;
    shape[open] = static_cast<std::int32_t>(rest);
  }
  if (shape.size() > kMaxRank) return call.Unsupported("target_shape has too many axes");
  return call.Add(ReshapeLayer{shape}, inputs);
}

// [[top, bottom], [left, right]], and shorter forms where both sides are alike.
Result<std::array<int, 4>> Sides(const LayerCall& call, std::string_view key) {
  ECHOLENS_ASSIGN(const std::vector<double> sides, call.Numbers(key));
  const std::size_t n = sides.size();
  std::array<int, 4> result{};
  for (std::size_t i = 0; i < 4; ++i) {
    if (n != 1 && n != 2 && n != 4) return call.Corrupt(std::string(key) + " has no 4 sides");
    const double side = sides[i * n / 4];
    if (!(side >= 0 && side <= 1 << 15)) {
      return call.Corrupt(std::string(key) + " is " + JsonText(*Find(call.config(), key)));
    }
    result[i] = static_cast<int>(side);
  }
  return result;
}

Result<ValueId> BuildZeroPadding2D(LayerCall& call, const Values& inputs) {
  ECHOLENS_ASSIGN(const auto sides, Sides(call, "padding"));
  return call.Add(PadLayer{{0, sides[0], sides[2], 0}, {0, sides[1], sides[3], 0}, 0}, inputs);
}

Result<Shape> PictureShape(const LayerCall& call, ValueId input) {
  const Shape& shape = call.ShapeOf(input);
  if (shape.size() == 4) return shape;
  return call.Unsupported("its input is " + ShapeText(shape) + ", expected 4 axes");
}

Result<ValueId> BuildCropping2D(LayerCall& call, const Values& inputs) {
  ECHOLENS_ASSIGN(const auto sides, Sides(call, "cropping"));
  ECHOLENS_ASSIGN(const Shape shape, PictureShape(call, inputs[0]));
  const int height = shape[1] - sides[0] - sides[1], width = shape[2] - sides[2] - sides[3];
  if (height < 1 || width < 1) {
    return call.Corrupt("cropping leaves nothing of its input " + ShapeText(shape));
  }
  return call.Add(SliceLayer{{0, sides[0], sides[2], 0}, {shape[0], height, width, shape[3]}},
                  inputs);
}

// The batch stays in front; the others count from 1.
Result<ValueId> BuildPermute(LayerCall& call, const Values& inputs) {
  ECHOLENS_ASSIGN(const std::vector<double> dims, call.Numbers("dims"));
  const std::size_t rank = call.ShapeOf(inputs[0]).size();
  Transpose op{{0}};
  for (const double axis : dims) {
    const bool there = axis >= 1 && axis < static_cast<double>(rank) && axis == std::floor(axis);
    op.permutation.push_back(there ? static_cast<int>(axis) : 0);  // 0 twice is no permutation
  }
  return call.Add(op, inputs);
}

Result<ResizeKind> Interpolation(const LayerCall& call, const std::string& fallback) {
  const std::string name = TextOr(call.config(), "interpolation", fallback);
  if (name == "bilinear") return ResizeKind::kBilinearHalfPixel;
  if (name == "nearest") return ResizeKind::kNearest;
  return call.Unsupported("its interpolation is " + Quoted(name) +
                          ", expected 'bilinear' or 'nearest'");
}

Result<ValueId> BuildUpSampling2D(LayerCall& call, const Values& inputs) {
  ECHOLENS_ASSIGN(const Shape shape, PictureShape(call, inputs[0]));
  ECHOLENS_ASSIGN(const auto size, call.Pair("size", {2, 2}));
  ECHOLENS_ASSIGN(const ResizeKind kind, Interpolation(call, "nearest"));
  constexpr int kMost = 1 << 15;
  if (size[0] < 1 || size[1] < 1 || size[0] > kMost / shape[1] || size[1] > kMost / shape[2]) {
    return call.Corrupt("size is " + ShapeText({size[0], size[1]}));
  }
  return call.Add(ResizeLayer{kind, shape[1] * size[0], shape[2] * size[1]}, inputs);
}

Result<ValueId> BuildResizing(LayerCall& call, const Values& inputs) {
  ECHOLENS_CHECK(PictureShape(call, inputs[0]));
  for (const char* option : {"crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias"}) {
    ECHOLENS_ASSIGN(const bool on, call.Bool(option, false));
    if (on) return call.Unsupported(std::string(option) + " is true: only false is supported");
  }
  ResizeLayer op;
  ECHOLENS_ASSIGN(op.kind, Interpolation(call, "bilinear"));
  ECHOLENS_ASSIGN(op.height, call.Int("height", 0));
  ECHOLENS_ASSIGN(op.width, call.Int("width", 0));
  return call.Add(op, inputs);
}

constexpr LayerKind kKinds[] = {
    {"Flatten", BuildFlatten},
    {"Reshape", BuildReshape},
    {"ZeroPadding2D", BuildZeroPadding2D},
    {"Cropping2D", BuildCropping2D},
    {"Permute", BuildPermute},
    {"UpSampling2D", BuildUpSampling2D},
    {"Resizing", BuildResizing},
};

}  // namespace

const LayerKind* FindGeometry(std::string_view type) {
  for (const LayerKind& kind : kKinds) {
    if (kind.type == type) return &kind;
  }
  return nullptr;
}

}  // namespace echolens::convert::keras
