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
