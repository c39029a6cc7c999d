// From the bytes of an image file to grey pixels, the same in every build.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "result.h"

namespace echolens {

enum class ImageFormat : std::uint8_t { kPng, kJpeg, kBmp, kGif };

// "png", "jpeg", "bmp", "gif": the name in the record.
std::string_view FormatName(ImageFormat format);

// Checked from the file's header, before anything is allocated.
struct DecodeLimits {
  std::size_t max_bytes = std::size_t{64} << 20;
  std::int64_t max_pixels = 100'000'000;
  int min_side = 16;
  int max_side = 20'000;
};

// What the first bytes say. Width and height as stored, before `orientation` is applied.
struct ImageHeader {
  ImageFormat format;
  int width = 0;
  int height = 0;
  int orientation = 1;  // EXIF 1 … 8 (CIPA DC-008 table 3, tag 0x0112); 1 when the file has none
};

// 8-bit grey, row by row without gaps, upright: pixels[y * width + x].
struct GreyImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;
};

struct DecodedImage {
  ImageFormat format;
  GreyImage grey;
  // Of each pixel of `grey`: 1 where it was coloured, 0 otherwise. Coloured is, as laid over black,
  // the largest of red, green and blue kColouredSpread or more over the smallest.
  std::vector<std::uint8_t> coloured;
};

inline constexpr int kColouredSpread = 48;

// Recognises the format and reads size and orientation.
// Errors: kImageEmpty, kImageUnrecognised, kImageUnsupported (WebP, TIFF, DICOM, HEIC, PDF, SVG:
// named, with what to do), kImageCorrupt (header cut off), kImageTooLarge, kImageTooSmall.
Result<ImageHeader> ReadImageHeader(std::span<const std::uint8_t> file,
                                    const DecodeLimits& limits = {});

// PNG, JPEG, BMP, GIF (first frame). 16 bit keeps the high byte; alpha is laid over black; colour
// becomes grey by ITU-R BT.601 luma in integers, (19595 R + 38470 G + 7471 B + 32768) >> 16, as
// Pillow's "L" does. A truncated or damaged file is an error, never a half picture. Errors: as
// above, and kOutOfMemory.
Result<DecodedImage> DecodeImage(std::span<const std::uint8_t> file,
                                 const DecodeLimits& limits = {});

// Whether other pictures follow the one that was read, in a GIF or PNG that DecodeImage reads.
bool HoldsSeveralPictures(ImageFormat format, std::span<const std::uint8_t> file);

}  // namespace echolens
