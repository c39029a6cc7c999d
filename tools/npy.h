// NumPy array files (.npy): the format is numpy/lib/format.py's, versions 1.0 and 2.0.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "files.h"
#include "model/graph.h"
#include "result.h"

namespace echolens::tools {

using NpyShape = std::vector<std::int64_t>;

// "(20, 224, 224, 3)", "(3,)": as Python writes it.
std::string NpyShapeText(const NpyShape& shape);

// An array read from front to back, so that its size is bounded by the disk alone. float32, int8
// and int32, little-endian, C order; anything else is refused by name.
class NpyReader {
 public:
  // Reads and checks the header, and a file's length against it. Errors: kFileUnreadable, naming
  // the file.
  static Result<NpyReader> Open(const std::string& path);

  DataType type() const { return type_; }
  const NpyShape& shape() const { return shape_; }

  // The next elements. Errors: kFileUnreadable, also where the data end early.
  Status Read(std::span<std::uint8_t> bytes);

 private:
  NpyReader() = default;
  Status ReadHeader();
  Status ParseHeader(const std::string& header);
  Status CheckLength() const;
  Error Bad(const std::string& what) const;

  std::string path_;
  File file_;
  std::uint64_t header_bytes_ = 0;
  DataType type_ = DataType::kFloat32;
  NpyShape shape_;
};

// What stands before the data, as NumPy itself writes it: version 1.0, padded to 64 bytes.
std::vector<std::uint8_t> NpyHeader(DataType type, const NpyShape& shape);

}  // namespace echolens::tools
