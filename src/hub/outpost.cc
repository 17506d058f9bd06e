// SPDX-License-Identifier: MIT
#include "hub/outpost.h"

#include <utility>

#include "base/limits.h"

namespace malinka::hub {
namespace {

// What a letter takes beside its payload, about.
constexpr std::size_t letter_bytes = 256;

}  // namespace

void Outpost::add(Session& session, std::string channel, std::size_t home) {
  seats_[session.id()] = {
      .session = &session, .name = session.name(), .channel = std::move(channel), .home = home};
}

Session* Outpost::find(MemberId member) const {
  const auto found = seats_.find(member);
  return found == seats_.end() ? nullptr : found->second.session;
}

// From home.

void Outpost::deliver(const Delivery& delivery) noexcept {
  if (delivery.joined) return deliver_burst(delivery);
  deliver_message(delivery);
}

void Outpost::deliver_message(const Delivery& delivery) {
  const auto& [label, frame, payload_bytes] = delivery.messages.front();
  const ParcelRef parcel = make_parcel(parts_.memory, label, frame);
  for (const MemberId recipient : delivery.recipients) {
    const Seat& seat = seats_.at(recipient);
    if (seat.session == nullptr)
      report(seat, label, ResponseCode::not_found);
    else if (!seat.session->queue(parcel) && label.sender != hub_id)
      report(seat, label, ResponseCode::unavailable);
  }
}

void Outpost::deliver_burst(const Delivery& delivery) {
  Burst burst;
  for (const auto& [label, frame, payload_bytes] : delivery.messages)
    burst.add({make_parcel(parts_.memory, label, frame), payload_bytes});
  burst.take_joined_frames(parts_.memory, *delivery.joined);
  for (const MemberId recipient : delivery.recipients) {
    Session* const session = seats_.at(recipient).session;
    parts_.counters.broadcasts_dropped +=
        session == nullptr ? burst.count_for(recipient) : burst.deliver_to(*session);
  }
}

void Outpost::note_drops(MemberId member, const DropCounts& drops) {
  if (Session* const session = find(member)) session->note_drops(drops);
}

void Outpost::probe(MemberId member, std::chrono::milliseconds timeout) {
  Session* const session = find(member);
  if (session == nullptr) return;  // Home hears of its end.
  const std::size_t home = seats_.at(member).home;
  const auto on_answer = [this, member, home](bool is_alive) noexcept {
    parts_.mail_to(home).add(
        [&there = parts_.home(home), member, is_alive] { there.on_far_probed(member, is_alive); });
  };
  if (!session->probe(timeout, on_answer)) on_answer(true);
}

void Outpost::close(MemberId member, std::uint16_t code, const std::string& reason) {
  Session* const session = find(member);
  if (session == nullptr) return;
  for (const ParcelRef& parcel : session->take_undelivered())
    report(seats_.at(member), parcel->label(), ResponseCode::not_found);
  session->close(code, reason);
}

void Outpost::close_all(std::size_t home, std::uint16_t code, const std::string& reason) {
  for (const auto& [id, seat] : seats_)
    if (seat.home == home && seat.session != nullptr) seat.session->close(code, reason);
}

// From its own shard.

void Outpost::on_message(Session& session, link::MessageKind kind, ByteView payload) {
  const auto found = seats_.find(session.id());
  if (found == seats_.end()) return;
  Seat& seat = found->second;
  const std::size_t bytes = payload.size() + letter_bytes;
  parts_.incoming_budget.take(bytes);
  seat.bytes_on_the_way += bytes;
  if (seat.bytes_on_the_way > limits::forwarded_bytes_max) session.stop_listening();
  ShardMail& mail = parts_.mail_to(seat.home);
  mail.add([&home = parts_.home(seat.home), id = session.id(), kind,
            said = SharedBytes(Bytes(payload.begin(), payload.end()))] {
    home.on_far_message(id, kind, said.view());
  });
  mail.add_receipt([this, id = session.id(), bytes] { note_received(id, bytes); });
}

void Outpost::note_received(MemberId sender, std::size_t bytes) {
  parts_.incoming_budget.give_back(bytes);
  const auto found = seats_.find(sender);
  if (found == seats_.end()) return;
  Seat& seat = found->second;
  seat.bytes_on_the_way -= bytes;
  if (seat.session != nullptr && seat.bytes_on_the_way <= limits::forwarded_bytes_max)
    seat.session->listen_again();
}

void Outpost::on_passed_over(const Session& session, wire::PassedOver why, std::uint64_t bytes) {
  const auto found = seats_.find(session.id());
  if (found == seats_.end()) return;
  const std::size_t home = found->second.home;
  parts_.mail_to(home).add([&there = parts_.home(home), id = session.id(), why, bytes] {
    there.on_far_passed_over(id, why, bytes);
  });
}

void Outpost::on_expired(const Session& session, const Parcel& parcel) {
  const auto found = seats_.find(session.id());
  if (found != seats_.end()) report(found->second, parcel.label(), ResponseCode::timed_out);
}

void Outpost::on_end(Session& session, link::EndReason reason) {
  const auto found = seats_.find(session.id());
  if (found == seats_.end()) return;
  Seat& seat = found->second;
  for (const ParcelRef& parcel : session.take_undelivered())
    report(seat, parcel->label(), ResponseCode::not_found);
  seat.session = nullptr;
  parts_.mail_to(seat.home).add([&there = parts_.home(seat.home), id = session.id(), reason,
                                 index = parts_.index] { there.on_far_left(id, reason, index); });
}

/// Of Broadcasts and of what the hub says nobody is told: they are counted here.
void Outpost::report(const Seat& seat, const ParcelLabel& label, ResponseCode code) {
  if (label.sender == hub_id) {
    ++parts_.counters.reports_dropped;
    return;
  }
  if (label.type == MessageType::broadcast) {
    ++parts_.counters.broadcasts_dropped;
    return;
  }
  parts_.mail_to(seat.home).add([&there = parts_.home(seat.home), channel = seat.channel, label,
                                 name = seat.name,
                                 code] { there.on_far_undelivered(channel, label, name, code); });
}

}  // namespace malinka::hub
