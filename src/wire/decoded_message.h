// SPDX-License-Identifier: MIT
// What comes out of decoding: a whole message, or word of one that was not kept.

#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
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

}  // namespace malinka::wire
