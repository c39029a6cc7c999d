# Every dependency as one imported target. XNNPACK and stb come from the cache folder that scripts/setup fills
# (built once, shared by all presets); the rest is found on the machine. What is missing is named with the way to get it.
if(DEFINED ENV{ECHOLENS_CACHE})
  set(cache $ENV{ECHOLENS_CACHE})
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(cache $ENV{XDG_CACHE_HOME}/echolens)
else()
  set(cache $ENV{HOME}/.cache/echolens)
endif()
set(ECHOLENS_CACHE ${cache} CACHE PATH "what scripts/setup keeps between builds")

# XNNPACK: the neural-network kernels. One build a flavour, always without sanitizers (it reads past ends by design).
if(EMSCRIPTEN)
  set(ECHOLENS_SIMD "simd" CACHE STRING "simd or relaxed")
  set(flavour ${ECHOLENS_SIMD})
else()
  set(flavour native)
endif()
set(xnnpack ${ECHOLENS_CACHE}/xnnpack/${flavour})
if(NOT EXISTS ${xnnpack}/include/xnnpack.h)
  message(FATAL_ERROR "XNNPACK (${flavour}) is not in ${xnnpack}: run 'npm run setup' first.")
endif()
add_library(echolens_xnnpack INTERFACE)
add_library(echolens::xnnpack ALIAS echolens_xnnpack)
target_include_directories(echolens_xnnpack SYSTEM INTERFACE ${xnnpack}/include)
if(EMSCRIPTEN)
  target_link_libraries(echolens_xnnpack INTERFACE ${xnnpack}/lib/libXNNPACK.a ${xnnpack}/lib/libpthreadpool.a)
else()
  find_package(Threads REQUIRED)
  find_library(cpuinfo_library cpuinfo PATHS ${xnnpack}/lib NO_DEFAULT_PATH REQUIRED)
  target_link_libraries(echolens_xnnpack INTERFACE ${xnnpack}/lib/libXNNPACK.a ${xnnpack}/lib/libmicrokernels-prod.a
    ${xnnpack}/lib/libpthreadpool.a ${cpuinfo_library} Threads::Threads)
endif()

# stb_image: the pixels of JPEG, and zlib for PNG; stb_image_write: PNG files of the program.
if(NOT EXISTS ${ECHOLENS_CACHE}/sources/stb/stb_image.h)
  message(FATAL_ERROR "stb is not in ${ECHOLENS_CACHE}/sources/stb: run 'npm run setup' first.")
endif()
add_library(echolens_stb INTERFACE)
add_library(echolens::stb ALIAS echolens_stb)
target_include_directories(echolens_stb SYSTEM INTERFACE ${ECHOLENS_CACHE}/sources/stb)

# Header-only libraries of the machine. Each is linked into a folder of its own: a cross build must be given this
# one library, never the whole of the system's include folder.
function(echolens_headers name header package)
  find_path(${name}_folder ${header} REQUIRED NO_CMAKE_FIND_ROOT_PATH PATHS /usr/include /usr/local/include
            /opt/homebrew/include DOC "include folder of ${package}")
  cmake_path(GET header PARENT_PATH top)
  set(own ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${own})
  file(CREATE_LINK ${${name}_folder}/${top} ${own}/${top} SYMBOLIC)
  add_library(echolens_${name} INTERFACE)
  add_library(echolens::${name} ALIAS echolens_${name})
  target_include_directories(echolens_${name} SYSTEM INTERFACE ${own})
endfunction()
echolens_headers(flatbuffers flatbuffers/flatbuffers.h libflatbuffers-dev)  # model files: verified access
echolens_headers(doctest doctest/doctest.h doctest-dev)                     # tests
find_program(FLATC flatc REQUIRED NO_CMAKE_FIND_ROOT_PATH)

if(NOT EMSCRIPTEN)
  echolens_headers(cli11 CLI/CLI.hpp libcli11-dev)              # the program's arguments
  echolens_headers(json nlohmann/json.hpp nlohmann-json3-dev)   # Keras configurations and cards (tools only)
  find_path(libzip_folder zip.h REQUIRED)                       # .keras archives
  find_library(libzip_library zip REQUIRED)
  add_library(echolens_libzip INTERFACE)
  add_library(echolens::libzip ALIAS echolens_libzip)
  target_include_directories(echolens_libzip SYSTEM INTERFACE ${libzip_folder})
  target_link_libraries(echolens_libzip INTERFACE ${libzip_library})
  set(Protobuf_USE_STATIC_LIBS OFF)
  find_package(Protobuf REQUIRED)                               # ONNX models
endif()
