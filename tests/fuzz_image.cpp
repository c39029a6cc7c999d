// An image file of any bytes: an error with a sentence, or a whole picture of the size that the
// header says, which then fits the network.
#include <cstdint>

#include "image/decode.h"
#include "image/preprocess.h"
#include "support/require.h"

using namespace echolens;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const DecodeLimits limits{.max_pixels = 1 << 18, .min_side = 1, .max_side = 4096};
  const Result<ImageHeader> header = ReadImageHeader({data, size}, limits);
  const Result<DecodedImage> image = DecodeImage({data, size}, limits);
  if (!image.ok()) {
    Require(!image.error().detail.empty() && image.error().code != ErrorCode::kInternal);
    return 0;
  }
  Require(header.ok() && header->format == image->format);
  const bool turned = header->orientation > 4;
  const GreyImage& grey = image->grey;
  Require(grey.width == (turned ? header->height : header->width));
  Require(grey.height == (turned ? header->width : header->height));
  Require(grey.pixels.size() == std::size_t(grey.width) * std::size_t(grey.height));
  const Result<NetworkImage> input = Preprocess(grey, {.width = 24, .height = 16});
  Require(input.ok() && input->image.pixels.size() == 24 * 16);
  return 0;
}
