// SPDX-License-Identifier: MIT
#include "protocol/names.h"

#include <cstddef>

#include "base/limits.h"
#include "base/utf8.h"

namespace malinka::protocol {
namespace {

/// C0, DEL, and C1 (U+0080 to U+009F), which UTF-8 writes as C2 80 to C2 9F.
bool has_control_character(std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && static_cast<unsigned char>(utf8[i + 1]) < 0xA0) return true;
  }
  return false;
}

bool is_plain_text(std::string_view text) {
  return !text.empty() && base::is_utf8(text) && !has_control_character(text);
}

}  // namespace

bool is_name(std::string_view name) {
  return name.size() <= limits::name_bytes_max && is_plain_text(name) && name != all_others &&
         !name.starts_with('@');
}

bool is_recipient(std::string_view name) {
  return is_name(name) || (name.starts_with('@') && is_name(name.substr(1)));
}

}  // namespace malinka::protocol
