// SPDX-License-Identifier: MIT
#include "wire/message_decoder.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "base/utf8.h"

namespace malinka::wire {

void MessageDecoder::feed(std::span<std::byte> input) {
  ASSERT(input_.empty());
  input_ = input;
}

Result<std::optional<DecodedMessage>> MessageDecoder::next() {
  if (failure_) {
    input_ = {};
    return std::unexpected(Error{failure_, {}});
  }
  auto message = decode();
  if (!message) {
    failure_ = message.error().code;
    input_ = {};
  }
  return message;
}

std::span<std::byte> MessageDecoder::take_rest() { return std::exchange(input_, {}); }

Result<std::optional<DecodedMessage>> MessageDecoder::decode() {
  if (assembly_ && assembly_->is_between_messages()) assembly_.reset();
  if (!assembly_) {
    if (auto message = TRY(take_whole())) return message;
    if (input_.empty()) return std::nullopt;
    assembly_ = std::make_unique<MessageAssembly>(sender_, budget_);
  }
  auto message = TRY(assembly_->take(input_, message_bytes_max_));
  return message;
}

/// The common case: one frame, all of it here. Nothing, and takes nothing, in any other.
Result<std::optional<DecodedMessage>> MessageDecoder::take_whole() {
  if (input_.empty() || opcode_of(input_[0]) == Opcode::continuation) return std::nullopt;
  const std::optional<FrameHeader> header = TRY(parse_frame_header(input_, sender_));
  if (!header || !header->is_final) return std::nullopt;
  const std::span<std::byte> behind = input_.subspan(header->header_bytes);
  if (header->payload_bytes > std::min<std::uint64_t>(behind.size(), message_bytes_max_))
    return std::nullopt;
  const auto payload = behind.first(static_cast<std::size_t>(header->payload_bytes));
  if (header->mask) apply_mask(payload, *header->mask, 0);
  if (header->opcode == Opcode::text && !base::is_utf8(as_text(payload)))
    return fail(FrameError::bad_utf8);
  input_ = behind.subspan(payload.size());
  return DecodedMessage{header->opcode, payload, std::nullopt, payload.size()};
}

}  // namespace malinka::wire
