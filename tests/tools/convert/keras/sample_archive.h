// .keras archives made for tests: any parts, put together as given.
#pragma once

#include <zip.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "support/files.h"

using Bytes = std::vector<std::uint8_t>;
using Parts = std::vector<std::pair<std::string, Bytes>>;

inline Bytes ToBytes(const std::string& text) { return {text.begin(), text.end()}; }

// A zip file of the parts, compressed or stored.
inline Bytes MakeZip(const Parts& parts, bool compressed = false) {
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_source_keep(source);
  zip_t* zip = zip_open_from_source(source, ZIP_TRUNCATE, nullptr);
  for (const auto& [name, bytes] : parts) {
    zip_source_t* part = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
    const auto index = zip_file_add(zip, name.c_str(), part, 0);
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index),
                             compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  }
  zip_close(zip);
  Bytes file;
  std::uint8_t chunk[65536];
  zip_source_open(source);
  for (zip_int64_t n; (n = zip_source_read(source, chunk, sizeof chunk)) > 0;) {
    file.insert(file.end(), chunk, chunk + n);
  }
  zip_source_close(source);
  zip_source_free(source);
  return file;
}

// One convolution, 1 × 1 from 2 channels to 3, on pictures of 4 × 4.
inline const std::string kSampleConfig =
    R"({"class_name": "Sequential", "config": {"name": "sample",
 "layers": [{"module": "keras.layers", "class_name": "InputLayer", "config":
   {"batch_shape": [null, 4, 4, 2], "dtype": "float32", "name": "image"}},
  {"module": "keras.layers", "class_name": "Conv2D", "config": {"name": "conv", "trainable": true,
   "dtype": "float32", "filters": 3, "kernel_size": [1, 1], "strides": [1, 1], "padding": "valid",
   "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1, "activation": "linear",
   "use_bias": true}}]}})";

// The archive of a configuration and of one of tests/data/keras/weights.
inline Bytes SampleArchive(const std::string& config = kSampleConfig,
                           const std::string& weights = "good") {
  return MakeZip({{"metadata.json", ToBytes(R"({"keras_version": "3.15.1"})")},
                  {"config.json", ToBytes(config)},
                  {"model.weights.h5", ReadTestData("keras/weights/" + weights + ".h5")}});
}

// `text` with the first `from` replaced.
inline std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  return at == std::string::npos ? "not found: " + from : text.replace(at, from.size(), to);
}
