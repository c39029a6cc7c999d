// What XNNPACK's subgraph names and the engine never asks for: in the places of these functions (--wrap,
// cmake/Wasm.cmake, which reads the names here), ones that say "not on this hardware" keep their kernels out of the
// WebAssembly file.
#include <xnnpack.h>

extern "C" {

// Kernels by their type: 8-bit unsigned, half precision, activations quantised on the fly, weights of 4 bits.
#define WITHOUT(config) \
  const void* __wrap_xnn_init_##config##_config() { return nullptr; }

WITHOUT(f16_to_f32_cvt)
WITHOUT(f32_qc4w_gemm)
WITHOUT(f32_to_f16_cvt)
WITHOUT(f32_to_qu8_cvt)
WITHOUT(qd8_f32_qb4w_gemm)
WITHOUT(qd8_f32_qc4w_gemm)
WITHOUT(qd8_f32_qc8w_gemm)
WITHOUT(qu8_avgpool)
WITHOUT(qu8_cvt)
WITHOUT(qu8_dwconv)
WITHOUT(qu8_gemm)
WITHOUT(qu8_lrelu)
WITHOUT(qu8_rdsum)
WITHOUT(qu8_rsum)
WITHOUT(qu8_to_f32_cvt)
WITHOUT(qu8_vadd)
WITHOUT(qu8_vmul)
WITHOUT(u8_clamp)
WITHOUT(u8_ibilinear)
WITHOUT(u8_maxpool)

// Convolutions of pictures with their channels first.
xnn_status __wrap_xnn_create_convolution2d_nchw_f32(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t,
                                                    uint32_t, uint32_t, uint32_t, uint32_t, size_t, size_t, size_t,
                                                    size_t, const float*, const float*, float, float, uint32_t,
                                                    xnn_code_cache_t, xnn_weights_cache_t, xnn_operator_t*) {
  return xnn_status_unsupported_hardware;
}

// Convolutions in half precision: their packing of weights is large.
xnn_status __wrap_xnn_create_convolution2d_nchw_f16(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t,
                                                    uint32_t, uint32_t, uint32_t, uint32_t, size_t, size_t, size_t,
                                                    size_t, const void*, const void*, float, float, uint32_t,
                                                    xnn_code_cache_t, xnn_weights_cache_t, xnn_operator_t*) {
  return xnn_status_unsupported_hardware;
}

xnn_status __wrap_xnn_create_convolution2d_nhwc_f16(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t,
                                                    uint32_t, uint32_t, uint32_t, uint32_t, size_t, size_t, size_t,
                                                    size_t, const void*, const void*, float, float, uint32_t,
                                                    xnn_code_cache_t, xnn_weights_cache_t, xnn_operator_t*) {
  return xnn_status_unsupported_hardware;
}

// And with 8 bits unsigned.
xnn_status __wrap_xnn_create_convolution2d_nhwc_qu8(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t,
                                                    uint32_t, uint32_t, uint32_t, uint32_t, size_t, size_t, size_t,
                                                    size_t, uint8_t, float, uint8_t, float, const uint8_t*,
                                                    const int32_t*, uint8_t, float, uint8_t, uint8_t, uint32_t,
                                                    xnn_code_cache_t, xnn_weights_cache_t, xnn_operator_t*) {
  return xnn_status_unsupported_hardware;
}

}  // extern "C"
