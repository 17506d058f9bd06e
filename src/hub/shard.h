// SPDX-License-Identifier: MIT
// One loop's part of a hub: its connections, sessions and channels, put together. A channel lives
// on one shard, and who joins it moves there.

#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "base/tally.h"
#include "hub/channel/registry.h"
#include "hub/commons.h"
#include "hub/config.h"
#include "hub/far_member.h"
#include "hub/gate/gate.h"
#include "hub/metrics/counters.h"
#include "hub/outpost.h"
#include "hub/routing/router.h"
#include "hub/session/session.h"
#include "hub/session/session_list.h"
#include "hub/spread.h"

namespace malinka::hub {

/// **Loop-bound** but for gauges() and counters(). The loop outlives it, and has come to its end
/// before it is destroyed.
class Shard final : public SessionHandler,
                    public Reception,
                    public HomeShard,
                    public FarMemberHost {
 public:
  /// The only shard of a hub. Sends plainly without a ring.
  Shard(net::Loop& loop, const Config& config, WebSite site,
        std::unique_ptr<net::SendRing> ring = nullptr);
  /// One of several, which share `commons`.
  Shard(net::Loop& loop, const Config& config, WebSite site, Commons& commons,
        std::unique_ptr<net::SendRing> ring = nullptr);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  /// A new connection, for one shard or another; TLS, if any, is under the stream already. One
  /// shard of a hub alone is asked.
  void accept(std::unique_ptr<net::Stream> stream);

  /// Says 1001 to everyone behind what is queued for them; `on_stopped` is called after
  /// limits::close_seconds at the latest, and once all connections of the hub are gone by the shard
  /// that sees the last of them go.
  void stop(net::Task on_stopped);

  [[nodiscard]] Gauges gauges() const;
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  Shard(net::Loop& loop, const Config& config, WebSite site, std::unique_ptr<Commons> commons,
        std::unique_ptr<net::SendRing> ring);

  void on_message(Session& session, link::MessageKind kind, ByteView payload) noexcept override;
  void on_passed_over(Session& session, wire::PassedOver why,
                      std::uint64_t bytes) noexcept override;
  void on_expired(Session& session, const Parcel& parcel) noexcept override;
  void on_end(Session& session, link::EndReason reason) noexcept override;

  void admit(Admission admission) noexcept override;
  [[nodiscard]] bool probe(Member& member,
                           std::move_only_function<void(bool) noexcept> on_answer) override;
  [[nodiscard]] bool is_home_of(std::string_view channel) const override;
  void send_home(Traveller traveller) noexcept override;
  [[nodiscard]] bool is_next_far(std::string_view channel) const override;
  void admit_far(Traveller traveller) noexcept override;
  [[nodiscard]] bool is_full() const override;
  void on_visitor_gone() noexcept override { on_connection_gone(); }

  void on_far_message(MemberId from, link::MessageKind kind, ByteView payload) noexcept override;
  void on_far_passed_over(MemberId from, wire::PassedOver why,
                          std::uint64_t bytes) noexcept override;
  void on_far_probed(MemberId member, bool is_alive) noexcept override;
  void on_far_undelivered(const std::string& channel, const ParcelLabel& label,
                          const std::string& recipient, ResponseCode code) noexcept override;
  void on_far_left(MemberId member, link::EndReason reason, std::size_t outpost) noexcept override;

  void ask(const FarMember& member, std::chrono::milliseconds timeout) noexcept override;
  void on_room_again(MemberId member) noexcept override;

  [[nodiscard]] Profile make_profile(const protocol::Join& join, bool takes_binary);
  Session& add_session(std::unique_ptr<Session> session);
  [[nodiscard]] Session& session_of(Member& member);
  void settle(Settler settler);
  void drop_rival(const protocol::Join& join);
  void replace(Session& session);
  void replace_far(FarMember& member);
  Channel& enter(const protocol::Join& join, Member& member);
  void answer_join(const Channel& channel, Member& member);
  void leave_channel(Session& session, protocol::LeaveReason reason);
  void leave_channel(FarMember& member, protocol::LeaveReason reason);
  void route(Channel& channel, Member& sender, link::MessageKind kind, ByteView payload);
  [[nodiscard]] ShardMail& mail_to(std::size_t shard);
  [[nodiscard]] Outpost& outpost_of(const FarMember& member) const;
  void send_mail();
  void tell_crowds_later();
  [[nodiscard]] MemberId make_member_id();
  void on_connection_gone();
  void tell_when_stopped();

  std::unique_ptr<Commons> own_commons_;  // Of the only shard; else null.
  net::Loop& loop_;
  Commons& commons_;
  const std::size_t index_;
  const Config config_;
  net::SendBatcher batcher_;
  Bytes read_buffer_;
  SharedBudget incoming_budget_;
  link::Engine engine_;
  QueueMemory memory_;
  Counters counters_;
  const SessionContext session_context_;
  Registry registry_;
  Router router_;
  MemberId members_made_ = 0;
  SessionList sessions_;
  std::vector<std::unique_ptr<ShardMail>> mail_;  // By shard; null where there was none yet.
  std::unordered_map<MemberId, std::unique_ptr<FarMember>> far_members_;
  Outpost outpost_;
  Spread spread_;
  Tally session_count_;  // As many as there are in sessions_.
  Tally uses_ring_;      // 1 where the batcher did at the end of the last turn.
  Gate gate_;
  net::TimerId presence_timer_ = net::no_timer;
  net::Task on_stopped_;  // Set while stopping.
  net::TimerId stop_timer_ = net::no_timer;
  bool is_stopping_ = false;
};

}  // namespace malinka::hub
