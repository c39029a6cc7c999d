#include "runtime/tensor.h"

#include <cstring>
#include <new>

namespace echolens {
namespace {

// No tensor of a real network comes near; keeps every size below far from overflow, in 32 bits too.
constexpr std::int64_t kMaxElements = std::int64_t{1} << 29;

}  // namespace

Result<Tensor> Tensor::Create(DataType type, Shape shape, Quantization quantization) {
  const std::int64_t count = ElementCount(shape);
  if (count > kMaxElements) {
    return Error{ErrorCode::kOutOfMemory, "a tensor of shape " + ShapeText(shape) +
                                              " is too large: at most " +
                                              std::to_string(kMaxElements) + " elements"};
  }
  Tensor tensor;
  tensor.type_ = type;
  tensor.size_ = static_cast<std::size_t>(count) * ElementSize(type);
  void* memory = ::operator new(tensor.size_ + kTensorExtraBytes,
                                std::align_val_t{kTensorAlignment}, std::nothrow);
  if (memory == nullptr) {
    return Error{ErrorCode::kOutOfMemory,
                 "no memory for a tensor of " + std::to_string(tensor.size_) + " bytes"};
  }
  std::memset(memory, 0, tensor.size_ + kTensorExtraBytes);
  tensor.data_.reset(static_cast<std::uint8_t*>(memory));
  tensor.shape_ = std::move(shape);
  tensor.quantization_ = std::move(quantization);
  return tensor;
}

void Tensor::Free::operator()(std::uint8_t* p) const {
  ::operator delete(p, std::align_val_t{kTensorAlignment});
}

}  // namespace echolens
