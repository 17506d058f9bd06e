// SPDX-License-Identifier: MIT
// A WebSocket connection after its handshake: messages in, frames out, pings, and an end that is
// told once. RFC 6455 sections 5 to 7.

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/shared_bytes.h"
#include "link/heartbeats.h"
#include "link/keep_alive.h"
#include "link/send_queue.h"
#include "net/loop.h"
#include "net/send_batcher.h"
#include "net/stream.h"
#include "wire/close_code.h"
#include "wire/frame.h"
#include "wire/message_decoder.h"

namespace malinka::link {

/// What every connection of one thread shares: its loop, its batcher, the one read buffer, what
/// their incomplete messages may take up together, and their heartbeats. Outlives them.
struct Engine {
  net::Loop& loop;
  net::SendBatcher& batcher;
  std::span<std::byte> read_buffer;
  SharedBudget* incoming_budget = nullptr;  ///< Null: bounded for each connection alone.
  Heartbeats heartbeats{loop};
};

struct ConnectionSettings {
  wire::Role role = wire::Role::server;  ///< Which end we are.
  std::size_t message_bytes_max = 0;
  std::chrono::milliseconds heartbeat{0};   ///< Between pings; dropped when silent for twice that.
  std::chrono::milliseconds close_wait{0};  ///< How long the peer may take to answer our close.
};

enum class MessageKind { text, binary };

enum class EndReason {
  closed_by_peer,  ///< A close frame came first from the other side.
  closed_by_us,    ///< close() was called, and answered or waited for.
  lost,            ///< The stream ended or failed without a close.
  silent,          ///< Nothing came for twice the heartbeat.
  violation,       ///< The peer broke RFC 6455; it was told by a close code.
};

struct End {
  EndReason reason = EndReason::lost;
  wire::CloseStatus status;  ///< What the peer said, where it did; else what we said.
};

/// A connection between two loops: its stream, what was read of it and not looked at, and what was
/// not sent. Destroying it closes it. **Value**; whoever has it may be any thread.
struct DetachedConnection {
  std::unique_ptr<net::Stream> stream;
  Bytes unread{};
  SendQueue unsent{};
  SharedBytes pong{};  ///< The answer to the last ping, where that is not among what is unsent.
};

/// What a connection tells its owner, on the loop's thread. Not owned; must outlive the connection,
/// or be replaced by set_handler.
class ConnectionHandler {
 public:
  /// The payload is valid during the call only.
  virtual void on_message(MessageKind kind, ByteView payload) noexcept = 0;
  /// A message, of which so many bytes were announced, will not be told.
  virtual void on_passed_over(MessageKind kind, wire::PassedOver why,
                              std::uint64_t bytes) noexcept = 0;
  /// The next frame to send, whole, or nothing. Asked for only while the stream takes more: at the
  /// turn's end, and when the peer closes or breaks a rule, for what goes before our close.
  [[nodiscard]] virtual std::optional<SharedBytes> next_frame() noexcept = 0;
  /// Exactly once, and the last call. The owner disposes of the connection by Loop::dispose.
  virtual void on_end(const End& end) noexcept = 0;

 protected:
  ~ConnectionHandler() = default;
};

/// **Loop-bound.** Owned by whoever is its handler; hand it to Loop::dispose to destroy it.
/// Destroying it without close() just closes the socket.
class Connection : public net::Disposable {
 public:
  /// `early_bytes` came behind the handshake's head. Nothing is told before the next turn.
  [[nodiscard]] static std::unique_ptr<Connection> start(Engine& engine,
                                                         std::unique_ptr<net::Stream> stream,
                                                         const ConnectionSettings& settings,
                                                         ByteView early_bytes,
                                                         ConnectionHandler& handler);
  /// Goes on where detach() ended, on the loop of `engine`. Nothing is told before the next turn.
  [[nodiscard]] static std::unique_ptr<Connection> attach(Engine& engine,
                                                          DetachedConnection detached,
                                                          const ConnectionSettings& settings,
                                                          ConnectionHandler& handler);

  virtual void set_handler(ConnectionHandler& handler) = 0;
  virtual void set_message_bytes_max(std::size_t limit) = 0;
  virtual void set_heartbeat(std::chrono::milliseconds heartbeat) = 0;

  /// There are frames: next_frame will be asked at the turn's end.
  virtual void wake() = 0;
  /// Takes whole frames that go before those of next_frame. False, and takes nothing, once an end
  /// has begun, and while the peer takes no more than it was sent.
  [[nodiscard]] virtual bool send_ahead(SharedBytes frames) = 0;
  /// Stops reading (the peer's window fills) or goes on. What was read already waits as well.
  /// Meanwhile the heartbeat forgives silence, though not a peer that takes nothing of what it is
  /// sent; and a probe hears nothing.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;
  /// Takes the connection off its loop, to be attached to another: no byte of it is copied or lost.
  /// Only where reading was paused when a message was told, and after that call. Then it tells
  /// nothing any more, and is to be disposed of. Nothing where its end is about to be told.
  [[nodiscard]] virtual std::optional<DetachedConnection> detach() = 0;
  /// Pings now; `on_answer` is told true when anything at all arrives within `timeout`, else false;
  /// or never, when the connection ends first.
  virtual void probe(std::chrono::milliseconds timeout,
                     std::move_only_function<void(bool) noexcept> on_answer) = 0;
  /// Sends what next_frame still has, then the close; ends when it is answered or close_wait is
  /// over.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  /// Ends at once, in a later turn, as `lost`. No other call comes before that; and not even that
  /// one, where the connection is disposed of in the same turn.
  virtual void abort() = 0;

  [[nodiscard]] virtual std::string peer_address() const = 0;
  [[nodiscard]] virtual bool is_closing() const = 0;
};

}  // namespace malinka::link
