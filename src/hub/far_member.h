// SPDX-License-Identifier: MIT
// A member of a wide channel whose session is on another shard: what stands for it at home.

#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "hub/channel/channel.h"
#include "hub/metrics/counters.h"
#include "hub/session/drop_ledger.h"
#include "hub/shard_mail.h"

namespace malinka::hub {

class FarMember;

/// Who can reach the sessions of far members. Outlives those.
class FarMemberHost {
 public:
  /// Its session is to be asked for a sign of life; then answer_probes() is called.
  virtual void ask(const FarMember& member, std::chrono::milliseconds timeout) noexcept = 0;
  /// There is room again after something for it was dropped: it is to be told of take_drops().
  virtual void on_room_again(MemberId member) noexcept = 0;

 protected:
  ~FarMemberHost() = default;
};

/// **Loop-bound** to the shard that its channel lives on. What it is queued goes there by mail;
/// what finds no room there comes back as undelivered. The first is the answer to its join, which
/// goes whatever else is on its way.
class FarMember final : public Member {
 public:
  using AnswerHandler = std::move_only_function<void(bool) noexcept>;

  FarMember(Profile profile, ShardMail& mail, Counters& counters, FarMemberHost& host)
      : Member(std::move(profile)), mail_(mail), counters_(counters), host_(host) {}
  ~FarMember() = default;
  FarMember(const FarMember&) = delete;
  FarMember& operator=(const FarMember&) = delete;

  bool queue(const ParcelRef& parcel) noexcept override;
  /// Takes each in any case: one that may not go whole is taken apart there, and where there is no
  /// room, all of it is dropped.
  bool send_burst(const Burst& burst) noexcept override;
  /// As Session::probe.
  [[nodiscard]] bool probe(std::chrono::milliseconds timeout, AnswerHandler on_answer);
  void answer_probes(bool is_alive);
  [[nodiscard]] DropCounts take_drops();

  [[nodiscard]] ShardMail& mail() const { return mail_; }
  [[nodiscard]] Channel& channel() const { return *channel_; }
  void set_channel(Channel& channel) { channel_ = &channel; }

 private:
  void drop(const Parcel& parcel);

  ShardMail& mail_;
  Counters& counters_;
  FarMemberHost& host_;
  Channel* channel_ = nullptr;  // The registry's: it is in it for as long as it lives.
  std::vector<AnswerHandler> probes_;
  DropLedger drops_;
  bool is_answered_ = false;
};

}  // namespace malinka::hub
