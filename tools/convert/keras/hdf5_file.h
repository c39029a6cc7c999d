// An HDF5 file in memory, read as Keras writes it: groups, plain float32 datasets, attributes of
// text. Everything else HDF5 can do (links to other places and files, external storage, virtual and
// compressed datasets) is refused. A reader of our own, for the files are untrusted: libhdf5 1.10
// overruns its memory, and loops without end, on files with a few changed bytes.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "convert/keras/hdf5_objects.h"
#include "model/graph.h"
#include "result.h"

namespace echolens::convert::keras {

struct Tensor {
  Shape shape;
  std::vector<float> data;
};

class Hdf5File {
 public:
  // `bytes` must outlive the file. Errors: kSourceCorrupt, kSourceUnsupported, here and below.
  static Result<Hdf5File> Open(std::span<const std::uint8_t> bytes);

  // Whether there is a group or dataset at `path`, names divided by '/'.
  bool Has(std::string_view path) const;

  // A text attribute; empty path: of the root.
  bool HasAttribute(std::string_view path, std::string_view name) const;
  Result<std::string> Text(std::string_view path, const std::string& name) const;
  // A list of texts, also where Keras split it into name0, name1, …
  Result<std::vector<std::string>> Texts(std::string_view path, const std::string& name) const;

  // A dataset; it is never larger than the file.
  Result<Tensor> Floats(std::string_view path) const;

 private:
  using Objects = std::map<std::string, std::uint64_t, std::less<>>;
  Hdf5File(std::span<const std::uint8_t> bytes, Objects objects)
      : bytes_(bytes), objects_(std::move(objects)) {}
  Result<std::vector<Message>> Header(std::string_view path) const;

  std::span<const std::uint8_t> bytes_;
  Objects objects_;
};

}  // namespace echolens::convert::keras
