// What a fuzz target says must hold: the fuzzer keeps an input that aborts.
#pragma once

#include <cstdlib>

namespace echolens {

inline void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace echolens
