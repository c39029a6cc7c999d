#include "reading/input_gate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "image/panels.h"

namespace echolens {
namespace {

// Each limit leaves a factor of two to the most extreme of the 2,075 development images of BUSI and
// BUS-BRA, which model/gate/measure.py finds.

// Pixels of the shorter side: theirs are 190 and more.
constexpr int kSmallestSide = 96;
// Share of coloured pixels: theirs is at most .0056, caliper marks and logos.
constexpr double kMostColoured = 0.0112;
// Grey values between the 5th and the 95th of a hundred pixels: theirs are 47 and more.
constexpr int kLeastContrast = 24;

// The grey value that `share` of all pixels do not exceed.
int Percentile(const std::array<std::uint64_t, 256>& histogram, std::size_t pixels, double share) {
  const double wanted = share * static_cast<double>(pixels);
  std::uint64_t seen = 0;
  for (std::size_t grey = 0; grey < histogram.size(); ++grey) {
    seen += histogram[grey];
    if (static_cast<double>(seen) >= wanted) return static_cast<int>(grey);
  }
  return 255;
}

int Contrast(const GreyImage& picture) {
  std::array<std::uint64_t, 256> histogram{};
  for (const std::uint8_t grey : picture.pixels) ++histogram[grey];
  const std::size_t pixels = picture.pixels.size();
  return Percentile(histogram, pixels, 0.95) - Percentile(histogram, pixels, 0.05);
}

// "3.4 %"
std::string Percent(double share) {
  const auto tenths = std::lround(1000 * share);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

}  // namespace

std::string_view RefusalName(RefusalCode code) {
  switch (code) {
    case RefusalCode::kTooSmall: return "too_small";
    case RefusalCode::kColoured: return "coloured";
    case RefusalCode::kBlank: return "blank";
    case RefusalCode::kSeveralPanels: return "several_panels";
    case RefusalCode::kUnlike: return "unlike";
  }
  return "";
}

std::optional<Refusal> CheckPicture(const DecodedImage& image) {
  const GreyImage& picture = image.grey;
  if (std::min(picture.width, picture.height) < kSmallestSide) {
    return Refusal{RefusalCode::kTooSmall,
                   "the picture is " + std::to_string(picture.width) + "×" +
                       std::to_string(picture.height) + " pixels, expected at least " +
                       std::to_string(kSmallestSide) + " a side: a smaller one shows too little"};
  }
  const double coloured = static_cast<double>(std::ranges::count(image.coloured, 1)) /
                          static_cast<double>(picture.pixels.size());
  if (coloured > kMostColoured) {
    return Refusal{RefusalCode::kColoured,
                   Percent(coloured) +
                       " of the picture is coloured, expected a grey B-mode "
                       "picture: no colour Doppler, elastography or photograph"};
  }
  const int contrast = Contrast(picture);
  if (contrast < kLeastContrast) {
    return Refusal{RefusalCode::kBlank,
                   "the picture is nearly blank: nine tenths of it lie within " +
                       std::to_string(contrast) + " of 256 grey values, expected at least " +
                       std::to_string(kLeastContrast)};
  }
  const int panels = CountPanels(picture);
  if (panels > 1) {
    return Refusal{RefusalCode::kSeveralPanels,
                   "the picture shows " + std::to_string(panels) +
                       " pictures side by side, expected one: cut one out"};
  }
  return {};
}

}  // namespace echolens
