// SPDX-License-Identifier: MIT
// One loop's part of a hub: its connections, sessions and channels, put together.

#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "hub/channel/registry.h"
#include "hub/config.h"
#include "hub/gate/gate.h"
#include "hub/metrics/counters.h"
#include "hub/routing/router.h"
#include "hub/session/session.h"

namespace malinka::hub {

/// **Loop-bound.** The loop outlives it, and has come to its end before it is destroyed.
class Shard final : public SessionHandler, public Reception {
 public:
  /// Sends plainly without a ring.
  Shard(net::Loop& loop, const Config& config, WebSite site,
        std::unique_ptr<net::SendRing> ring = nullptr);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  /// A new connection; TLS, if any, is under the stream already.
  void accept(std::unique_ptr<net::Stream> stream);

  /// Says 1001 to everyone behind what is queued for them; `on_stopped` is called once all are
  /// gone, and at the latest after limits::close_seconds.
  void stop(net::Task on_stopped);

  [[nodiscard]] Gauges gauges() const;
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  void on_message(Session& session, link::MessageKind kind, ByteView payload) noexcept override;
  void on_passed_over(Session& session, wire::PassedOver why,
                      std::uint64_t bytes) noexcept override;
  void on_expired(Session& session, const Parcel& parcel) noexcept override;
  void on_end(Session& session, link::EndReason reason) noexcept override;

  void admit(Admission admission) noexcept override;
  [[nodiscard]] bool probe(const Member& member,
                           std::move_only_function<void(bool) noexcept> on_answer) override;
  [[nodiscard]] bool is_full() const override;
  void on_visitor_gone() noexcept override { tell_when_stopped(); }

  void replace(Session& session);
  void answer_join(const Channel& channel, Session& session);
  void leave_channel(Session& session, protocol::LeaveReason reason);
  void tell_crowds_later();
  [[nodiscard]] std::size_t connection_count() const;
  void tell_when_stopped();

  net::Loop& loop_;
  const Config config_;
  net::SendBatcher batcher_;
  Bytes read_buffer_;
  SharedBudget incoming_budget_;
  QueueMemory memory_;
  Counters counters_;
  Registry registry_;
  Router router_;
  MemberId last_member_id_ = hub_id;
  std::unordered_map<MemberId, std::unique_ptr<Session>> sessions_;
  Gate gate_;
  net::TimerId presence_timer_ = net::no_timer;
  net::Task on_stopped_;  // Set while stopping.
  net::TimerId stop_timer_ = net::no_timer;
  bool is_stopping_ = false;
};

}  // namespace malinka::hub
