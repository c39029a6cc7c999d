#include "png.h"

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

namespace {

// stb_image_write asserts that it got memory, and goes on without.
void* Checked(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

#define STBIW_MALLOC(size) Checked(std::malloc(size))
#define STBIW_REALLOC(p, size) Checked(std::realloc(p, size))
#define STBIW_FREE(p) std::free(p)
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC  // no symbol leaves this file
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace echolens::tools {

Result<std::vector<std::uint8_t>> PngFile(int width, int height, int channels,
                                          std::span<const std::uint8_t> samples) {
  constexpr int kMost = 1 << 30;  // stb counts in int
  const std::string size = std::to_string(width) + "×" + std::to_string(height) + " pixels of " +
                           std::to_string(channels) + " samples";
  const bool sane = width >= 1 && height >= 1 && channels >= 1 && channels <= 4 && width <= kMost &&
                    height <= kMost && samples.size() <= kMost;
  if (!sane ||
      std::uint64_t(width) * std::uint64_t(height) * std::uint64_t(channels) != samples.size()) {
    return Error{ErrorCode::kInvalidArgument,
                 "no PNG file of " + size + " from " + std::to_string(samples.size()) + " samples"};
  }
  std::vector<std::uint8_t> file;
  const auto append = [](void* context, void* data, int bytes) {
    const auto* first = static_cast<const std::uint8_t*>(data);
    auto& all = *static_cast<std::vector<std::uint8_t>*>(context);
    all.insert(all.end(), first, first + bytes);
  };
  try {
    const int stride = width * channels;
    stbi_write_png_to_func(append, &file, width, height, channels, samples.data(), stride);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory, "no memory for a PNG file of " + size};
  }
  return file;
}

}  // namespace echolens::tools
