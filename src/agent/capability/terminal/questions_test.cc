// SPDX-License-Identifier: MIT
#include "agent/capability/terminal/questions.h"

#include <doctest/doctest.h>

namespace malinka::agent::terminal {
namespace {

std::string left_of(std::string_view shown) { return to_text(without_questions(as_bytes(shown))); }

}  // namespace

TEST_CASE("what a terminal would answer is taken out") {
  for (const std::string_view question :
       {"\x1b[c", "\x1b[0c", "\x1b[>c", "\x1b[=c", "\x1b[5n", "\x1b[6n", "\x1b[?6n", "\x1b[18t",
        "\x1b[?2004$p", "\x1b[>0q", "\x1b[?u", "\x1b]11;?\x07", "\x1b]4;1;?\x1b\\",
        "\x1bP$qm\x1b\\", "\x1bP+q544e\x1b\\", "\x1bZ", "\x05"}) {
    CAPTURE(question.substr(1));
    CHECK(left_of("a" + std::string(question) + "b") == "ab");
  }
}

TEST_CASE("everything else stays as it is") {
  for (const std::string_view shown :
       {"plain \xC3\xBC\r\n", "\x1b[31mred\x1b[0m", "\x1b[H\x1b[2J", "\x1b[?1049h", "\x1b[2 q",
        "\x1b]0;title\x07", "\x1b]8;;http://x/?a=b\x1b\\", "\x1bPq#0;2;0;0;0\x1b\\",
        "\x1b"
        "7",
        "\x1b[u", "\x1b[>4;2m", "\x1b", "\x1b[", "\x1b[12", "\x1b]11;", "\x1b]0;cut\x1b[31mred"}) {
    CAPTURE(shown);
    CHECK(left_of(shown) == shown);
  }
}

}  // namespace malinka::agent::terminal
