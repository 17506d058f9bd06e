// SPDX-License-Identifier: MIT
#include "protocol/json_string.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/utf8.h"

namespace malinka::protocol {
namespace {

constexpr std::size_t unit_size = std::string_view("\\u0000").size();

bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// The four digits of \uXXXX, or nothing.
std::optional<char32_t> read_unit(std::string_view text) {
  if (text.size() < unit_size || !text.starts_with("\\u")) return std::nullopt;
  unsigned unit = 0;
  const char* const end = text.data() + unit_size;
  if (std::from_chars(text.data() + 2, end, unit, 16).ptr != end) return std::nullopt;
  return unit;
}

std::optional<JsonEscape> read_unicode_escape(std::string_view text) {
  const auto unit = read_unit(text);
  if (!unit || is_low_surrogate(*unit)) return std::nullopt;
  if (!is_high_surrogate(*unit)) return JsonEscape{*unit, unit_size};
  const auto low = read_unit(text.substr(unit_size));
  if (!low || !is_low_surrogate(*low)) return std::nullopt;
  return JsonEscape{0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00), 2 * unit_size};
}

void append_utf8(std::string& text, char32_t code_point) {
  const auto append = [&text](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  const auto append_rest = [&](unsigned shift) { append(0x80 | ((code_point >> shift) & 0x3F)); };
  if (code_point < 0x80) return append(code_point);
  if (code_point < 0x800) {
    append(0xC0 | (code_point >> 6));
    return append_rest(0);
  }
  if (code_point < 0x10000) {
    append(0xE0 | (code_point >> 12));
    append_rest(6);
    return append_rest(0);
  }
  append(0xF0 | (code_point >> 18));
  append_rest(12);
  append_rest(6);
  append_rest(0);
}

void append_escaped(std::string& quoted, char character) {
  switch (character) {
    case '"': quoted += "\\\""; return;
    case '\\': quoted += "\\\\"; return;
    case '\n': quoted += "\\n"; return;
    case '\r': quoted += "\\r"; return;
    case '\t': quoted += "\\t"; return;
    default: break;
  }
  if (static_cast<unsigned char>(character) >= 0x20) {
    quoted += character;
    return;
  }
  fmt::format_to(std::back_inserter(quoted), "\\u{:04x}", static_cast<unsigned>(character));
}

/// How many bytes the UTF-8 character takes that begins with this one.
std::size_t sequence_size(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

/// `text` with U+FFFD in place of each byte that belongs to no character.
std::string replace_bad_utf8(std::string_view text) {
  std::string good;
  while (!text.empty()) {
    const std::string_view next = text.substr(0, sequence_size(text[0]));
    const bool is_good = base::is_utf8(next);
    good += is_good ? next : "\xEF\xBF\xBD";
    text.remove_prefix(is_good ? next.size() : 1);
  }
  return good;
}

}  // namespace

std::optional<std::string> unquote_json(std::string_view quoted) {
  if (quoted.size() < 2 || !quoted.starts_with('"') || !quoted.ends_with('"')) return std::nullopt;
  std::string_view rest = quoted.substr(1, quoted.size() - 2);
  std::string text;
  text.reserve(rest.size());
  for (;;) {
    const std::size_t plain = std::min(rest.find('\\'), rest.size());
    text += rest.substr(0, plain);
    rest.remove_prefix(plain);
    if (rest.empty()) return text;
    const auto escape = read_json_escape(rest);
    if (!escape) return std::nullopt;
    append_utf8(text, escape->code_point);
    rest.remove_prefix(escape->size);
  }
}

std::string quote_json(std::string_view text) {
  if (!base::is_utf8(text)) return quote_json(replace_bad_utf8(text));
  std::string quoted;
  quoted.reserve(text.size() + 2);
  quoted += '"';
  for (const char character : text) append_escaped(quoted, character);
  quoted += '"';
  return quoted;
}

std::optional<JsonEscape> read_json_escape(std::string_view text) {
  if (text.size() < 2 || text[0] != '\\') return std::nullopt;
  switch (text[1]) {
    case '"': return JsonEscape{'"', 2};
    case '\\': return JsonEscape{'\\', 2};
    case '/': return JsonEscape{'/', 2};
    case 'b': return JsonEscape{'\b', 2};
    case 'f': return JsonEscape{'\f', 2};
    case 'n': return JsonEscape{'\n', 2};
    case 'r': return JsonEscape{'\r', 2};
    case 't': return JsonEscape{'\t', 2};
    case 'u': return read_unicode_escape(text);
    default: return std::nullopt;
  }
}

}  // namespace malinka::protocol
