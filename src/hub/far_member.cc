// SPDX-License-Identifier: MIT
#include "hub/far_member.h"

#include <utility>

#include "base/limits.h"

namespace malinka::hub {

bool FarMember::queue(const ParcelRef& parcel) noexcept {
  const bool is_join_answer = !std::exchange(is_answered_, true);
  if (!is_join_answer && !mail_.has_room_for(parcel)) {
    drop(*parcel);
    return false;
  }
  mail_.deliver(parcel, id());
  return true;
}

bool FarMember::send_burst(const Burst& burst) noexcept {
  if (mail_.has_room_for(burst.joined())) {
    mail_.deliver(burst, id());
    return true;
  }
  for (const auto& [parcel, payload_bytes] : burst.messages())
    if (parcel->label().sender != id()) drop(*parcel);
  counters_.broadcasts_dropped += burst.count_for(id());
  return true;
}

void FarMember::drop(const Parcel& parcel) {
  if (drops_.is_empty()) mail_.add_receipt([&host = host_, id = id()] { host.on_room_again(id); });
  drops_.note(parcel.label());
  if (parcel.label().sender == hub_id) ++counters_.reports_dropped;
}

bool FarMember::probe(std::chrono::milliseconds timeout, AnswerHandler on_answer) {
  if (probes_.size() >= limits::replace_waiting_max) return false;
  probes_.push_back(std::move(on_answer));
  if (probes_.size() == 1) host_.ask(*this, timeout);
  return true;
}

void FarMember::answer_probes(bool is_alive) {
  for (AnswerHandler& on_answer : std::exchange(probes_, {})) on_answer(is_alive);
}

DropCounts FarMember::take_drops() { return drops_.take(); }

}  // namespace malinka::hub
