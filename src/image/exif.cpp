#include "image/exif.h"

namespace echolens {
namespace {

constexpr std::string_view kExif{"Exif\0\0", 6};
constexpr int kOrientationTag = 0x0112;
constexpr int kShort = 3;  // the type of the tag's value: 16 bits

}  // namespace

bool IsExif(Bytes app1) { return HasText(app1, 0, kExif); }

int ExifOrientation(Bytes app1) {
  if (!IsExif(app1)) return 1;
  const Bytes tiff = app1.subspan(kExif.size());
  if (tiff.size() < 8) return 1;
  const bool little = HasText(tiff, 0, "II");
  if (!little && !HasText(tiff, 0, "MM")) return 1;
  const auto u16 = [&](std::size_t at) {
    return little ? LittleEndian16(tiff, at) : BigEndian16(tiff, at);
  };
  const auto u32 = [&](std::size_t at) {
    return little ? LittleEndian32(tiff, at) : BigEndian32(tiff, at);
  };
  if (u16(2) != 42) return 1;
  const std::size_t directory = u32(4);
  if (directory > tiff.size() - 2) return 1;
  const int entries = u16(directory);
  for (int i = 0; i < entries; ++i) {
    const std::uint64_t entry = std::uint64_t(directory) + 2 + std::uint64_t(i) * 12;
    if (entry + 12 > tiff.size()) return 1;
    const auto at = static_cast<std::size_t>(entry);
    if (u16(at) != kOrientationTag) continue;
    const int value = u16(at + 8);
    const bool valid = u16(at + 2) == kShort && u32(at + 4) == 1 && value >= 1 && value <= 8;
    return valid ? value : 1;
  }
  return 1;
}

}  // namespace echolens
