#include "image/preprocess.h"

#include <algorithm>
#include <string>

#include "image/allocate.h"
#include "image/resize.h"

namespace echolens {
namespace {

// b scaled as a becomes `a_fitted`, to the nearest, at least 1.
int FittedSide(int b, int a, int a_fitted) {
  const std::int64_t side = (std::int64_t{b} * a_fitted + a / 2) / a;
  return static_cast<int>(std::max<std::int64_t>(side, 1));
}

}  // namespace

Result<NetworkImage> Preprocess(const GreyImage& picture, const Preprocessing& preprocessing) {
  const int width = preprocessing.width, height = preprocessing.height;
  if (width < 1 || height < 1 || picture.width < 1 || picture.height < 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "cannot fit a picture of " + std::to_string(picture.width) + "×" +
                     std::to_string(picture.height) + " pixels into " + std::to_string(width) +
                     "×" + std::to_string(height)};
  }
  int fitted_width = width, fitted_height = height;
  if (preprocessing.fit == Fit::kLetterbox) {
    const bool wide = std::int64_t{picture.width} * height >= std::int64_t{picture.height} * width;
    if (wide) fitted_height = FittedSide(picture.height, picture.width, width);
    if (!wide) fitted_width = FittedSide(picture.width, picture.height, height);
  }
  const int left = (width - fitted_width) / 2, top = (height - fitted_height) / 2;

  NetworkImage out{{width, height, {}}, {}};
  out.geometry = {static_cast<double>(picture.width) / fitted_width,
                  static_cast<double>(picture.height) / fitted_height,
                  static_cast<double>(left),
                  static_cast<double>(top),
                  {0, 0, picture.width, picture.height}};
  ECHOLENS_ASSIGN(const GreyImage fitted, Resize(picture, fitted_width, fitted_height));
  std::vector<std::uint8_t>& pixels = out.image.pixels;
  ECHOLENS_ASSIGN(pixels, Allocate<std::uint8_t>(std::uint64_t(width) * std::uint64_t(height)));
  std::ranges::fill(pixels, preprocessing.padding_value);
  for (int y = 0; y < fitted_height; ++y) {
    const std::ptrdiff_t from = std::ptrdiff_t{y} * fitted_width;
    const std::ptrdiff_t to = std::ptrdiff_t{top + y} * width + left;
    std::copy_n(fitted.pixels.begin() + from, fitted_width, pixels.begin() + to);
  }
  return out;
}

std::vector<float> InputValues(const Preprocessing& preprocessing) {
  std::vector<float> table;
  for (std::size_t c = 0; c < static_cast<std::size_t>(preprocessing.channels); ++c) {
    for (int pixel = 0; pixel < 256; ++pixel) {
      const float centred = static_cast<float>(pixel) - preprocessing.mean[c];
      table.push_back(centred * preprocessing.scale[c]);
    }
  }
  return table;
}

}  // namespace echolens
