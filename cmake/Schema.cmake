# echolens_schema(target a.fbs …): generates a_generated.h and puts it on the target's private include path. The object
# API is for the tests, which take files apart and put them together wrongly.
function(echolens_schema target)
  set(folder ${CMAKE_BINARY_DIR}/schema)
  foreach(schema ${ARGN})
    cmake_path(GET schema STEM name)
    add_custom_command(OUTPUT ${folder}/${name}_generated.h DEPENDS ${CMAKE_SOURCE_DIR}/${schema}
      COMMAND ${FLATC} --cpp --scoped-enums --gen-object-api -o ${folder} ${CMAKE_SOURCE_DIR}/${schema})
    target_sources(${target} PRIVATE ${folder}/${name}_generated.h)
  endforeach()
  target_include_directories(${target} SYSTEM PRIVATE ${folder})
endfunction()

# echolens_protobuf(name a.proto): its lite messages as a library of their own, echolens::<name>, free of our warnings.
function(echolens_protobuf name proto)
  cmake_path(GET proto STEM stem)
  cmake_path(GET proto PARENT_PATH source)
  set(folder ${CMAKE_BINARY_DIR}/schema/${name})
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(OUTPUT ${folder}/${stem}.pb.cc ${folder}/${stem}.pb.h DEPENDS ${CMAKE_SOURCE_DIR}/${proto}
    COMMAND protobuf::protoc --cpp_out=${folder} -I ${CMAKE_SOURCE_DIR}/${source} ${CMAKE_SOURCE_DIR}/${proto})
  add_library(echolens_${name} STATIC ${folder}/${stem}.pb.cc ${folder}/${stem}.pb.h)
  add_library(echolens::${name} ALIAS echolens_${name})
  target_include_directories(echolens_${name} SYSTEM INTERFACE ${folder})
  target_link_libraries(echolens_${name} PUBLIC protobuf::libprotobuf-lite)
endfunction()
