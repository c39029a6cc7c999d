// The pictures that a network is quantised and judged with.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "image/decode.h"
#include "image/preprocess.h"
#include "result.h"

namespace echolens::convert {

struct CalibrationPicture {
  GreyImage image;                   // as the network sees it
  std::optional<std::size_t> label;  // which class it is, where that is known
};

struct Calibration {
  std::vector<CalibrationPicture> pictures;
  std::size_t found = 0;       // images there were to choose from
  std::size_t masks = 0;       // left out: named like a lesion's mask (BUSI's *_mask.png)
  std::size_t unreadable = 0;  // chosen, but no image
};

// At most `count` images, evenly from all that there are in their order, decoded and preprocessed
// as the engine does. `paths` are images, folders (their images and those in their folders, in the
// order of their names) and .csv files (a column `file`, relative to the file's folder, and perhaps
// a column `label`). In folders, a picture's class is the folder's name where that is a label.
// Errors: kFileUnreadable, kInvalidArgument (a table without `file`; no image can be read), those
// of Preprocess; kInternal when the program was interrupted.
Result<Calibration> ReadCalibration(const std::vector<std::string>& paths, std::size_t count,
                                    const std::vector<std::string>& labels,
                                    const Preprocessing& preprocessing);

}  // namespace echolens::convert
