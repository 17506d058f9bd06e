// SPDX-License-Identifier: MIT
#include "wire/message_decoder.h"

#include <algorithm>

#include "base/try.h"
#include "base/utf8.h"

namespace malinka::wire {

Result<std::optional<DecodedMessage>> MessageDecoder::next(std::span<std::byte>& input) {
  if (failure_) return fail(*failure_);
  auto message = decode(input);
  if (!message) failure_ = static_cast<FrameError>(message.error().code.value());
  return message;
}

Result<std::optional<DecodedMessage>> MessageDecoder::decode(std::span<std::byte>& input) {
  if (assembly_ && assembly_->is_between_messages()) assembly_.reset();
  if (!assembly_) {
    if (auto message = TRY(take_whole(input))) return message;
    if (input.empty()) return std::nullopt;
    assembly_ = std::make_unique<MessageAssembly>(sender_, budget_);
  }
  auto message = TRY(assembly_->take(input, message_bytes_max_));
  return message;
}

/// The common case: one frame, all of it here. Nothing, and takes nothing, in any other.
Result<std::optional<DecodedMessage>> MessageDecoder::take_whole(std::span<std::byte>& input) {
  if (input.empty() || opcode_of(input[0]) == Opcode::continuation) return std::nullopt;
  const std::optional<FrameHeader> header = TRY(parse_frame_header(input, sender_));
  if (!header || !header->is_final) return std::nullopt;
  const std::span<std::byte> behind = input.subspan(header->header_bytes);
  if (header->payload_bytes > std::min<std::uint64_t>(behind.size(), message_bytes_max_))
    return std::nullopt;
  const auto payload = behind.first(static_cast<std::size_t>(header->payload_bytes));
  if (header->mask) apply_mask(payload, *header->mask, 0);
  if (header->opcode == Opcode::text && !base::is_utf8(as_text(payload)))
    return fail(FrameError::bad_utf8);
  input = behind.subspan(payload.size());
  return DecodedMessage{header->opcode, payload, std::nullopt, payload.size()};
}

}  // namespace malinka::wire
