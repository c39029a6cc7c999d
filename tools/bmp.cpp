#include "bmp.h"

#include <cstddef>

namespace echolens::tools {

std::vector<std::uint8_t> BmpFile(const GreyImage& image) {
  constexpr std::uint32_t kHeaders = 14 + 40, kPalette = 256 * 4;
  const auto width = static_cast<std::uint32_t>(image.width);
  const auto height = static_cast<std::uint32_t>(image.height);
  const std::uint32_t stride = (width + 3) / 4 * 4;
  std::vector<std::uint8_t> file{'B', 'M'};
  const auto put = [&](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) file.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  };
  put(kHeaders + kPalette + stride * height, 4);
  put(0, 4);
  put(kHeaders + kPalette, 4);
  put(40, 4);
  put(width, 4);
  put(height, 4);
  put(1, 2);  // planes
  put(8, 2);  // bits a pixel
  for (const std::uint32_t field : {0u, stride * height, 0u, 0u, 0u, 0u}) put(field, 4);
  for (std::uint32_t grey = 0; grey < 256; ++grey) put(grey * 0x010101, 4);
  for (std::uint32_t y = height; y-- > 0;) {
    const auto row = image.pixels.begin() + static_cast<std::ptrdiff_t>(y) * image.width;
    file.insert(file.end(), row, row + image.width);
    file.insert(file.end(), stride - width, 0);
  }
  return file;
}

}  // namespace echolens::tools
