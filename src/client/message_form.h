// SPDX-License-Identifier: MIT
// The one place where a Message becomes a frame, and a frame's payload a Message, be it text or
// binary.

#pragma once

#include "base/shared_bytes.h"
#include "link/connection.h"
#include "malinka/message.h"
#include "malinka/result.h"

namespace malinka::client {

/// A message that came. What is sealed is not copied before it is opened.
struct Received {
  Message message;
  ByteView sealed;  ///< The blob's content of a sealed message; lies in it, or in the payload.
};

/// How one link's messages look. **Value.**
struct MessageForm {
  bool takes_binary = true;           ///< The hub chose the subprotocol that has binary messages.
  std::size_t payload_bytes_max = 0;  ///< What the hub accepts.

  /// The most bytes that a frame of a message without value and with a blob of `bytes` may have.
  [[nodiscard]] std::size_t frame_bytes_for(std::size_t blob_bytes) const;
  /// Errors: std::errc::message_size where the hub would not take it; those of the codec.
  [[nodiscard]] Result<SharedBytes> make_frame(const Message& message) const;
  /// Errors: those of the codec; nothing is assumed of who sent it.
  [[nodiscard]] static Result<Received> read(link::MessageKind kind, ByteView payload);
};

}  // namespace malinka::client
