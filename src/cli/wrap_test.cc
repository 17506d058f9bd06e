// SPDX-License-Identifier: MIT
#include "cli/wrap.h"

#include <doctest/doctest.h>

namespace malinka::cli {

using Lines = std::vector<std::string>;

TEST_CASE("text is broken at spaces, where a line would be too wide") {
  CHECK(wrapped("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrapped("one two three", 13) == Lines{"one two three"});
  CHECK(wrapped("", 7) == Lines{""});
}

TEST_CASE("a word that is wider than a line has one of its own") {
  CHECK(wrapped("a pneumonia b", 4) == Lines{"a", "pneumonia", "b"});
}

TEST_CASE("a letter is one column, however many bytes it has") {
  CHECK(wrapped("é… é…", 5) == Lines{"é… é…"});
}

TEST_CASE("what is explained stands beside how, and above it where it is long") {
  CHECK(entry_list({{"ls", "list"}, {"move", "rename"}}) == "  ls    list\n  move  rename\n");
  CHECK(entry_list({{"ls", "list"}, {std::string(27, 'x'), "long"}}) ==
        "  ls  list\n  " + std::string(27, 'x') + "\n      long\n");
}

TEST_CASE("what is long is wrapped at 96 columns below where it began") {
  std::string words = "word";
  for (int i = 0; i < 30; ++i) words += " word";
  const std::string text = entry_list({{"ls", words}});
  CHECK(text.find('\n') <= 96);
  CHECK(text.contains("\n      word"));
}

}  // namespace malinka::cli
