// SPDX-License-Identifier: MIT
// The agent: a subscriber of one channel, a dispatcher behind it, and the capabilities behind that.
// It moves to another channel when the device is paired anew.

#pragma once

#include <memory>
#include <optional>

#include "agent/config.h"
#include "agent/dispatch/dispatcher.h"
#include "agent/notices.h"
#include "agent/open_streams.h"
#include "agent/os/worker_pool.h"
#include "agent/pairing_watch.h"
#include "client/subscriber.h"
#include "net/loop.h"

namespace malinka::agent {

/// **Loop-bound.**
class Agent final : client::SubscriberHandler, dispatch::Bus {
 public:
  /// Makes the capabilities, which may block, and begins to join. `loop` must outlive it.
  /// Errors: those of add_capabilities.
  [[nodiscard]] static Result<std::unique_ptr<Agent>> start(net::Loop& loop, Config config);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  /// Answers what still runs, leaves the channel in order, and calls `on_stopped`: after 5 s at
  /// most.
  void stop(net::Task on_stopped);

 private:
  Agent(net::Loop& loop, Config config);

  void on_status(const ClientStatus& status) noexcept override;
  void on_command(Message command, Access access) noexcept override;
  void on_event(const Message&) noexcept override {}

  void respond(const Message& command, dispatch::Response response) override;
  void announce(std::string_view event, std::string value, std::optional<Blob> blob,
                Access see) override;
  [[nodiscard]] dispatch::ChannelKind channel_kind() const override;

  void tell_link() const;
  void report_problems() const;
  void watch_pairing();
  void move(client::SubscriberSettings subscriber);
  void join();
  void watch_deadlines();

  net::Loop& loop_;
  Config config_;  // Of which the place alone changes.
  Notices notices_;
  bool is_guarded_ = false;
  net::TimerId deadline_timer_ = net::no_timer;
  os::WorkerPool workers_;
  dispatch::Dispatcher dispatcher_;  // Its capabilities use the workers.
  OpenStreams streams_;              // Their tasks use the capabilities.
  std::unique_ptr<client::Subscriber> subscriber_;
  std::unique_ptr<PairingWatch> pairing_watch_;     // Nothing: the channel was given.
  std::optional<client::SubscriberSettings> next_;  // Where to join once this channel is left.
  net::TimerId join_timer_ = net::no_timer;
};

}  // namespace malinka::agent
