# Flags of our own code, as a target: nothing global, nothing reaches a dependency.
add_library(echolens_options INTERFACE)
add_library(echolens::options ALIAS echolens_options)
target_compile_features(echolens_options INTERFACE cxx_std_20)
target_compile_options(echolens_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wpedantic -Werror
  -ffp-contract=off)  # a fused multiply-add rounds once where the other builds round twice
# GCC 12's flow analysis, inlining at -O3, warns of code inside std::string and std::optional that cannot be reached
# (its bugs 105329, 105562, 80635 among others). Debug builds and clang, in the other presets, see the same code with no exception.
target_compile_options(echolens_options INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict;-Wno-stringop-overflow;-Wno-maybe-uninitialized;-Wno-array-bounds>)
if(ECHOLENS_SANITIZE)
  target_compile_options(echolens_options INTERFACE -fsanitize=${ECHOLENS_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(echolens_options INTERFACE -fsanitize=${ECHOLENS_SANITIZE})
endif()
if(ECHOLENS_FUZZ)
  # clang 19 finds libstdc++ 12's own stable_sort using what C++20 deprecates.
  target_compile_options(echolens_options INTERFACE -Wno-deprecated-declarations)
  target_compile_options(echolens_options INTERFACE -fsanitize=fuzzer-no-link -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(echolens_options INTERFACE -fprofile-instr-generate)
endif()
if(EMSCRIPTEN)
  # -Oz: of our own code there is much that builds sentences and little that loops; the kernels are XNNPACK's.
  target_compile_options(echolens_options INTERFACE -Oz -msimd128 -ffunction-sections -fdata-sections)
endif()
