// SPDX-License-Identifier: MIT
// Frames put together to messages, as they arrive in pieces of any size. RFC 6455 section 5.4.

#pragma once

#include "base/bytes.h"
#include "wire/frame.h"

namespace malinka::wire {

/// What one call of MessageDecoder::next gives: a whole message or a control frame.
struct DecodedMessage {
  Opcode opcode = Opcode::text;  ///< text, binary, close, ping or pong.
  ByteView payload;              ///< Valid until the next call on the decoder. Text is valid UTF-8.
  bool is_oversized = false;     ///< Longer than the limit: passed over, and `payload` is empty.
  std::uint64_t payload_bytes =
      0;  ///< The size, of an oversized message as far as it was passed over.
};

/// Decodes what one sender sends. A message that lies whole in the input is given as a view into
/// it, unmasked in place; only what is incomplete is copied and kept, message_bytes_max at most. A
/// longer message is read past, reported once as oversized, and the connection can go on.
/// **Loop-bound.**
class MessageDecoder {
 public:
  MessageDecoder(Role sender, std::size_t message_bytes_max);

  void set_message_bytes_max(std::size_t limit);

  /// Hands over the next input: unmasked in place, and used by next() until that returns nothing.
  void feed(std::span<std::byte> input);

  /// The next message, or nothing when more input is needed. After an error the decoder is done.
  /// Errors: FrameError.
  [[nodiscard]] Result<std::optional<DecodedMessage>> next();

  /// What the decoder keeps of an incomplete message, in bytes.
  [[nodiscard]] std::size_t kept_bytes() const;
};

}  // namespace malinka::wire
