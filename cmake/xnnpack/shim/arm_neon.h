// Two generated wasmsimd files of XNNPACK include <arm_neon.h> by mistake; what they use is in here.
#pragma once
#include <wasm_simd128.h>
