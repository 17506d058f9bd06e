// SPDX-License-Identifier: MIT
// Frames put together to messages, as they arrive in pieces of any size. RFC 6455 section 5.4.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <system_error>

#include "base/bytes.h"
#include "base/shared_budget.h"
#include "base/utf8.h"
#include "wire/frame.h"

namespace malinka::wire {

/// Why the payload of a message was not kept.
enum class PassedOver {
  too_large,        ///< Longer than message_bytes_max.
  short_of_memory,  ///< The budget for all incomplete messages leaves no room.
};

/// What one call of MessageDecoder::next gives: a whole message or a control frame.
struct DecodedMessage {
  Opcode opcode = Opcode::text;  ///< text, binary, close, ping or pong.
  ByteView payload;              ///< Valid until the next call on the decoder. Text is valid UTF-8.
  std::optional<PassedOver> passed_over{};  ///< Set: read past, and `payload` is empty.
  std::uint64_t payload_bytes = 0;          ///< The size; of one passed over as far as announced.
};

/// Decodes what one sender sends. A message that lies whole in the input is given as a view into
/// it, unmasked in place; only what is incomplete is copied and kept, message_bytes_max at most,
/// and as far as a budget goes that all decoders share. Text is refused by the first byte that
/// makes it none, however much is still to come. A longer message is reported once, as soon as its
/// headers announce it, and one that the budget has no room for as soon as that shows; then it is
/// read past, and the connection can go on. **Loop-bound.**
class MessageDecoder {
 public:
  /// Without a budget, message_bytes_max alone bounds what is kept.
  MessageDecoder(Role sender, std::size_t message_bytes_max, SharedBudget* budget = nullptr);
  ~MessageDecoder();
  MessageDecoder(const MessageDecoder&) = delete;
  MessageDecoder& operator=(const MessageDecoder&) = delete;

  /// For the frames that begin from now on.
  void set_message_bytes_max(std::size_t limit);

  /// Hands over the next input: unmasked in place, and used by next() until that returns nothing.
  void feed(std::span<std::byte> input);

  /// The next message, or nothing when more input is needed. After an error the decoder is done,
  /// and gives that error again. Errors: FrameError.
  [[nodiscard]] Result<std::optional<DecodedMessage>> next();

  /// What next() has not looked at yet, to be fed again later: for who wants to stop in between.
  [[nodiscard]] std::span<std::byte> take_rest();

  /// True where nothing of a message or frame has come that was not told.
  [[nodiscard]] bool is_between_messages() const {
    return !frame_ && !message_opcode_ && split_header_bytes_ == 0;
  }

  /// What the decoder keeps of an incomplete message, in bytes.
  [[nodiscard]] std::size_t kept_bytes() const;

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
  void release_unused();

  Role sender_;
  std::size_t message_bytes_max_;
  SharedBudget* budget_;        ///< Null, or counts the capacity of `message_`.
  std::span<std::byte> input_;  ///< Borrowed from feed() until next() returns nothing.
  std::error_code failure_;

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
