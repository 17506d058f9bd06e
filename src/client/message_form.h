// SPDX-License-Identifier: MIT
// The one place where a Message becomes a frame, and a frame's payload a Message: plain text or
// binary here. Sealing has its place here too.

#pragma once

#include "base/shared_bytes.h"
#include "link/connection.h"
#include "malinka/message.h"
#include "malinka/result.h"

namespace malinka::client {

/// How one link's messages look. **Value.**
struct MessageForm {
  bool takes_binary = true;           ///< The hub chose the subprotocol that has binary messages.
  std::size_t payload_bytes_max = 0;  ///< What the hub accepts.

  /// Errors: std::errc::message_size where the hub would not take it; those of the codec.
  [[nodiscard]] Result<SharedBytes> make_frame(const Message& message) const;
  /// Errors: those of the codec; nothing is assumed of who sent it.
  [[nodiscard]] static Result<Message> read(link::MessageKind kind, ByteView payload);
};

}  // namespace malinka::client
