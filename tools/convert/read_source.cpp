#include "convert/read_source.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "convert/keras.h"
#include "convert/onnx.h"
#include "files.h"

namespace echolens::convert {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool Has(Bytes file, std::size_t at, std::string_view text) {
  if (file.size() < at + text.size()) return false;
  return std::string_view(reinterpret_cast<const char*>(file.data()) + at, text.size()) == text;
}

// HDF5's signature stands at 0, 512, 1024, 2048, …
bool IsHdf5(Bytes file) {
  constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
  if (Has(file, 0, kSignature)) return true;
  for (std::size_t at = 512; at < file.size(); at *= 2) {
    if (Has(file, at, kSignature)) return true;
  }
  return false;
}

// An ONNX file is a protobuf message without a signature; its first field is ir_version, a small
// number.
bool IsOnnx(Bytes file) {
  return file.size() > 2 && file[0] == 0x08 && file[1] > 0 && file[1] < 0x40;
}

template <class T>
Result<Source> Named(Result<T> source, const std::string& path) {
  if (source.ok()) return Source(*std::move(source));
  return Error{source.error().code, "'" + path + "': " + source.error().detail};
}

Result<Source> Read(Bytes file, const std::string& path, std::array<int, 2> input_size) {
  if (Has(file, 0, "PK\x03\x04")) return Named(ReadKeras(file), path);
  if (IsHdf5(file)) return Named(ReadKerasHdf5(file), path);
  if (Has(file, 4, "TFL3")) return Named(ReadTflite(file), path);
  if (IsOnnx(file)) {
    OnnxOptions options;
    options.input_size = input_size;
    options.read_external = [&](const std::string& name) {
      const auto beside = std::filesystem::path(path).parent_path() / name;
      return tools::ReadFile(beside.string(), tools::kMaxModelBytes, ErrorCode::kSourceCorrupt);
    };
    return Named(ReadOnnx(file, options), path);
  }
  return Error{ErrorCode::kSourceUnsupported,
               "'" + path +
                   "' holds no trained network that is read: expected a Keras archive (.keras), a "
                   "whole Keras model in HDF5 (.h5), ONNX (.onnx) or .tflite"};
}

}  // namespace

Result<Source> ReadSource(const std::string& path, std::array<int, 2> input_size) {
  ECHOLENS_ASSIGN(const std::vector<std::uint8_t> bytes,
                  tools::ReadFile(path, tools::kMaxModelBytes, ErrorCode::kSourceCorrupt));
  if (bytes.empty()) return Error{ErrorCode::kSourceCorrupt, "'" + path + "' is empty"};
  return Read(bytes, path, input_size);
}

}  // namespace echolens::convert
