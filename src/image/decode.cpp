#include "image/decode.h"

#include <string>

#include "image/bmp.h"
#include "image/gif.h"
#include "image/jpeg.h"
#include "image/png.h"
#include "image/sniff.h"
#include "image/upright.h"

namespace echolens {
namespace {

Status CheckLimits(const ImageHeader& header, const DecodeLimits& limits) {
  const std::string size = "the picture is " + std::to_string(header.width) + "×" +
                           std::to_string(header.height) + " pixels";
  if (header.width < limits.min_side || header.height < limits.min_side) {
    return Error{ErrorCode::kImageTooSmall,
                 size + ", expected at least " + std::to_string(limits.min_side) + " a side"};
  }
  if (header.width > limits.max_side || header.height > limits.max_side) {
    return Error{ErrorCode::kImageTooLarge,
                 size + ", expected at most " + std::to_string(limits.max_side) + " a side"};
  }
  if (std::int64_t{header.width} * header.height > limits.max_pixels) {
    return Error{ErrorCode::kImageTooLarge,
                 size + ", expected at most " + std::to_string(limits.max_pixels) + " in all"};
  }
  return Ok();
}

Result<ImageHeader> ReadHeader(ImageFormat format, Bytes file) {
  switch (format) {
    case ImageFormat::kPng: return ReadPngHeader(file);
    case ImageFormat::kJpeg: return ReadJpegHeader(file);
    case ImageFormat::kBmp: return ReadBmpHeader(file);
    case ImageFormat::kGif: return ReadGifHeader(file);
  }
  return Error{ErrorCode::kInternal, "an image format without a reader"};
}

Result<DecodedImage> DecodeStored(Bytes file, const ImageHeader& header) {
  switch (header.format) {
    case ImageFormat::kPng: return DecodePng(file, header);
    case ImageFormat::kJpeg: return DecodeJpeg(file, header);
    case ImageFormat::kBmp: return DecodeBmp(file, header);
    case ImageFormat::kGif: return DecodeGif(file, header);
  }
  return Error{ErrorCode::kInternal, "an image format without a decoder"};
}

}  // namespace

std::string_view FormatName(ImageFormat format) {
  switch (format) {
    case ImageFormat::kPng: return "png";
    case ImageFormat::kJpeg: return "jpeg";
    case ImageFormat::kBmp: return "bmp";
    case ImageFormat::kGif: return "gif";
  }
  return "";
}

Result<ImageHeader> ReadImageHeader(std::span<const std::uint8_t> file,
                                    const DecodeLimits& limits) {
  if (file.size() > limits.max_bytes) {
    return Error{ErrorCode::kImageTooLarge, "the file has " + std::to_string(file.size()) +
                                                " bytes, expected at most " +
                                                std::to_string(limits.max_bytes)};
  }
  ECHOLENS_ASSIGN(const ImageFormat format, SniffFormat(file));
  ECHOLENS_ASSIGN(const ImageHeader header, ReadHeader(format, file));
  ECHOLENS_CHECK(CheckLimits(header, limits));
  return header;
}

Result<DecodedImage> DecodeImage(std::span<const std::uint8_t> file, const DecodeLimits& limits) {
  ECHOLENS_ASSIGN(const ImageHeader header, ReadImageHeader(file, limits));
  ECHOLENS_ASSIGN(DecodedImage image, DecodeStored(file, header));
  return Upright(std::move(image), header.orientation);
}

bool HoldsSeveralPictures(ImageFormat format, std::span<const std::uint8_t> file) {
  if (format == ImageFormat::kGif) return AnimatedGif(file);
  return format == ImageFormat::kPng && AnimatedPng(file);
}

}  // namespace echolens
