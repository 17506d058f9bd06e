// SPDX-License-Identifier: MIT
#include "hub/shard_mail.h"

#include <utility>

#include "hub/outpost.h"

namespace malinka::hub {
namespace {

/// What of it may go to another thread: the parcels stay.
Delivery make_delivery(const ParcelRef& delivered, const std::vector<BurstMessage>& burst) {
  if (burst.empty()) return {.messages = {{delivered->label(), delivered->frame()}}};
  Delivery delivery{.messages = {}, .joined = delivered->frame()};
  for (const auto& [parcel, payload_bytes] : burst)
    delivery.messages.push_back({parcel->label(), parcel->frame(), payload_bytes});
  return delivery;
}

}  // namespace

void ShardMail::add(net::Task letter) {
  end_delivery();
  letters_.push_back(std::move(letter));
}

void ShardMail::add_receipt(net::Task receipt) { receipts_.push_back(std::move(receipt)); }

void ShardMail::deliver(const ParcelRef& parcel, MemberId recipient) {
  if (parcel != delivered_) begin_delivery(parcel);
  recipients_.push_back(recipient);
}

void ShardMail::deliver(const Burst& burst, MemberId recipient) {
  if (burst.joined() != delivered_) {
    begin_delivery(burst.joined());
    burst_.assign(burst.messages().begin(), burst.messages().end());
  }
  recipients_.push_back(recipient);
}

bool ShardMail::has_room_for(const ParcelRef& parcel) const {
  if (bytes_on_the_way_ == 0 || delivered_ == parcel) return true;
  return memory_.leaves_enough(bytes_on_the_way_ + parcel->bytes());
}

void ShardMail::begin_delivery(const ParcelRef& parcel) {
  end_delivery();
  delivered_ = parcel;
  bytes_on_the_way_ += parcel->bytes();
}

void ShardMail::end_delivery() {
  if (!delivered_) return;
  Delivery delivery = make_delivery(delivered_, burst_);
  delivery.recipients = std::exchange(recipients_, {});
  letters_.emplace_back(
      [&outpost = ends_.outpost, delivery = std::move(delivery)] { outpost.deliver(delivery); });
  // The parcels count here until they are counted there.
  receipts_.emplace_back(
      [this, parcel = std::exchange(delivered_, nullptr), burst = std::exchange(burst_, {})] {
        bytes_on_the_way_ -= parcel->bytes();
      });
}

void ShardMail::send() {
  end_delivery();
  if (letters_.empty() && receipts_.empty()) return;
  awaited_.push_back(std::exchange(receipts_, {}));
  ends_.there.post([this, &here = ends_.here, letters = std::exchange(letters_, {})]() mutable {
    for (net::Task& letter : letters) letter();
    letters.clear();
    here.post([this] { on_handled(); });
  });
}

void ShardMail::on_handled() {
  std::vector<net::Task> receipts = std::move(awaited_.front());
  awaited_.pop_front();
  for (net::Task& receipt : receipts) receipt();
}

}  // namespace malinka::hub
