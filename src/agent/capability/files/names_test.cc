// SPDX-License-Identifier: MIT
#include "agent/capability/files/names.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace malinka::agent::files {
namespace {

Names some_names(std::size_t count) {
  Names names(1 << 24);
  // Neither in order nor in the opposite one.
  for (std::size_t number = 0; number < count; ++number)
    REQUIRE(names.add(fmt::format("{:06}", number * 7919 % count)));
  return names;
}

}  // namespace

TEST_CASE("pages of names are in byte order, and together all of them") {
  constexpr std::size_t count = 20'000;
  const Names names = some_names(count);
  CHECK(names.size() == count);
  std::size_t number = 0;
  for (std::size_t offset = 0; offset < count; offset += 3000)
    for (const char* const name : names.sort(offset, 3000))
      REQUIRE(std::string(name) == fmt::format("{:06}", number++));
  CHECK(number == count);
}

TEST_CASE("a page behind the last name is empty, and one across it short") {
  const Names names = some_names(10);
  CHECK(names.sort(10, 5).empty());
  CHECK(names.sort(std::size_t(-1), 5).empty());
  CHECK(names.sort(8, std::size_t(-1)).size() == 2);
  CHECK(Names(1 << 20).sort(0, 10).empty());
}

TEST_CASE("no more names are held than there is memory for") {
  constexpr std::size_t bytes_max = 1 << 20;
  Names names(bytes_max);
  const std::string name(200, 'x');
  while (names.add(name)) REQUIRE(names.size() * (name.size() + 1) <= bytes_max);
  CHECK(names.size() * (name.size() + 1 + sizeof(char*)) > bytes_max * 9 / 10);
}

}  // namespace malinka::agent::files
