// Large buffers that may not fit: without exceptions, a vector that finds no memory ends the
// program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <string>
#include <vector>

#include "result.h"

namespace echolens {

// A vector of `count` zeros. Errors: kOutOfMemory.
template <class T>
Result<std::vector<T>> Allocate(std::uint64_t count) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(T);
  // volatile: a compiler may drop a pair of new and delete whose memory nobody uses.
  void* volatile probe = nullptr;
  if (count <= kMost) {
    probe = ::operator new(static_cast<std::size_t>(count) * sizeof(T), std::nothrow);
  }
  if (probe == nullptr) {
    return Error{ErrorCode::kOutOfMemory, "no memory for " + std::to_string(count) + " × " +
                                              std::to_string(sizeof(T)) + " bytes of a picture"};
  }
  ::operator delete(probe);
  return std::vector<T>(static_cast<std::size_t>(count));
}

}  // namespace echolens
