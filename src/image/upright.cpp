#include "image/upright.h"

#include <utility>

#include "image/allocate.h"

namespace echolens {
namespace {

// Where the upright picture's x and y axes run in the stored one.
struct Turn {
  bool swapped;      // rows become columns
  bool x_backwards;  // the stored x, or y where swapped, falls as the upright x grows
  bool y_backwards;
};

// By EXIF orientation: what the stored picture's first row and column are (CIPA DC-008, 4.6.5).
constexpr Turn kTurns[9] = {
    {},
    {false, false, false},  // 1: top, left
    {false, true, false},   // 2: top, right
    {false, true, true},    // 3: bottom, right
    {false, false, true},   // 4: bottom, left
    {true, false, false},   // 5: left, top
    {true, true, false},    // 6: right, top
    {true, true, true},     // 7: right, bottom
    {true, false, true},    // 8: left, bottom
};

}  // namespace

Result<GreyImage> Upright(GreyImage stored, int orientation) {
  if (orientation <= 1 || orientation > 8) return stored;
  const Turn& turn = kTurns[orientation];
  GreyImage upright{stored.width, stored.height, {}};
  if (turn.swapped) std::swap(upright.width, upright.height);
  ECHOLENS_ASSIGN(upright.pixels, Allocate<std::uint8_t>(stored.pixels.size()));

  const std::ptrdiff_t row = stored.width;
  const std::ptrdiff_t x_step = (turn.swapped ? row : 1) * (turn.x_backwards ? -1 : 1);
  const std::ptrdiff_t y_step = (turn.swapped ? 1 : row) * (turn.y_backwards ? -1 : 1);
  std::ptrdiff_t start = 0;
  if (x_step < 0) start -= x_step * (upright.width - 1);
  if (y_step < 0) start -= y_step * (upright.height - 1);
  std::uint8_t* out = upright.pixels.data();
  for (int y = 0; y < upright.height; ++y) {
    const std::uint8_t* in = stored.pixels.data() + start + y * y_step;
    for (int x = 0; x < upright.width; ++x) *out++ = in[x * x_step];
  }
  return upright;
}

}  // namespace echolens
