# Warnings for our own code, as errors: a warning is a question that the code did not answer.
add_library(malinka_warnings INTERFACE)
target_compile_options(malinka_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-align -Woverloaded-virtual -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these falsely in libstdc++ once the optimizer or a sanitizer has been through it.
  target_compile_options(malinka_warnings INTERFACE
    -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds
    -Wno-dangling-pointer -Wno-stringop-overread -Wno-tsan)
endif()
