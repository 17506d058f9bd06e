// SPDX-License-Identifier: MIT
// The two layers of a sealed message: an inner one as it goes into a box, and the outer one that
// carries the box. docs/protocol.md section 8, Form and Data.

#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "malinka/message.h"

namespace malinka::client {

/// The Command that only asks whether a session is still known.
inline constexpr std::string_view ping_name = "seal.ping";

/// An inner message as it is sealed: what comes before the blob, and the blob, which is not copied
/// and so must outlive it.
class InnerPieces {
 public:
  explicit InnerPieces(const Message& message,
                       std::optional<std::chrono::milliseconds> deadline = std::nullopt);
  InnerPieces(const InnerPieces&) = delete;
  InnerPieces& operator=(const InnerPieces&) = delete;

  [[nodiscard]] std::span<const ByteView> view() const { return pieces_; }
  /// Of the blob that they are sealed to.
  [[nodiscard]] std::size_t sealed_bytes() const;

 private:
  Bytes head_;
  std::array<ByteView, 2> pieces_;
};

/// The message that carries `blob`; `recipient` is empty for a Broadcast.
[[nodiscard]] Message make_outer(MessageType type, std::string id, std::string_view recipient,
                                 Bytes blob);

/// What is answered to a Command that came past its deadline; and whether an answer is that.
[[nodiscard]] Message make_expired(const Message& command);
[[nodiscard]] bool says_expired(const Message& response);
[[nodiscard]] Message make_pong(const Message& ping);
[[nodiscard]] Message make_ping(const std::string& device);

}  // namespace malinka::client
