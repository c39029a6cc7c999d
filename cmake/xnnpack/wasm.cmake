# The two WebAssembly flavours. XNNPACK's own CMake refuses Emscripten, so its source lists are compiled here:
# simd (plain SIMD128) and relaxed (the same plus relaxed SIMD, whose int8 dot products halve the time where the
# processor has them). Both single-threaded: pthreadpool's shim runs every task in place.
set(X ${SOURCES}/xnnpack)
set(instruction_sets scalar wasm wasm32 wasmsimd wasmsimd32)
add_compile_options(-O2 -fno-math-errno -msimd128)
if(XNN_FLAVOUR STREQUAL "relaxed")
  list(APPEND instruction_sets wasmrelaxedsimd wasmrelaxedsimd32)
  add_compile_options(-mrelaxed-simd)
endif()
set(kernels "")
foreach(set ${instruction_sets})
  string(TOUPPER ${set} SET)
  include(${X}/cmake/gen/${set}_microkernels.cmake)
  list(APPEND kernels ${PROD_${SET}_MICROKERNEL_SRCS})
endforeach()
list(TRANSFORM kernels PREPEND ${X}/)
file(GLOB rest ${X}/src/*.c ${X}/src/operators/*.c ${X}/src/subgraph/*.c ${X}/src/configs/*.c ${X}/src/enums/*.c
     ${X}/src/tables/*.c ${X}/src/reference/*.cc)
list(FILTER rest EXCLUDE REGEX build_identifier)

add_library(XNNPACK STATIC ${kernels} ${rest} build_identifier.c)
target_include_directories(XNNPACK BEFORE PRIVATE shim ${X}/include ${X}/src ${X} ${SOURCES}/pthreadpool/include
                           ${SOURCES}/fxdiv/include ${SOURCES}/fp16/include)
target_compile_definitions(XNNPACK PRIVATE XNN_LOG_LEVEL=0 XNN_ENABLE_MEMOPT=1 XNN_ENABLE_GEMM_M_SPECIALIZATION=1)
foreach(off CPUINFO SPARSE DWCONV_MULTIPASS ASSEMBLY JIT ARM_FP16_VECTOR ARM_FP16_SCALAR ARM_BF16 ARM_DOTPROD ARM_I8MM
            ARM_SME ARM_SME2 RISCV_VECTOR HVX KLEIDIAI VSX AVXVNNI AVXVNNIINT8 AVX256SKX AVX256VNNI AVX256VNNIGFNI
            AVX512F AVX512SKX AVX512VBMI AVX512VNNI AVX512VNNIGFNI AVX512AMX AVX512FP16)
  target_compile_definitions(XNNPACK PRIVATE XNN_ENABLE_${off}=0)
endforeach()

add_library(pthreadpool STATIC ${SOURCES}/pthreadpool/src/shim.c ${SOURCES}/pthreadpool/src/memory.c)
target_include_directories(pthreadpool PUBLIC ${SOURCES}/pthreadpool/include ${SOURCES}/fxdiv/include
                           PRIVATE ${SOURCES}/pthreadpool/src)
install(TARGETS XNNPACK pthreadpool DESTINATION lib)
