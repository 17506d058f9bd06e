// SPDX-License-Identifier: MIT
#include "hub/gate/media_type.h"

#include <array>

namespace malinka::hub {
namespace {

struct Row {
  std::string_view ending;
  std::string_view media_type;
};

constexpr std::array<Row, 14> rows = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".wasm", "application/wasm"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
}};

}  // namespace

std::string_view media_type_of(std::string_view path) {
  for (const Row& row : rows)
    if (path.ends_with(row.ending)) return row.media_type;
  return "application/octet-stream";
}

}  // namespace malinka::hub
