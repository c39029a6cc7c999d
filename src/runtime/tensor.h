// Memory for one tensor, with what XNNPACK asks of it built in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "model/graph.h"
#include "result.h"

namespace echolens {

// XNNPACK reads (never writes) up to XNN_EXTRA_BYTES past the end of any buffer it is given.
inline constexpr std::size_t kTensorExtraBytes = 128;
inline constexpr std::size_t kTensorAlignment = 64;

// Zero-filled, aligned, with the extra bytes behind it; move-only. T of data<T>() must fit type().
class Tensor {
 public:
  // Errors: kOutOfMemory.
  static Result<Tensor> Create(DataType type, Shape shape, Quantization quantization = {});

  DataType type() const { return type_; }
  const Shape& shape() const { return shape_; }
  const Quantization& quantization() const { return quantization_; }

  std::span<std::uint8_t> bytes() { return {data_.get(), size_}; }
  std::span<const std::uint8_t> bytes() const { return {data_.get(), size_}; }

  template <class T>
  std::span<T> data() {
    return {reinterpret_cast<T*>(data_.get()), size_ / sizeof(T)};
  }
  template <class T>
  std::span<const T> data() const {
    return {reinterpret_cast<const T*>(data_.get()), size_ / sizeof(T)};
  }

 private:
  struct Free {
    void operator()(std::uint8_t* p) const;
  };
  Tensor() = default;

  DataType type_ = DataType::kFloat32;
  Shape shape_;
  Quantization quantization_;
  std::size_t size_ = 0;
  std::unique_ptr<std::uint8_t[], Free> data_;
};

}  // namespace echolens
