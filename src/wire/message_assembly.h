// SPDX-License-Identifier: MIT
// A message that does not lie whole in one input, put together. RFC 6455 section 5.4.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/shared_budget.h"
#include "base/utf8.h"
#include "malinka/result.h"
#include "wire/decoded_message.h"
#include "wire/frame.h"

namespace malinka::wire {

/// The slow half of MessageDecoder, there only while something is incomplete: it can take any frame
/// in any pieces, and keeps what it must. **Loop-bound.**
class MessageAssembly {
 public:
  /// `budget`: null, or counts what is kept of messages.
  MessageAssembly(Role sender, SharedBudget* budget) : sender_(sender), budget_(budget) {}
  ~MessageAssembly() { forget_message(); }
  MessageAssembly(const MessageAssembly&) = delete;
  MessageAssembly& operator=(const MessageAssembly&) = delete;

  /// Takes from the front of `input` until a message or control frame is whole; nothing once the
  /// input is used up. Errors: FrameError, and then nothing more may be asked.
  [[nodiscard]] Result<std::optional<DecodedMessage>> take(std::span<std::byte>& input,
                                                           std::size_t message_bytes_max);

  /// True where nothing of a message or frame has come that was not told.
  [[nodiscard]] bool is_between_messages() const {
    return !frame_ && !message_opcode_ && split_header_bytes_ == 0;
  }
  [[nodiscard]] std::size_t kept_bytes() const {
    return split_header_bytes_ + control_.size() + message_.size();
  }

 private:
  [[nodiscard]] Result<std::optional<DecodedMessage>> decode();
  [[nodiscard]] Result<std::optional<FrameHeader>> take_header();
  [[nodiscard]] Result<std::optional<FrameHeader>> take_split_header();
  [[nodiscard]] Result<std::optional<FrameHeader>> parse_header(ByteView bytes) const;
  [[nodiscard]] std::optional<DecodedMessage> begin_frame(const FrameHeader& header);
  [[nodiscard]] Result<std::optional<DecodedMessage>> take_payload();
  [[nodiscard]] std::optional<DecodedMessage> take_control_payload();
  [[nodiscard]] Result<std::optional<DecodedMessage>> take_data_payload();
  [[nodiscard]] bool is_text_so_far(ByteView chunk, bool is_last);
  void pass_over_payload();
  [[nodiscard]] std::span<std::byte> take_chunk();
  [[nodiscard]] ByteView take_unmasked_chunk();
  [[nodiscard]] bool keep(ByteView chunk);
  [[nodiscard]] DecodedMessage pass_over(PassedOver why);
  void end_frame();
  void forget_message();

  const Role sender_;
  SharedBudget* budget_;
  std::span<std::byte> input_;         ///< Borrowed for the time of take().
  std::size_t message_bytes_max_ = 0;  ///< As of the last take().

  std::array<std::byte, frame_header_bytes_max> split_header_{};  ///< A header not yet whole.
  std::size_t split_header_bytes_ = 0;

  std::optional<FrameHeader> frame_;  ///< The frame whose payload is being taken.
  std::uint64_t frame_bytes_left_ = 0;
  Bytes control_;  ///< The payload of a control frame that did not come whole.

  std::optional<Opcode> message_opcode_;  ///< Set from a message's first frame to its last.
  std::uint64_t message_bytes_ = 0;       ///< As announced by the headers of its frames so far.
  bool is_passing_over_ = false;          ///< It was reported as passed over.
  Bytes message_;                         ///< What came of it, where it did not come whole.
  base::Utf8Validator utf8_;              ///< Of a text: has seen what message_ holds.
};

}  // namespace malinka::wire
