# add_fuzz_target(envelope USES protocol)
#
# One parser, one file fuzz/<name>.cc, one corpus fuzz/corpus/<name>/. With the preset fuzz it is a
# libFuzzer program; in every other preset the same file replays its corpus as a normal test.
option(MALINKA_FUZZ "build the fuzz targets with libFuzzer" OFF)

function(add_fuzz_target name)
  cmake_parse_arguments(FUZZ "" "" "USES" ${ARGN})
  set(target fuzz_${name})
  if(MALINKA_FUZZ)
    add_executable(${target} ${name}.cc)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(${target} ${name}.cc ${CMAKE_SOURCE_DIR}/fuzz/replay_main.cc)
    add_test(NAME ${target} COMMAND ${target} ${CMAKE_SOURCE_DIR}/fuzz/corpus/${name})
    set_tests_properties(${target} PROPERTIES LABELS unit TIMEOUT 300)
  endif()
  target_link_libraries(${target} PRIVATE malinka_warnings)
  foreach(used IN LISTS FUZZ_USES)
    string(REPLACE "/" "_" used_id ${used})
    target_link_libraries(${target} PRIVATE malinka_${used_id})
  endforeach()
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
endfunction()
