// SPDX-License-Identifier: MIT
#include "vectors.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace malinka::test {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> list_vector_files(std::string_view kind) {
  const fs::path folder = fs::path(MALINKA_SOURCE_DIR) / "spec" / "vectors" / kind;
  CAPTURE(folder.string());
  REQUIRE(fs::is_directory(folder));
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  REQUIRE_FALSE(paths.empty());
  std::ranges::sort(paths);
  return paths;
}

Vector to_vector(const VectorFile& from) {
  CAPTURE(from.file);
  for (const std::string_view member : {"name", "about", "input", "expect"}) {
    CAPTURE(member);
    REQUIRE(find_member(from.json, member) != nullptr);
  }
  return {.file = from.file,
          .name = from.json.at("name").get<std::string>(),
          .input = expand_input(from.json.at("input")),
          .given = from.json.value("given", Json()),
          .expect = from.json.at("expect")};
}

std::string decode_hex(std::string digits) {
  std::erase(digits, ' ');
  REQUIRE(digits.size() % 2 == 0);
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const char* const end = digits.data() + i + 2;
    unsigned char byte = 0;
    REQUIRE(std::from_chars(digits.data() + i, end, byte, 16).ptr == end);
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

std::string repeat(const Json& form) {
  const std::string once = expand_input(form);
  const auto count = form.at("count").get<std::size_t>();
  std::string bytes;
  bytes.reserve(once.size() * count);
  for (std::size_t i = 0; i < count; ++i) bytes += once;
  return bytes;
}

}  // namespace

std::vector<VectorFile> load_vector_files(std::string_view kind) {
  std::vector<VectorFile> files;
  for (const fs::path& path : list_vector_files(kind)) {
    const std::string file = path.filename().string();
    CAPTURE(file);
    const Result<Json> json = parse_json(read_file(path));
    REQUIRE(json);
    files.push_back({file, *json});
  }
  return files;
}

std::vector<Vector> load_vectors(std::string_view kind) {
  std::vector<Vector> vectors;
  for (const VectorFile& file : load_vector_files(kind)) vectors.push_back(to_vector(file));
  return vectors;
}

std::string expand_input(const Json& form) {
  if (form.is_array()) {
    std::string bytes;
    for (const Json& part : form) bytes += expand_input(part);
    return bytes;
  }
  if (const std::string* const text = find_string(form, "text")) return *text;
  if (const std::string* const digits = find_string(form, "hex")) return decode_hex(*digits);
  const Json* const repeated = find_member(form, "repeat");
  REQUIRE_MESSAGE(repeated != nullptr, "an input is text, hex, repeat, or an array of these");
  return repeat(*repeated);
}

}  // namespace malinka::test
