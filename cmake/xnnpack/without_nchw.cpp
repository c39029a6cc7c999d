// XNNPACK's convolutions of pictures with their channels first. Nothing in the engine asks for them, but XNNPACK's
// subgraph names them; in their places (--wrap, cmake/Wasm.cmake), these keep their kernels out of the WebAssembly file.
#include <xnnpack.h>

extern "C" {

xnn_status __wrap_xnn_create_convolution2d_nchw_f32(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t,
                                                    uint32_t, uint32_t, uint32_t, uint32_t, size_t, size_t, size_t,
                                                    size_t, const float*, const float*, float, float, uint32_t,
                                                    xnn_code_cache_t, xnn_weights_cache_t, xnn_operator_t*) {
  return xnn_status_unsupported_parameter;
}

xnn_status __wrap_xnn_create_convolution2d_nchw_f16(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t,
                                                    uint32_t, uint32_t, uint32_t, uint32_t, size_t, size_t, size_t,
                                                    size_t, const void*, const void*, float, float, uint32_t,
                                                    xnn_code_cache_t, xnn_weights_cache_t, xnn_operator_t*) {
  return xnn_status_unsupported_parameter;
}

}  // extern "C"
