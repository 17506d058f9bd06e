// SPDX-License-Identifier: MIT
#include "hub/shard_mail.h"

#include <algorithm>
#include <utility>

namespace malinka::hub {
namespace {

// A message goes out as text, as binary, or as both: to some this, to others that.
constexpr std::size_t forms_max = 2;

}  // namespace

void ShardMail::add(net::Task letter) {
  end_drafts();
  letters_.push_back(std::move(letter));
}

void ShardMail::add_receipt(net::Task receipt) { receipts_.push_back(std::move(receipt)); }

void ShardMail::deliver(const ParcelRef& parcel, MemberId recipient) {
  draft_of(parcel, {}).recipients.push_back(recipient);
}

void ShardMail::deliver(const Burst& burst, MemberId recipient) {
  draft_of(burst.joined(), burst.messages()).recipients.push_back(recipient);
}

bool ShardMail::has_room_for(const ParcelRef& parcel) const {
  if (bytes_on_the_way_ == 0 || find_draft(parcel) != nullptr) return true;
  return memory_.leaves_enough(bytes_on_the_way_ + parcel->bytes());
}

const ShardMail::Draft* ShardMail::find_draft(const ParcelRef& parcel) const {
  const auto found = std::ranges::find(drafts_, parcel, &Draft::parcel);
  return found == drafts_.end() ? nullptr : &*found;
}

/// What another says in between stays in between.
bool ShardMail::may_join_drafts(const Parcel& parcel) const {
  return drafts_.empty() || (drafts_.size() < forms_max &&
                             drafts_.front().parcel->label().sender == parcel.label().sender);
}

ShardMail::Draft& ShardMail::draft_of(const ParcelRef& parcel,
                                      std::span<const BurstMessage> burst) {
  const auto found = std::ranges::find(drafts_, parcel, &Draft::parcel);
  if (found != drafts_.end()) return *found;
  if (!may_join_drafts(*parcel)) end_drafts();
  bytes_on_the_way_ += parcel->bytes();
  return drafts_.emplace_back(
      Draft{.parcel = parcel, .burst = {burst.begin(), burst.end()}, .recipients = {}});
}

/// What of it may go to another thread: the parcels stay.
Delivery ShardMail::make_delivery(Draft& draft) {
  Delivery delivery{.messages = {}, .recipients = std::move(draft.recipients)};
  if (draft.burst.empty()) {
    delivery.messages.push_back({draft.parcel->label(), draft.parcel->frame()});
    return delivery;
  }
  delivery.joined = draft.parcel->frame();
  for (const auto& [parcel, payload_bytes] : draft.burst)
    delivery.messages.push_back({parcel->label(), parcel->frame(), payload_bytes});
  return delivery;
}

/// The parcels count here until they are counted there.
void ShardMail::end_drafts() {
  for (Draft& draft : drafts_) {
    letters_.emplace_back(
        [&handler = ends_.handler, delivery = make_delivery(draft)] { handler.deliver(delivery); });
    receipts_.emplace_back(
        [this, parcel = std::move(draft.parcel), burst = std::move(draft.burst)] {
          bytes_on_the_way_ -= parcel->bytes();
        });
  }
  drafts_.clear();
}

void ShardMail::send() {
  end_drafts();
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
