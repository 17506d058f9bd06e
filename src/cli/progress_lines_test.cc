// SPDX-License-Identifier: MIT
#include "cli/progress_lines.h"

#include <doctest/doctest.h>

#include <vector>

namespace malinka::cli {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("one line is drawn over the one before it") {
  CHECK(redraw(0, Lines{"a  1 %"}, 80) == "\r\x1b[Ja  1 %");
  CHECK(redraw(1, Lines{"a  2 %"}, 80) == "\r\x1b[Ja  2 %");
}

TEST_CASE("several lines are drawn from the first of those before them") {
  CHECK(redraw(0, Lines{"a", "b", "c"}, 80) == "\r\x1b[Ja\nb\nc");
  CHECK(redraw(3, Lines{"a", "b"}, 80) == "\r\x1b[2A\x1b[Ja\nb");
}

TEST_CASE("no line wipes what was there") {
  CHECK(redraw(1, Lines{}, 80) == "\r\x1b[J");
  CHECK(redraw(2, Lines{}, 80) == "\r\x1b[1A\x1b[J");
}

TEST_CASE("what is wider than the terminal is left out, by characters") {
  CHECK(redraw(0, Lines{"12345678"}, 8) == "\r\x1b[J1234567");
  CHECK(redraw(0, Lines{"äöüß"}, 4) == "\r\x1b[Jäöü");
  CHECK(redraw(0, Lines{"äöü"}, 4) == "\r\x1b[Jäöü");
  CHECK(redraw(0, Lines{"ab"}, 0) == "\r\x1b[Ja");
}

}  // namespace
}  // namespace malinka::cli
