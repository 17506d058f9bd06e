// SPDX-License-Identifier: MIT
// A member of a wide channel whose session is on another shard: what stands for it at home.

#pragma once

#include <functional>
#include <vector>

#include "hub/channel/channel.h"
#include "hub/metrics/counters.h"
#include "hub/session/drop_ledger.h"
#include "hub/shard_mail.h"

namespace malinka::hub {

/// **Loop-bound** to the shard that its channel lives on. What it is queued goes there by mail;
/// what finds no room there comes back as undelivered.
class FarMember final : public Member {
 public:
  using AnswerHandler = std::move_only_function<void(bool) noexcept>;

  /// `tell_drops` is called once there is room again after something was dropped here.
  FarMember(Profile profile, ShardMail& mail, Counters& counters,
            std::function<void(MemberId)> tell_drops)
      : Member(std::move(profile)),
        mail_(mail),
        counters_(counters),
        tell_drops_(std::move(tell_drops)) {}
  ~FarMember() = default;
  FarMember(const FarMember&) = delete;
  FarMember& operator=(const FarMember&) = delete;

  bool queue(const ParcelRef& parcel) noexcept override;
  /// Also one that may not go whole: there it is taken apart.
  bool send_burst(const Burst& burst) noexcept override;
  /// As Session::probe.
  [[nodiscard]] bool probe(std::chrono::milliseconds timeout, AnswerHandler on_answer);
  void answer_probes(bool is_alive);
  [[nodiscard]] DropCounts take_drops();

  [[nodiscard]] ShardMail& mail() const { return mail_; }
  [[nodiscard]] Channel& channel() const { return *channel_; }
  void set_channel(Channel& channel) { channel_ = &channel; }

 private:
  ShardMail& mail_;
  Counters& counters_;
  std::function<void(MemberId)> tell_drops_;
  Channel* channel_ = nullptr;  // The registry's: it is in it for as long as it lives.
  std::vector<AnswerHandler> probes_;
  DropLedger drops_;
};

}  // namespace malinka::hub
