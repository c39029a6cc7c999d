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

// Of a picture that is `width` wide as stored.
Result<std::vector<std::uint8_t>> Turned(const std::vector<std::uint8_t>& stored, int width,
                                         const Turn& turn) {
  ECHOLENS_ASSIGN(std::vector<std::uint8_t> upright, Allocate<std::uint8_t>(stored.size()));
  const std::ptrdiff_t row = width;
  std::ptrdiff_t columns = width, rows = static_cast<std::ptrdiff_t>(stored.size()) / width;
  if (turn.swapped) std::swap(columns, rows);
  const std::ptrdiff_t x_step = (turn.swapped ? row : 1) * (turn.x_backwards ? -1 : 1);
  const std::ptrdiff_t y_step = (turn.swapped ? 1 : row) * (turn.y_backwards ? -1 : 1);
  std::ptrdiff_t start = 0;
  if (x_step < 0) start -= x_step * (columns - 1);
  if (y_step < 0) start -= y_step * (rows - 1);
  std::uint8_t* out = upright.data();
  for (std::ptrdiff_t y = 0; y < rows; ++y) {
    const std::uint8_t* in = stored.data() + start + y * y_step;
    for (std::ptrdiff_t x = 0; x < columns; ++x) *out++ = in[x * x_step];
  }
  return upright;
}

}  // namespace

Result<DecodedImage> Upright(DecodedImage stored, int orientation) {
  if (orientation <= 1 || orientation > 8) return stored;
  const Turn& turn = kTurns[orientation];
  const int width = stored.grey.width;
  ECHOLENS_ASSIGN(stored.grey.pixels, Turned(stored.grey.pixels, width, turn));
  ECHOLENS_ASSIGN(stored.coloured, Turned(stored.coloured, width, turn));
  if (turn.swapped) std::swap(stored.grey.width, stored.grey.height);
  return stored;
}

}  // namespace echolens
