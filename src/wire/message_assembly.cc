// SPDX-License-Identifier: MIT
#include "wire/message_assembly.h"

#include <algorithm>
#include <utility>

#include "base/try.h"

namespace malinka::wire {

Result<std::optional<DecodedMessage>> MessageAssembly::take(std::span<std::byte>& input,
                                                            std::size_t message_bytes_max) {
  input_ = input;
  message_bytes_max_ = message_bytes_max;
  auto message = decode();
  input = std::exchange(input_, {});
  return message;
}

Result<std::optional<DecodedMessage>> MessageAssembly::decode() {
  while (true) {
    if (!frame_) {
      const std::optional<FrameHeader> header = TRY(take_header());
      if (!header) break;
      if (auto report = begin_frame(*header)) return report;
    }
    if (auto message = TRY(take_payload())) return message;
    if (frame_) break;  // The rest of its payload has not come.
  }
  return std::nullopt;
}

Result<std::optional<FrameHeader>> MessageAssembly::take_header() {
  if (split_header_bytes_ > 0) return take_split_header();
  const std::optional<FrameHeader> header = TRY(parse_header(input_));
  if (header) {
    input_ = input_.subspan(header->header_bytes);
    return header;
  }
  std::ranges::copy(input_, split_header_.begin());
  split_header_bytes_ = input_.size();
  input_ = {};
  return std::nullopt;
}

Result<std::optional<FrameHeader>> MessageAssembly::take_split_header() {
  const std::size_t kept = split_header_bytes_;
  const std::size_t more = std::min(input_.size(), split_header_.size() - kept);
  std::ranges::copy(input_.first(more), split_header_.begin() + kept);
  const std::optional<FrameHeader> header =
      TRY(parse_header(std::span(split_header_).first(kept + more)));
  const std::size_t used = header ? header->header_bytes - kept : more;
  split_header_bytes_ = header ? 0 : kept + more;
  input_ = input_.subspan(used);
  return header;
}

/// Sections 5.2 and 5.4. What the first byte shows is checked first, so that the same input is
/// refused for the same reason however it is cut.
Result<std::optional<FrameHeader>> MessageAssembly::parse_header(ByteView bytes) const {
  if (bytes.empty()) return std::nullopt;
  const Opcode opcode = opcode_of(bytes[0]);
  if (opcode == Opcode::continuation && !message_opcode_)
    return fail(FrameError::unexpected_continuation);
  if ((opcode == Opcode::text || opcode == Opcode::binary) && message_opcode_)
    return fail(FrameError::expected_continuation);
  return parse_frame_header(bytes, sender_);
}

/// Gives the report where this frame makes its message oversized.
std::optional<DecodedMessage> MessageAssembly::begin_frame(const FrameHeader& header) {
  frame_ = header;
  frame_bytes_left_ = header.payload_bytes;
  if (is_control(header.opcode)) {
    control_.clear();
    return std::nullopt;
  }
  if (!message_opcode_) {
    message_opcode_ = header.opcode;
    message_bytes_ = 0;
    is_passing_over_ = false;
    message_.clear();
    utf8_ = {};
  }
  message_bytes_ += header.payload_bytes;
  if (is_passing_over_ || message_bytes_ <= message_bytes_max_) return std::nullopt;
  return pass_over(PassedOver::too_large);
}

DecodedMessage MessageAssembly::pass_over(PassedOver why) {
  is_passing_over_ = true;
  forget_message();
  return {*message_opcode_, {}, why, message_bytes_};
}

/// Gives the message where the frame's payload has come to its end, and the message's with it.
Result<std::optional<DecodedMessage>> MessageAssembly::take_payload() {
  if (is_control(frame_->opcode)) return take_control_payload();
  if (!is_passing_over_) return take_data_payload();
  pass_over_payload();
  return std::nullopt;
}

std::optional<DecodedMessage> MessageAssembly::take_control_payload() {
  ByteView payload = take_unmasked_chunk();
  const bool is_whole = frame_bytes_left_ == 0;
  if (!is_whole || !control_.empty()) {
    append(control_, payload);
    payload = control_;
  }
  if (!is_whole) return std::nullopt;
  const Opcode opcode = frame_->opcode;
  frame_.reset();
  return DecodedMessage{opcode, payload, std::nullopt, payload.size()};
}

Result<std::optional<DecodedMessage>> MessageAssembly::take_data_payload() {
  ByteView payload = take_unmasked_chunk();
  const bool is_whole = frame_bytes_left_ == 0 && frame_->is_final;
  if (*message_opcode_ == Opcode::text && !is_text_so_far(payload, is_whole))
    return fail(FrameError::bad_utf8);
  if (!is_whole || !message_.empty()) {
    if (!keep(payload)) {
      const DecodedMessage report = pass_over(PassedOver::short_of_memory);
      end_frame();
      return report;
    }
    payload = message_;
  }
  const Opcode opcode = *message_opcode_;
  end_frame();
  if (!is_whole) return std::nullopt;
  return DecodedMessage{opcode, payload, std::nullopt, payload.size()};
}

/// Section 8.1. Each byte is looked at once: a message that came whole in one run.
bool MessageAssembly::is_text_so_far(ByteView chunk, bool is_last) {
  if (is_last && message_.empty()) return base::is_utf8(as_text(chunk));
  return utf8_.accept(as_text(chunk)) && (utf8_.is_complete() || !is_last);
}

void MessageAssembly::pass_over_payload() {
  (void)take_chunk();
  end_frame();
}

/// What the input has of the frame's payload, as it came.
std::span<std::byte> MessageAssembly::take_chunk() {
  const auto size =
      static_cast<std::size_t>(std::min<std::uint64_t>(input_.size(), frame_bytes_left_));
  const std::span<std::byte> chunk = input_.first(size);
  input_ = input_.subspan(size);
  frame_bytes_left_ -= size;
  return chunk;
}

ByteView MessageAssembly::take_unmasked_chunk() {
  const std::uint64_t offset = frame_->payload_bytes - frame_bytes_left_;
  const std::span<std::byte> chunk = take_chunk();
  if (frame_->mask) apply_mask(chunk, *frame_->mask, offset);
  return chunk;
}

/// Room grows with what has come, not with what a header announces, and never past the limit. False
/// where the budget has none.
bool MessageAssembly::keep(ByteView chunk) {
  const std::size_t needed = message_.size() + chunk.size();
  if (const std::size_t held = message_.capacity(); needed > held) {
    const auto bytes_max =
        frame_->is_final ? static_cast<std::size_t>(message_bytes_) : message_bytes_max_;
    const std::size_t room = std::max(needed, std::min(bytes_max, 2 * held));
    if (budget_ != nullptr && !budget_->grow(held, room - held)) return false;
    message_.reserve(room);
  }
  append(message_, chunk);
  return true;
}

/// Ends a data frame whose payload has come whole, and its message where that was the last frame.
void MessageAssembly::end_frame() {
  if (frame_bytes_left_ > 0) return;
  if (frame_->is_final) message_opcode_.reset();
  frame_.reset();
}

void MessageAssembly::forget_message() {
  if (budget_ != nullptr) budget_->give_back(message_.capacity());
  message_ = Bytes();
}

}  // namespace malinka::wire
