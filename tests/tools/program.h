// Runs the real program, as a shell would.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "model/graph.h"
#include "model/tflite.h"

struct Finished {
  int exit = 0;  // status; 128 + the signal that ended it
  std::string out, err;
};

using Arguments = std::vector<std::string>;

// `input` is its standard input, `folder` where it runs, `output` the file that gets its standard
// output (then `out` is empty).
Finished RunProgram(const Arguments& arguments, const std::string& input = "",
                    const std::filesystem::path& folder = ".", const std::string& output = "");

// Gone with all that is in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

  // Writes a file into it, its folders too, and returns its path.
  std::string Add(const std::string& name, const std::vector<std::uint8_t>& bytes) const;
  std::string Add(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

// A program that is talked to while it runs.
class RunningProgram {
 public:
  explicit RunningProgram(const Arguments& arguments);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  void Write(std::string_view text);
  std::string ReadLine();  // with its line break; less at the end
  void CloseInput();
  void CloseOutput();          // as `| head` does
  void Interrupt();            // Ctrl-C
  int Wait();                  // its exit status
  std::string Errors() const;  // what it said on standard error

 private:
  TemporaryFolder folder_;
  int process_ = -1, input_ = -1, output_ = -1;
};

std::vector<std::uint8_t> ReadBytes(const std::string& path);

// The file of a model, given a golden case that holds.
std::vector<std::uint8_t> ClassifierFile(echolens::ModelFile model);

// A classifier of 6 x 6 pixels with a golden case that holds: SmallModel of model/sample_models.h.
std::vector<std::uint8_t> SmallClassifier(echolens::DataType type = echolens::DataType::kInt8);

// A picture of 144 x 96 pixels as a BMP file, the least that passes the input gate; another one for
// each seed.
std::vector<std::uint8_t> SmallPicture(std::uint32_t seed = 1);

// The path of tests/data/operators/<name>.
std::string OperatorFile(const std::string& name);

// The lines of a text, without their line breaks.
std::vector<std::string> Lines(const std::string& text);
