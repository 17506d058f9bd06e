// SPDX-License-Identifier: MIT
// Frames put together to messages, as they arrive in pieces of any size. RFC 6455 section 5.4.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <system_error>

#include "base/bytes.h"
#include "base/utf8.h"
#include "wire/frame.h"

namespace malinka::wire {

/// What one call of MessageDecoder::next gives: a whole message or a control frame.
struct DecodedMessage {
  Opcode opcode = Opcode::text;  ///< text, binary, close, ping or pong.
  ByteView payload;              ///< Valid until the next call on the decoder. Text is valid UTF-8.
  bool is_oversized = false;     ///< Longer than the limit: passed over, and `payload` is empty.
  std::uint64_t payload_bytes = 0;  ///< The size; of an oversized message as far as announced.
};

/// Decodes what one sender sends. A message that lies whole in the input is given as a view into
/// it, unmasked in place; only what is incomplete is copied and kept, message_bytes_max at most.
/// Text is refused by the first byte that makes it none, however much is still to come. A longer
/// message is reported once, as soon as its headers announce it, then read past; the
/// connection can go on. **Loop-bound.**
class MessageDecoder {
 public:
  MessageDecoder(Role sender, std::size_t message_bytes_max);

  /// For the frames that begin from now on.
  void set_message_bytes_max(std::size_t limit);

  /// Hands over the next input: unmasked in place, and used by next() until that returns nothing.
  void feed(std::span<std::byte> input);

  /// The next message, or nothing when more input is needed. After an error the decoder is done,
  /// and gives that error again. Errors: FrameError.
  [[nodiscard]] Result<std::optional<DecodedMessage>> next();

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
  void keep(ByteView chunk);
  void end_frame();
  void release_unused();

  Role sender_;
  std::size_t message_bytes_max_;
  std::span<std::byte> input_;  ///< Borrowed from feed() until next() returns nothing.
  std::error_code failure_;

  std::array<std::byte, frame_header_bytes_max> split_header_{};  ///< A header not yet whole.
  std::size_t split_header_bytes_ = 0;

  std::optional<FrameHeader> frame_;  ///< The frame whose payload is being taken.
  std::uint64_t frame_bytes_left_ = 0;
  Bytes control_;  ///< The payload of a control frame that did not come whole.

  std::optional<Opcode> message_opcode_;  ///< Set from a message's first frame to its last.
  std::uint64_t message_bytes_ = 0;       ///< As announced by the headers of its frames so far.
  bool is_passing_over_ = false;          ///< It is oversized.
  Bytes message_;                         ///< What came of it, where it did not come whole.
  base::Utf8Validator utf8_;              ///< Of a text: has seen what message_ holds.
};

}  // namespace malinka::wire
