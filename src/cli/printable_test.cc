// SPDX-License-Identifier: MIT
#include "cli/printable.h"

#include <doctest/doctest.h>

namespace malinka::cli {
namespace {

TEST_CASE("ordinary text of any language is printed as it is") {
  for (const std::string text : {"kitchen", "кухня", "台所", "café 🍓", ""})
    CHECK(printable(text) == text);
}

TEST_CASE("an escape sequence in a name is shown, not obeyed") {
  CHECK(printable("\x1b]0;owned\x07") == R"(\x1b]0;owned\x07)");
  CHECK(printable("a\nb\tc\x7f") == R"(a\x0ab\x09c\x7f)");
}

TEST_CASE("the one-byte form of an escape sequence is shown, as a byte and as a character") {
  CHECK(printable("\x9b"
                  "31m") == R"(\x9b31m)");
  CHECK(printable("\xc2\x9b"
                  "31m") == R"(\x9b31m)");
}

TEST_CASE("characters that turn the direction of text are shown") {
  CHECK(printable("txt.\u202Egpj") == R"(txt.\u{202e}gpj)");
  CHECK(printable("\u2066\u2028") == R"(\u{2066}\u{2028})");
}

TEST_CASE("bytes that are not UTF-8 are shown one by one") {
  CHECK(printable("a\xff\xc3(") == R"(a\xff\xc3()");
  CHECK(printable("\xe2\x82") == R"(\xe2\x82)");
  CHECK(printable("\xed\xa0\x80") == R"(\xed\xa0\x80)");
}

TEST_CASE("output keeps its lines, tabs and colours") {
  CHECK(printable_output("a\tb\r\n\x1b[1;31mred\x1b[0m\n") == "a\tb\n\x1b[1;31mred\x1b[0m\n");
}

TEST_CASE("output cannot move the cursor, set the title or type keys") {
  CHECK(printable_output("\x1b[2J") == R"(\x1b[2J)");
  CHECK(printable_output("\x1b]52;c;aGk=\x07") == R"(\x1b]52;c;aGk=\x07)");
  CHECK(printable_output("\x1b[6n") == R"(\x1b[6n)");
  CHECK(printable_output("all is well\rno") == R"(all is well\x0dno)");
  CHECK(printable_output("\x1b[") == R"(\x1b[)");
  CHECK(printable_output("\x1b[1") == R"(\x1b[1)");
}

TEST_CASE("of output that goes on, what its end has torn waits for the rest") {
  CHECK(whole_size("plain") == 5);
  CHECK(whole_size("caf\xc3") == 3);
  CHECK(whole_size("café") == 5);
  CHECK(whole_size("\xf0\x9f\x8d") == 0);
  CHECK(whole_size("a\xff") == 1);
  CHECK(whole_size("line\r") == 4);
  for (const std::string_view torn : {"\x1b", "\x1b[", "\x1b[1;3"}) CHECK(whole_size(torn) == 0);
  CHECK(whole_size("\x1b[31m") == 5);
  CHECK(whole_size("\x1b]0") == 3);
  CHECK(whole_size("\x1b[" + std::string(40, '1')) == 42);
}

TEST_CASE("columns are counted in characters") {
  CHECK(column_count("kitchen") == 7);
  CHECK(column_count("кухня") == 5);
}

}  // namespace
}  // namespace malinka::cli
