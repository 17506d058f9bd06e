// SPDX-License-Identifier: MIT
#include "hub/far_member.h"

#include <utility>

#include "base/limits.h"
#include "hub/outpost.h"

namespace malinka::hub {

bool FarMember::queue(const ParcelRef& parcel) noexcept {
  if (mail_.has_room_for(parcel)) {
    mail_.deliver(parcel, id());
    return true;
  }
  if (drops_.is_empty()) mail_.add_receipt([tell = tell_drops_, id = id()] { tell(id); });
  drops_.note(parcel->label());
  if (parcel->label().sender == hub_id) ++counters_.reports_dropped;
  return false;
}

bool FarMember::send_burst(const Burst& burst) noexcept {
  if (!mail_.has_room_for(burst.joined())) return false;
  mail_.deliver(burst, id());
  return true;
}

bool FarMember::probe(std::chrono::milliseconds timeout, AnswerHandler on_answer) {
  if (probes_.size() >= limits::replace_waiting_max) return false;
  probes_.push_back(std::move(on_answer));
  if (probes_.size() == 1)
    mail_.add([&outpost = mail_.outpost(), id = id(), timeout] { outpost.probe(id, timeout); });
  return true;
}

void FarMember::answer_probes(bool is_alive) {
  for (AnswerHandler& on_answer : std::exchange(probes_, {})) on_answer(is_alive);
}

DropCounts FarMember::take_drops() { return drops_.take(); }

}  // namespace malinka::hub
