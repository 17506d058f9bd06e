// SPDX-License-Identifier: MIT
#include "bench/load/dialect.h"

#include "bench/load/failure.h"

namespace malinka::bench {
namespace {

std::string_view role_letter(SeatRole role) {
  switch (role) {
    case SeatRole::subscriber: return "s";
    case SeatRole::publisher: return "p";
    case SeatRole::asker: return "a";
    case SeatRole::answerer: return "r";
  }
  give_up("no such role");
}

std::string begin_text(const Seat& seat) {
  const std::string end = R"(,"originator":")" + name_of(seat) + R"(","name":"bench.tick")";
  const auto counterpart = [&seat](SeatRole role) {
    return R"(,"recipients":[")" +
           name_of({.role = role, .channel = seat.channel, .number = seat.number}) + "\"]";
  };
  switch (seat.role) {
    case SeatRole::asker:
      return R"({"messageType":"Command","id":"kq3x7f2m9a")" + counterpart(SeatRole::answerer) +
             end;
    case SeatRole::answerer:
      return R"({"messageType":"Response")" + counterpart(SeatRole::asker) +
             R"(,"response":{"requestId":"kq3x7f2m9a","success":true,"responseCode":200})" + end;
    case SeatRole::subscriber:
    case SeatRole::publisher: return R"({"messageType":"Broadcast")" + end;
  }
  give_up("no such role");
}

}  // namespace

std::string name_of(const Seat& seat) {
  return std::string(role_letter(seat.role)) + std::to_string(seat.number);
}

std::string channel_name(std::uint32_t channel) { return "bench-" + std::to_string(channel); }

std::string make_text(const Talk& talk, const Seat& seat) {
  std::string text = begin_text(seat) + R"(,"value":")";
  const std::size_t end_bytes = 1 + stamp_bytes + stamp_tail.size();
  if (text.size() + end_bytes > talk.message_bytes) give_up("messages are too short");
  text.append(talk.message_bytes - end_bytes - text.size(), 'x');
  return text + "#" + std::string(stamp_bytes, '0') + std::string(stamp_tail);
}

std::unique_ptr<Dialect> make_dialect(std::string_view name, const Talk& talk) {
  if (name == "malinka") return make_malinka_dialect(talk);
  if (name == "mqtt") return make_mqtt_dialect(talk);
  if (name == "nats") return make_nats_dialect(talk);
  if (name == "nchan") return make_nchan_dialect(talk);
  if (name == "bare") return make_bare_dialect(talk);
  return nullptr;
}

}  // namespace malinka::bench
