# add_layer(hub/channel USES base protocol LIBRARIES OpenSSL::Crypto)
#
# Makes the static library malinka_hub_channel from the folder's *.cc, and from its *_test.cc the
# test program hub_channel_test. USES names layers, LIBRARIES anything else that CMake can link.
function(add_layer name)
  cmake_parse_arguments(LAYER "" "" "USES;LIBRARIES;TEST_USES" ${ARGN})
  string(REPLACE "/" "_" id ${name})

  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  list(REMOVE_ITEM sources ${tests} ${CMAKE_CURRENT_SOURCE_DIR}/main.cc)

  # A layer of headers alone (interfaces) has nothing to compile.
  set(public PUBLIC)
  if(sources)
    add_library(malinka_${id} STATIC ${sources})
    target_link_libraries(malinka_${id} PRIVATE malinka_warnings)
  else()
    add_library(malinka_${id} INTERFACE)
    set(public INTERFACE)
  endif()
  target_include_directories(malinka_${id} ${public} ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
  foreach(used IN LISTS LAYER_USES)
    string(REPLACE "/" "_" used_id ${used})
    target_link_libraries(malinka_${id} ${public} malinka_${used_id})
  endforeach()
  target_link_libraries(malinka_${id} ${public} ${LAYER_LIBRARIES})

  if(tests)
    add_unit_test(${id}_test SOURCES ${tests} USES ${name} ${LAYER_TEST_USES})
  endif()
endfunction()

# add_program(malinka-hub USES hub): the folder's main.cc, installed to bin/.
function(add_program name)
  cmake_parse_arguments(PROGRAM "" "" "USES" ${ARGN})
  add_executable(${name} main.cc)
  target_link_libraries(${name} PRIVATE malinka_warnings)
  foreach(used IN LISTS PROGRAM_USES)
    string(REPLACE "/" "_" used_id ${used})
    target_link_libraries(${name} PRIVATE malinka_${used_id})
  endforeach()
  install(TARGETS ${name} RUNTIME)
endfunction()

# add_unit_test(wire_test SOURCES … USES wire): a doctest program that reads spec/ from the tree.
function(add_unit_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE malinka_warnings malinka_test_support)
  foreach(used IN LISTS TEST_USES)
    string(REPLACE "/" "_" used_id ${used})
    target_link_libraries(${name} PRIVATE malinka_${used_id})
  endforeach()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 300)
endfunction()
