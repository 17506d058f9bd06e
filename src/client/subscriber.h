// SPDX-License-Identifier: MIT
// The client without a thread of its own: joined as one subscriber of one channel, and back again
// whenever the link was lost. The agent runs it on its loop; malinka::Client gives it a thread.

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/sealing.h"
#include "link/connector.h"
#include "malinka/client.h"
#include "malinka/stream.h"
#include "net/loop.h"
#include "protocol/join.h"

namespace malinka::client {

struct SubscriberSettings {
  link::HubUrl hub;
  std::string channel;
  std::string name;
  std::string key;                   ///< Empty: none.
  std::optional<Sealing> sealing{};  ///< Nothing: messages are plain.
  bool is_device = false;
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
  std::size_t outbox_bytes_max = 64U
                                 << 20;  ///< What may wait to be sent; beyond it, sending fails.
};

/// The fingerprint of the identity in `settings`; empty where there is none.
[[nodiscard]] std::string fingerprint_of(const SubscriberSettings& settings);

/// What its owner hears, on the loop's thread, never inside a call to the subscriber.
class SubscriberHandler {
 public:
  virtual void on_status(const ClientStatus& status) noexcept = 0;
  virtual void on_command(Message command, Access access) noexcept = 0;
  virtual void on_event(const Message& event) noexcept = 0;

 protected:
  ~SubscriberHandler() = default;
};

using AnswerHandler = std::move_only_function<void(const Answer&)>;
using DoneHandler = std::move_only_function<void()>;
/// The stream is null where none was accepted.
using OpenedHandler = std::move_only_function<void(const Answer&, std::unique_ptr<StreamEnd>)>;

/// **Loop-bound.** Back-off doubles from 0.5 s to 60 s with full jitter; at once when the network
/// came back; 401 every 60 s; replaced (4409) every 5 minutes; 429 and 503 as the hub asks.
class Subscriber {
 public:
  [[nodiscard]] static std::unique_ptr<Subscriber> start(net::Loop& loop,
                                                         const SubscriberSettings& settings,
                                                         SubscriberHandler& handler);
  virtual ~Subscriber() = default;

  /// `on_answer` once for each recipient (docs/protocol.md section 4 says who answers for the
  /// absent), then `on_done`.
  virtual void request(Request request, AnswerHandler on_answer, DoneHandler on_done) = 0;
  /// Answers `command`, once; dropped when the link it came by is gone. Errors: as
  /// Client::broadcast.
  virtual Result<void> answer(const Message& command, Answer answer) = 0;
  /// Asks its one recipient for a stream; `on_opened` comes once. The stream must not outlive
  /// `handler`.
  virtual void open_stream(Request request, StreamHandler& handler, OpenedHandler on_opened) = 0;
  /// Answers `command`, and opens the stream that it asks for. Null where that cannot be, which it
  /// has been answered then.
  virtual std::unique_ptr<StreamEnd> accept_stream(const Message& command, Answer answer,
                                                   StreamHandler& handler) = 0;
  virtual Result<void> broadcast(std::string name, std::string value, std::optional<Blob> blob,
                                 Access see) = 0;
  /// Wants to be told what devices of a sealed channel broadcast.
  virtual void listen() = 0;

  /// As those of Client.
  [[nodiscard]] virtual std::string fingerprint(std::string_view device) const = 0;
  [[nodiscard]] virtual std::string changed_fingerprint(std::string_view device) const = 0;
  [[nodiscard]] virtual Result<void> trust(const std::string& device,
                                           std::string_view fingerprint) = 0;

  [[nodiscard]] virtual const ClientStatus& status() const = 0;
  [[nodiscard]] virtual std::vector<Member> members() const = 0;
  [[nodiscard]] virtual bool is_crowd() const = 0;
  /// Sends what waits, closes with 1000, then calls `on_closed`; by then `timeout` has passed at
  /// most.
  virtual void close(std::chrono::milliseconds timeout, net::Task on_closed) = 0;
};

}  // namespace malinka::client
