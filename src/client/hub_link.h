// SPDX-License-Identifier: MIT
// The way to the hub: dial, join, and back again whenever that failed or was lost. What the
// messages mean is for others. docs/protocol.md section 2.

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "client/outbox.h"
#include "client/retry_schedule.h"
#include "client/subscriber.h"
#include "link/connection.h"
#include "link/connector.h"
#include "net/loop.h"
#include "protocol/join.h"

namespace malinka::client {

/// A link that lasted this long was no mistake: the back-off begins anew.
inline constexpr std::chrono::seconds stable_link = std::chrono::seconds(10);
/// How long the hub has to show that it is still there when the network changed.
inline constexpr std::chrono::seconds probe_wait = std::chrono::seconds(5);

/// Begins one attempt; tests hand in streams in memory.
using ConnectFunction = std::move_only_function<std::unique_ptr<link::Connector>(
    link::ConnectionHandler&, link::ConnectHandler)>;

/// What a HubLink tells, on the loop's thread, never inside a call to it.
class HubLinkHandler {
 public:
  virtual void on_link_joined(const protocol::JoinAnswer& answer, bool takes_binary) noexcept = 0;
  virtual void on_link_message(link::MessageKind kind, ByteView payload) noexcept = 0;
  /// Nothing waits, and the link takes more: one message may be sent now that has waited for that.
  /// Told after wake(), and after on_link_room has sent one.
  virtual void on_link_room() noexcept = 0;
  /// After on_link_joined: it will be joined again, or on_link_status says why not.
  virtual void on_link_lost() noexcept = 0;
  virtual void on_link_status(const ClientStatus& status) noexcept = 0;

 protected:
  ~HubLinkHandler() = default;
};

/// **Loop-bound.** Its handler outlives it.
class HubLink final : private link::ConnectionHandler {
 public:
  /// Begins in a later turn. `instance` tells this process from others of the same name.
  HubLink(net::Loop& loop, const SubscriberSettings& settings, ConnectFunction connect,
          RetrySchedule retry, HubLinkHandler& handler);
  ~HubLink();

  /// Errors: std::errc::not_connected, std::errc::no_buffer_space.
  [[nodiscard]] Result<void> send(SharedBytes frame);
  /// Has on_link_room told when the link takes more.
  void wake();
  /// Whether send() would take a frame of so many bytes now.
  [[nodiscard]] bool has_room(std::size_t bytes) const { return outbox_.has_room(bytes); }
  /// Tries at once instead of waiting out a loss; asks a link that seems alive whether it is.
  void network_changed();
  /// Sends what waits and closes with 1000. `on_closed` comes in a later turn, after `timeout` at
  /// most.
  void close(std::chrono::milliseconds timeout, net::Task on_closed);

  [[nodiscard]] bool is_joined() const { return phase_ == Phase::joined; }
  [[nodiscard]] const ClientStatus& status() const { return status_; }

 private:
  enum class Phase {
    waiting,  ///< For the timer of the next attempt.
    connecting,
    joining,  ///< Connected; the join's answer is awaited.
    joined,
    given_up,  ///< Refused for good, or replaced.
    closing,
    closed,
  };

  void on_message(link::MessageKind kind, ByteView payload) noexcept override;
  void on_passed_over(link::MessageKind kind, wire::PassedOver why,
                      std::uint64_t bytes) noexcept override;
  std::optional<SharedBytes> next_frame() noexcept override;
  void on_end(const link::End& end) noexcept override;

  void attempt();
  void on_connected(Result<link::Connected> connected);
  void take_join_outcome(link::MessageKind kind, ByteView payload);
  void take_join_answer(const protocol::JoinAnswer& answer);
  void give_up_link(Error why);
  [[nodiscard]] Setback setback_of(const link::End& end);
  void retry_after(const Setback& setback);
  void finish_close();
  void tell(ClientState state, Error error, int refusal_code = 0);
  void set_timer(std::chrono::milliseconds delay, net::Task task);
  void cancel_timer();

  net::Loop& loop_;
  protocol::Join join_;
  std::chrono::milliseconds connect_timeout_;
  ConnectFunction connect_;
  RetrySchedule retry_;
  HubLinkHandler& handler_;

  Phase phase_ = Phase::waiting;
  ClientStatus status_;
  std::unique_ptr<link::Connector>
      connector_;  // Kept after it is done: it must not die in its own callback.
  std::unique_ptr<link::Connection> connection_;
  bool takes_binary_ = false;
  Outbox outbox_;
  bool is_offering_room_ = false;                 // Inside on_link_room.
  std::optional<protocol::JoinRefusal> refusal_;  // Of this link, until its end.
  Error lost_because_;                            // Set where we ended the link ourselves.
  bool is_waiting_out_a_loss_ = false;            // The network's return is reason to try at once.
  Steady joined_at_;
  net::TimerId timer_ = net::no_timer;  // Of the phase: next attempt, join's answer, or close.
  net::Task on_closed_;
};

}  // namespace malinka::client
