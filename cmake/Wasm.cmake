# The WebAssembly engine: engine-simd.js/.wasm or engine-relaxed.js/.wasm, by ECHOLENS_SIMD.
add_executable(engine src/bindings.cpp src/bindings_evaluation.cpp)
set_target_properties(engine PROPERTIES OUTPUT_NAME engine-${ECHOLENS_SIMD})
target_compile_options(engine PRIVATE -fno-exceptions)
target_link_libraries(engine PRIVATE echolens)

# What XNNPACK links in and nothing asks for: some 35 kB of the download, gzipped.
set(without ${CMAKE_SOURCE_DIR}/cmake/xnnpack/without.cpp)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${without})
target_sources(echolens PRIVATE ${without})
file(STRINGS ${without} wrapped REGEX "^(WITHOUT|xnn_status __wrap_)")
list(TRANSFORM wrapped REPLACE "^WITHOUT\\(([a-z0-9_]+)\\)$" "xnn_init_\\1_config")
list(TRANSFORM wrapped REPLACE "^xnn_status __wrap_([a-z0-9_]+)\\(.*$" "\\1")
list(TRANSFORM wrapped PREPEND "-Wl,--wrap=")
target_link_options(echolens INTERFACE ${wrapped})

target_link_options(engine PRIVATE -O3 -lembind -Wl,--gc-sections
  -sMODULARIZE -sEXPORT_ES6 -sEXPORT_NAME=createEngine   # import createEngine from "./engine-simd.js"
  -sENVIRONMENT=web,worker,node                          # the page's worker, a page without one, and Node
  -sDYNAMIC_EXECUTION=0 -sEMBIND_AOT                     # no eval: a strict content-security policy forbids it
  -sWASM_BIGINT -sFILESYSTEM=0                           # the engine touches no files
  -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=1GB -sABORTING_MALLOC=0  # out of memory is an error, not an abort
  -sSTACK_SIZE=1MB -sINCOMING_MODULE_JS_API=wasmBinary,instantiateWasm,locateFile,print,printErr)
