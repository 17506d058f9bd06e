// SPDX-License-Identifier: MIT
#include "bench/load/mold.h"

#include <algorithm>

#include "base/bytes.h"
#include "bench/load/failure.h"
#include "wire/frame.h"

namespace malinka::bench {
namespace {

constexpr std::size_t mask_bytes = 4;

/// Where the stamp of the message in `text` begins: behind its last `#`.
std::size_t find_stamp(std::string_view text) {
  const std::size_t mark = text.rfind('#');
  if (mark == std::string_view::npos || mark + stamp_bytes >= text.size())
    give_up("a message without a stamp");
  return mark + 1;
}

std::string make_frame(wire::Opcode opcode, std::string_view payload) {
  return to_text(wire::make_frame(opcode, as_bytes(payload), wire::Role::client));
}

}  // namespace

Mold Mold::plain(std::string text) {
  Mold mold;
  mold.stamp_at_ = find_stamp(text);
  mold.bytes_ = std::move(text);
  return mold;
}

Mold Mold::framed(std::string_view text, bool is_binary) {
  Mold mold;
  mold.bytes_ = make_client_frame(text, is_binary);
  const std::size_t header_bytes = mold.bytes_.size() - text.size();
  const std::size_t stamp_at = find_stamp(text);
  mold.stamp_at_ = header_bytes + stamp_at;
  const std::string_view mask = std::string_view(mold.bytes_).substr(header_bytes - mask_bytes);
  for (std::size_t i = 0; i < stamp_bytes; ++i)
    mold.stamp_mask_[i] = mask[(stamp_at + i) % mask_bytes];
  return mold;
}

void Mold::append_to(std::string& out, Stamp stamp) const {
  const std::size_t begin = out.size();
  out += bytes_;
  const std::span<char, stamp_bytes> digits(out.data() + begin + stamp_at_, stamp_bytes);
  write_stamp(stamp, digits);
  for (std::size_t i = 0; i < stamp_bytes; ++i)
    digits[i] = static_cast<char>(digits[i] ^ stamp_mask_[i]);
}

std::string make_client_frame(std::string_view text, bool is_binary) {
  return make_frame(is_binary ? wire::Opcode::binary : wire::Opcode::text, text);
}

std::string make_pong(std::string_view payload) { return make_frame(wire::Opcode::pong, payload); }

}  // namespace malinka::bench
