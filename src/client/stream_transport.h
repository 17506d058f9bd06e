// SPDX-License-Identifier: MIT
// What the streams of a subscriber need of it.

#pragma once

#include <string>

#include "client/open_commands.h"
#include "malinka/message.h"
#include "malinka/result.h"
#include "net/loop.h"

namespace malinka::client {

/// Which stream of this subscriber: its other end, the opening Command's id, and which of the two
/// asked. Where this end is the device's, also the way that the Command came: an answer leaves by
/// no other.
struct StreamKey {
  enum class Side { requester, executor };

  Side side = Side::requester;
  std::string peer;
  std::string id;  ///< A JSON token.
  OpenCommands::Way way{};

  [[nodiscard]] auto operator<=>(const StreamKey&) const = default;
};

/// **Loop-bound.**
class StreamTransport {
 public:
  /// Sends a message of a stream to its other end at once. Gives the id by which the hub would
  /// report it. Errors: as Client::broadcast.
  virtual Result<std::string> send_stream_message(const StreamKey& key, const Message& message) = 0;
  /// Streams::send_next is to be called when nothing else waits and the link takes more.
  virtual void want_link() = 0;
  /// Runs `task` in a later turn, unless the streams are gone by then.
  virtual void call_later(net::Task task) = 0;

 protected:
  ~StreamTransport() = default;
};

}  // namespace malinka::client
