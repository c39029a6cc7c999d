// Which files `echolens classify` and `preprocess` read, in which order.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "result.h"

namespace echolens::tools {

// One path, or why nothing can be read there.
struct ImagePath {
  std::string path;
  std::optional<Error> error;
};

enum class Masks { kRead, kLeaveOut };

// The paths of a command line. A file stands for itself, whatever its name; a folder for the images
// in it and in its folders, in the byte order of their names; "-" for the lines of standard input,
// which are read as they come.
//
// In folders an image is what is named like one (.png, .jpg, …, also formats that are recognised
// but not read, so that nobody takes them for read). Hidden files, other files and folders met
// before (links that lead in circles) are left out and counted, and so are, where that is asked
// for, masks of lesions beside their images, as BUSI has them: "1_mask.png", "1_mask_1.png" of
// "1.png".
class ImagePaths {
 public:
  explicit ImagePaths(std::vector<std::string> arguments, Masks masks = Masks::kRead);

  // How many there are; nothing where "-" is among the arguments.
  std::optional<std::size_t> total() const { return total_; }

  // The next one; nothing at the end, or when the program was interrupted.
  std::optional<ImagePath> Next();

  std::size_t left_out() const { return left_out_; }
  std::size_t masks_left_out() const { return masks_left_out_; }
  void ComplainOfLeftOut() const;  // on standard error, where there are any

 private:
  void Add(const std::string& path);
  void AddFolder(const std::string& folder, std::vector<std::string>& seen);
  bool ReadLine(std::string& line);

  std::deque<std::string> arguments_;
  std::deque<ImagePath> found_;
  std::optional<std::size_t> total_;
  Masks masks_;
  std::size_t left_out_ = 0, masks_left_out_ = 0;
  bool reading_input_ = false;
  std::string input_;  // of standard input, not yet taken
};

}  // namespace echolens::tools
