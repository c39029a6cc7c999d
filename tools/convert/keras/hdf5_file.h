// An HDF5 file in memory, read as Keras writes it: groups, hard links, plain contiguous float32
// datasets, attributes of text. Everything else HDF5 can do (links to other places and files,
// external storage, virtual and compressed datasets) is refused, for the files are untrusted.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/graph.h"
#include "result.h"

namespace echolens::convert::keras {

struct Tensor {
  Shape shape;
  std::vector<float> data;
};

// One identifier of the library, closed by the function that fits its kind.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Hdf5Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept
      : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }
  hid_t get() const { return id_; }
  bool ok() const { return id_ >= 0; }

 private:
  hid_t id_;
  Close close_;
};

class Hdf5File {
 public:
  struct Image {
    void* bytes;
  };
  // `bytes` must outlive the file. Errors: kSourceCorrupt, here and below.
  static Result<Hdf5File> Open(std::span<const std::uint8_t> bytes);

  // Whether there is a group or dataset at `path`, names divided by '/'.
  bool Has(std::string_view path) const;

  // A text attribute; empty path: of the root.
  bool HasAttribute(std::string_view path, const std::string& name) const;
  Result<std::string> Text(std::string_view path, const std::string& name) const;
  // A list of texts, also where Keras split it into name0, name1, …
  Result<std::vector<std::string>> Texts(std::string_view path, const std::string& name) const;

  // A dataset of finite size. Its storage must lie in the file: a small file cannot ask for much
  // memory.
  Result<Tensor> Floats(std::string_view path) const;

 private:
  Hdf5File(std::unique_ptr<Image> image, Hdf5Handle file, std::size_t size)
      : image_(std::move(image)), file_(std::move(file)), size_(size) {}
  Result<Hdf5Handle> OpenObject(std::string_view path) const;
  Result<std::vector<std::string>> ReadTexts(const Hdf5Handle& object,
                                             const std::string& name) const;

  std::unique_ptr<Image> image_;  // what the library's callbacks are given, until the file is closed
  Hdf5Handle file_;
  std::size_t size_;
};

}  // namespace echolens::convert::keras
