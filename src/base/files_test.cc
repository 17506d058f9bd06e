// SPDX-License-Identifier: MIT
#include "base/files.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using malinka::base::read_file;
using malinka::base::read_password_file;

TEST_CASE("one trailing newline is not part of a password, further ones are") {
  const std::string path = std::filesystem::temp_directory_path() / "malinka-password-test";
  const std::pair<std::string, std::string> cases[] = {
      {"secret", "secret"},       {"secret\n", "secret"},   {"secret\r\n", "secret"},
      {"secret\n\n", "secret\n"}, {"secret\r", "secret\r"}, {"", ""}};
  for (const auto& [content, password] : cases) {
    std::ofstream(path) << content;
    CHECK(read_password_file(path) == password);
  }
  std::filesystem::remove(path);
}

TEST_CASE("a file beyond the limit is refused, one that is not there too") {
  CHECK_FALSE(read_file("/dev/zero", 100));
  CHECK(read_file("/nonexistent", 100).error().code == std::errc::no_such_file_or_directory);
}
