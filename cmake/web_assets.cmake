# add_web_assets(FILE.cc): writes a source with the built web app, web/dist, as bytes in the program.
#
# Defines malinka::hub::embedded_assets() of hub/embedded_assets.h. Where web/dist is not built, there
# are none, and the hub's page says how to get them. A build of web/dist is noticed by the next build.
function(add_web_assets source)
  set(root ${CMAKE_SOURCE_DIR}/web/dist)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${root} ${root}/*)

  set(blobs "")
  set(rows "")
  set(inputs "")
  set(number 0)
  foreach(file IN LISTS files)
    set(symbol malinka_web_asset_${number})
    string(APPEND blobs
      "asm(\".section .rodata\\n.balign 16\\n${symbol}:\\n.incbin \\\"${root}/${file}\\\"\\n"
      "${symbol}_end:\\n.byte 0\\n.previous\\n\");\n"
      "extern const char ${symbol}[] asm(\"${symbol}\");\n"
      "extern const char ${symbol}_end[] asm(\"${symbol}_end\");\n")
    string(APPEND rows "      {\"${file}\", bytes_between(${symbol}, ${symbol}_end)},\n")
    list(APPEND inputs ${root}/${file})
    math(EXPR number "${number} + 1")
  endforeach()

  configure_file(${CMAKE_SOURCE_DIR}/cmake/web_assets.cc.in ${source} @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${inputs}")
endfunction()
