// SPDX-License-Identifier: MIT
#include "cli/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/utf8.h"

namespace malinka::cli {
namespace {

/// Of UTF-8, by its first byte.
std::size_t character_length(char first) {
  const auto lead = static_cast<unsigned char>(first);
  return lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/// The bytes of the character that begins `text`; one where they are not UTF-8.
std::string_view first_character(std::string_view text) {
  const std::string_view character = text.substr(0, character_length(text.front()));
  return base::is_utf8(character) ? character : text.substr(0, 1);
}

/// Nothing where `character` is not UTF-8.
std::optional<char32_t> code_point(std::string_view character) {
  if (!base::is_utf8(character)) return std::nullopt;
  const auto lead = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return lead;
  char32_t code = lead & (0xFFU >> (character.size() + 1));
  for (const char byte : character.substr(1))
    code = (code << 6) | (static_cast<unsigned char>(byte) & 0x3FU);
  return code;
}

bool is_harmful(char32_t code) {
  const auto is_within = [code](char32_t first, char32_t last) {
    return code >= first && code <= last;
  };
  return is_within(0, 0x1F) || is_within(0x7F, 0x9F) ||             // C0, DEL, C1
         is_within(0x2028, 0x202E) || is_within(0x200E, 0x200F) ||  // separators, directions
         is_within(0x2066, 0x2069) || code == 0x061C || code == 0xFEFF;
}

std::string escape(std::string_view character) {
  const auto code = code_point(character);
  if (code && *code > 0xFF) return fmt::format("\\u{{{:x}}}", static_cast<unsigned>(*code));
  return fmt::format("\\x{:02x}", code ? static_cast<unsigned>(*code)
                                       : static_cast<unsigned char>(character.front()));
}

void append_printable(std::string& out, std::string_view character) {
  const auto code = code_point(character);
  out += code && !is_harmful(*code) ? std::string(character) : escape(character);
}

/// The longest sequence that is taken for one that sets colours.
constexpr std::size_t colour_sequence_max = 32;

/// The length of an escape sequence at the start of `text` that only sets colours; else 0.
std::size_t colour_sequence_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.substr(0, colour_sequence_max).find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    append_printable(out, character);
    text.remove_prefix(character.size());
  }
  return out;
}

std::string printable_output(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view piece = first_character(text);
    if (const std::size_t colours = colour_sequence_length(text); colours > 0) {
      piece = text.substr(0, colours);
      out += piece;
    } else if (text.starts_with("\r\n")) {
      piece = text.substr(0, 2);
      out += '\n';
    } else if (piece == "\n" || piece == "\t") {
      out += piece;
    } else {
      append_printable(out, piece);
    }
    text.remove_prefix(piece.size());
  }
  return out;
}

std::size_t whole_size(std::string_view text) {
  constexpr std::size_t tail_max = 3;  // The longest character has four bytes.
  if (text.ends_with('\r')) return text.size() - 1;
  const std::size_t escape = text.rfind('\x1b');
  const bool may_go_on =
      escape != std::string_view::npos && text.size() - escape < colour_sequence_max &&
      text.find_first_not_of("0123456789;", std::min(escape + 2, text.size())) ==
          std::string_view::npos &&
      text.substr(escape + 1, 1).find_first_not_of('[') == std::string_view::npos;
  if (may_go_on) return escape;
  for (std::size_t back = 1; back <= std::min(tail_max, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte >= 0xC0)
      return text.size() - (character_length(text[text.size() - back]) > back ? back : 0);
    if (byte < 0x80) break;
  }
  return text.size();
}

std::size_t column_count(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

}  // namespace malinka::cli
