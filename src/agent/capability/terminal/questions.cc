// SPDX-License-Identifier: MIT
#include "agent/capability/terminal/questions.h"

#include <algorithm>
#include <string_view>

namespace malinka::agent::terminal {
namespace {

constexpr char escape = '\x1b';
constexpr char bell = '\x07';
constexpr char enquiry = '\x05';

struct Sequence {
  std::size_t size = 0;
  bool is_question = false;
};

/// ECMA-48 section 5.4: parameters and intermediates, then a final byte.
Sequence read_control_sequence(std::string_view text) {
  const auto is_final = [](char letter) { return letter >= 0x40 && letter <= 0x7E; };
  const auto found = std::find_if(text.begin() + 2, text.end(), is_final);
  if (found == text.end()) return {text.size()};
  const auto end = static_cast<std::size_t>(found - text.begin());
  const std::string_view parameters = text.substr(2, end - 2);
  bool is_question = false;
  switch (*found) {
    case 'c': is_question = true; break;                          // Device attributes
    case 'n': is_question = !parameters.starts_with('>'); break;  // Status, cursor
    case 't': is_question = true; break;                          // Window
    case 'p': is_question = parameters.ends_with('$'); break;     // Modes
    case 'q': is_question = parameters.starts_with('>'); break;   // Version
    case 'u': is_question = parameters.starts_with('?'); break;   // Keyboard
    default: break;
  }
  return {end + 1, is_question};
}

/// ECMA-48 section 5.6: up to ST; xterm takes BEL too.
Sequence read_control_string(std::string_view text) {
  const std::size_t end = text.find_first_of("\x07\x1b", 2);
  if (end == std::string_view::npos) return {text.size()};
  const bool has_terminator = text[end] == bell || text.substr(end, 2) == "\x1b\\";
  const std::size_t size = text[end] == bell ? end + 1 : end + (has_terminator ? 2 : 0);
  const std::string_view content = text.substr(2, end - 2);
  const bool is_device_control = text[1] == 'P';
  return {size, is_device_control ? content.starts_with("$q") || content.starts_with("+q")
                                  : content.contains(";?")};
}

Sequence read_sequence(std::string_view text) {
  if (text[0] == enquiry) return {1, true};
  if (text[0] != escape || text.size() < 2) return {1};
  switch (text[1]) {
    case '[': return read_control_sequence(text);
    case ']':
    case 'P': return read_control_string(text);
    case 'Z': return {2, true};
    default: return {1};
  }
}

}  // namespace

Bytes without_questions(ByteView shown) {
  Bytes left;
  left.reserve(shown.size());
  for (std::string_view text = as_text(shown); !text.empty();) {
    const Sequence sequence = read_sequence(text);
    if (!sequence.is_question) append(left, text.substr(0, sequence.size));
    text.remove_prefix(sequence.size);
  }
  return left;
}

}  // namespace malinka::agent::terminal
