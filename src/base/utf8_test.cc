// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace malinka::base {
namespace {

/// How many bytes of `text` are accepted one by one.
std::size_t accepted_bytes(std::string_view text) {
  Utf8Validator validator;
  std::size_t accepted = 0;
  while (accepted < text.size() && validator.accept(text.substr(accepted, 1))) ++accepted;
  return accepted;
}

/// The verdict on `text` given in two pieces.
bool is_utf8_cut_at(std::string_view text, std::size_t cut) {
  Utf8Validator validator;
  return validator.accept(text.substr(0, cut)) && validator.accept(text.substr(cut)) &&
         validator.is_complete();
}

/// Bytes at the ends of every range that RFC 3629 section 4 tells apart.
constexpr std::array<unsigned char, 20> telling_bytes = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F,
                                                         0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
                                                         0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF};

/// Every text of `size` such bytes.
std::vector<std::string> telling_texts(std::size_t size) {
  std::vector<std::string> texts{""};
  for (; size > 0; --size) {
    std::vector<std::string> longer;
    for (const std::string& text : texts)
      for (const unsigned char byte : telling_bytes)
        longer.push_back(text + static_cast<char>(byte));
    texts = std::move(longer);
  }
  return texts;
}

}  // namespace

TEST_CASE("text in pieces has the verdict of the whole, wherever it is cut") {
  for (std::size_t size = 0; size <= 4; ++size)
    for (const std::string& text : telling_texts(size))
      for (std::size_t cut = 0; cut <= size; ++cut)
        if (is_utf8_cut_at(text, cut) != is_utf8(text)) FAIL(text << " cut at " << cut);
}

TEST_CASE("a long text in pieces has the verdict of the whole, wherever it is cut") {
  std::string text;
  while (text.size() < 200) text += "a\xC2\xA2\xE2\x82\xAC\xF0\x9D\x84\x9E";
  std::string broken = text;
  broken[150] = '\xFF';
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    CAPTURE(cut);
    CHECK(is_utf8_cut_at(text, cut));
    CHECK_FALSE(is_utf8_cut_at(broken, cut));
  }
}

TEST_CASE("the first byte is refused that nothing could follow to make it text") {
  struct Row {
    std::string_view text;
    std::size_t accepted;
  };
  for (const Row& row :
       {Row{"ab\xFF", 2}, Row{"\x80", 0}, Row{"\xC1\xBF", 0}, Row{"\xE0\x9F\xBF", 1},
        Row{"\xED\xA0\x80", 1}, Row{"\xF0\x8F\xBF\xBF", 1}, Row{"\xF4\x90\x80\x80", 1},
        Row{"\xF5\x80\x80\x80", 0}, Row{"\xE2\x82 ", 2}, Row{"\xF0\x9D\x84\x9E", 4}}) {
    CAPTURE(row.text);
    CHECK(accepted_bytes(row.text) == row.accepted);
  }
}

TEST_CASE("text may not end inside a character") {
  Utf8Validator validator;
  CHECK(validator.is_complete());
  CHECK(validator.accept("\xF0\x9D"));
  CHECK_FALSE(validator.is_complete());
  CHECK(validator.accept("\x84\x9E"));
  CHECK(validator.is_complete());
}

}  // namespace malinka::base
