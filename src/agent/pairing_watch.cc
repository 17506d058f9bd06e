// SPDX-License-Identifier: MIT
#include "agent/pairing_watch.h"

#include <utility>

#include "base/try.h"
#include "malinka/pairing.h"

namespace malinka::agent {
namespace {

constexpr std::chrono::seconds retry_step{1};

}  // namespace

/// What a look found: nothing new, or where to join.
struct PairingWatch::Outcome {
  ChannelLink link;
  std::optional<client::SubscriberSettings> subscriber;
};

Result<std::unique_ptr<PairingWatch>> PairingWatch::open(net::Loop& loop, os::WorkerPool& workers,
                                                         const Place& place, Handler on_change) {
  std::unique_ptr<PairingWatch> watch(new PairingWatch(loop, workers, place, std::move(on_change)));
  watch->file_ = TRY(os::FileWatch::open(loop, pairing_path(place.paired->state_folder),
                                         [own = watch.get()] { own->look(); }));
  watch->look();  // It may have changed since `place` was read.
  return watch;
}

PairingWatch::PairingWatch(net::Loop& loop, os::WorkerPool& workers, const Place& place,
                           Handler on_change)
    : loop_(loop),
      workers_(workers),
      subscriber_(place.subscriber),
      paired_(*place.paired),
      on_change_(std::move(on_change)),
      self_(std::make_shared<PairingWatch*>(this)) {}

PairingWatch::~PairingWatch() {
  *self_ = nullptr;
  loop_.cancel(retry_);
}

void PairingWatch::look() {
  loop_.cancel(std::exchange(retry_, net::no_timer));
  if (is_looking_) {
    has_changed_again_ = true;
    return;
  }
  if (!workers_.has_room()) {
    retry_ = loop_.after(retry_step, [this] { look(); });
    return;
  }
  is_looking_ = true;
  const auto read = [subscriber = subscriber_, paired = paired_]() -> Result<Outcome> {
    const std::optional<ChannelLink> link = TRY(read_pairing(paired.state_folder));
    // Of one that is gone the device is no less a member; the next start makes another.
    if (!link || (link->channel == paired.link.channel && link->password == paired.link.password))
      return Outcome{paired.link, std::nullopt};
    return Outcome{*link, TRY(move_place(subscriber, *link, paired.is_sealed))};
  };
  workers_.submit<Result<Outcome>>(read, [self = self_](Result<Outcome> outcome) {
    if (*self != nullptr) (*self)->take(std::move(outcome));
  });
}

void PairingWatch::take(Result<Outcome> outcome) {
  is_looking_ = false;
  if (std::exchange(has_changed_again_, false)) return look();
  if (!outcome) return on_change_(std::unexpected(std::move(outcome.error())));
  paired_.link = outcome->link;
  if (outcome->subscriber) on_change_(*std::move(outcome->subscriber));
}

}  // namespace malinka::agent
