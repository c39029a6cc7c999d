// What `echolens convert` is asked for.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "convert/quantise/ranges.h"
#include "convert/verify.h"

namespace echolens::convert {

struct Int8Options {
  RangeMethod ranges = RangeMethod::kLeastSquares;
  Int8Limits limits;
  bool report = false;  // tell how exact every layer is
};

struct ConvertOptions {
  std::string source;
  std::array<int, 2> input_size{0, 0};  // height, width, where the source leaves them open

  // Of a classifier; what stands here goes before what the card says.
  std::string card;  // a file
  std::string name, version;
  std::vector<std::string> labels;
  std::string preprocessing;  // JSON, or a file of it
  bool activation_map = true;

  std::optional<Int8Options> int8;       // none: float32
  std::vector<std::string> calibration;  // images, folders, tables
  std::size_t calibration_count = 100;

  bool explain = false;  // tell what was folded
};

}  // namespace echolens::convert
