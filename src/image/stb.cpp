#include "image/stb.h"

#include <climits>
#include <cstdlib>
#include <memory>
#include <string>

#include "image/grey.h"

// Zeroed memory, so that no file, however wrong, shows what was in it before; no abort.
#define STBI_MALLOC(size) std::calloc(size, 1)
#define STBI_REALLOC(p, size) std::realloc(p, size)
#define STBI_FREE(p) std::free(p)
#define STBI_ASSERT(condition) static_cast<void>(sizeof(condition))
#define STBI_NO_STDIO
#define STBI_NO_SIMD  // the same arithmetic in every build
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_ONLY_JPEG
#define STBI_SUPPORT_ZLIB
#define STBI_MAX_DIMENSIONS 65535
#define STB_IMAGE_STATIC  // no symbol leaves this file
#define STB_IMAGE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image.h>
#pragma GCC diagnostic pop

namespace echolens {

Result<DecodedImage> DecodeJpegPixels(Bytes file, const ImageHeader& header, int channels) {
  if (file.size() > INT_MAX) {
    return Error{ErrorCode::kImageTooLarge, "the file is larger than 2 GB"};
  }
  int width = 0, height = 0, stored_channels = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_memory(file.data(), static_cast<int>(file.size()), &width, &height,
                            &stored_channels, channels),
      stbi_image_free);
  if (!pixels) {
    const char* reason = stbi_failure_reason();
    if (reason != nullptr && std::string_view(reason) == "outofmem") {
      return Error{ErrorCode::kOutOfMemory, "no memory to decode the picture of " +
                                                std::to_string(header.width) + "×" +
                                                std::to_string(header.height) + " pixels"};
    }
    return Error{ErrorCode::kImageCorrupt,
                 std::string("the JPEG file is damaged: ") + (reason == nullptr ? "?" : reason)};
  }
  if (width != header.width || height != header.height) {
    return Error{ErrorCode::kImageCorrupt,
                 "the JPEG file is damaged: its pixels are " + std::to_string(width) + "×" +
                     std::to_string(height) + ", its header says " + std::to_string(header.width) +
                     "×" + std::to_string(header.height)};
  }
  return GreyFromPixels(pixels.get(), header, channels);
}

bool Inflate(Bytes zlib, std::span<std::uint8_t> out) {
  if (zlib.size() > INT_MAX || out.size() > INT_MAX) return false;
  const int size = stbi_zlib_decode_buffer(
      reinterpret_cast<char*>(out.data()), static_cast<int>(out.size()),
      reinterpret_cast<const char*>(zlib.data()), static_cast<int>(zlib.size()));
  return size == static_cast<int>(out.size());
}

}  // namespace echolens
