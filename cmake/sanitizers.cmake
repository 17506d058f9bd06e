# MALINKA_SANITIZE is a comma-separated list for -fsanitize=; the presets asan, tsan and fuzz set it.
set(MALINKA_SANITIZE "" CACHE STRING "sanitizers to build with, as for -fsanitize=")
if(MALINKA_SANITIZE)
  add_compile_options(-fsanitize=${MALINKA_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MALINKA_SANITIZE})
endif()
