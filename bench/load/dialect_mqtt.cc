// SPDX-License-Identifier: MIT
// MQTT 3.1.1 over WebSocket, quality of service 0. The OASIS standard's chapters 2, 3 and 6.
#include <algorithm>

#include "bench/load/dialect.h"
#include "bench/load/failure.h"

namespace malinka::bench {
namespace {

enum PacketType : unsigned { connect = 1, connack = 2, publish = 3, subscribe = 8, suback = 9 };

/// Section 2.2.3: seven bits a byte, the lowest first.
std::string make_length(std::size_t length) {
  std::string bytes;
  do {
    const std::size_t digit = length % 128;
    length /= 128;
    bytes.push_back(static_cast<char>(length > 0 ? digit | 128 : digit));
  } while (length > 0);
  return bytes;
}

std::string make_packet(PacketType type, unsigned flags, const std::string& body) {
  return std::string(1, static_cast<char>((type << 4) | flags)) + make_length(body.size()) + body;
}

std::string make_string(const std::string& text) {
  return std::string{static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xff)} +
         text;
}

/// To whom a seat listens: each asker and answerer has a topic of its own.
std::string topic_of(SeatRole role, const Seat& seat) {
  std::string channel = channel_name(seat.channel);
  if (role == SeatRole::subscriber || role == SeatRole::publisher) return channel;
  return channel + "/" + name_of({.role = role, .channel = seat.channel, .number = seat.number});
}

SeatRole counterpart(SeatRole role) {
  if (role == SeatRole::asker) return SeatRole::answerer;
  return role == SeatRole::answerer ? SeatRole::asker : role;
}

/// The bytes of the packet at the front of `bytes` before its body, and of the body; nothing while
/// the length is not whole.
struct PacketSize {
  std::size_t head = 0;
  std::size_t body = 0;
};
PacketSize measure_packet(std::string_view bytes) {
  PacketSize size;
  for (std::size_t i = 1; i < std::min<std::size_t>(bytes.size(), 5); ++i) {
    const auto digit = static_cast<unsigned char>(bytes[i]);
    size.body |= static_cast<std::size_t>(digit & 127) << (7 * (i - 1));
    if ((digit & 128) == 0) {
      size.head = i + 1;
      return size;
    }
  }
  return {};
}

class MqttDialect final : public Dialect {
 public:
  explicit MqttDialect(Talk talk) : talk_(std::move(talk)) {}

  std::string target(const Seat&) const override { return "/mqtt"; }
  std::string subprotocol() const override { return "mqtt"; }

  std::string make_hello(const Seat& seat) const override {
    const bool has_key = !talk_.key.empty();
    // Section 3.1: protocol level 4, a clean session, no keep-alive, a client identifier.
    std::string body = make_string("MQTT") + '\x04' + (has_key ? '\xc2' : '\x02') +
                       std::string(2, '\0') +
                       make_string(channel_name(seat.channel) + "-" + name_of(seat));
    if (has_key) body += make_string("bench") + make_string(talk_.key);
    std::string packets = make_packet(PacketType::connect, 0, body);
    if (seat.role != SeatRole::publisher)
      packets += make_packet(
          PacketType::subscribe, 2,
          std::string("\0\1", 2) + make_string(topic_of(seat.role, seat)) + std::string(1, '\0'));
    return make_client_frame(packets, true);
  }

  Mold make_message(const Seat& seat) const override {
    const std::string topic = make_string(topic_of(counterpart(seat.role), seat));
    return Mold::framed(make_packet(PacketType::publish, 0, topic + make_text(talk_, seat)), true);
  }

  std::size_t take(const Seat& seat, std::string_view payload, Inbox& inbox) const override {
    std::size_t taken = 0;
    while (taken < payload.size()) {
      const std::string_view rest = payload.substr(taken);
      const PacketSize size = measure_packet(rest);
      if (size.head == 0 || rest.size() < size.head + size.body) break;
      take_packet(seat, rest.substr(0, size.head + size.body), inbox);
      taken += size.head + size.body;
    }
    return taken;
  }

 private:
  static void take_packet(const Seat& seat, std::string_view packet, Inbox& inbox) {
    const unsigned type = static_cast<unsigned char>(packet[0]) >> 4;
    if (type == PacketType::publish) {
      if (const auto stamp = read_stamp(packet)) return inbox.on_message(*stamp);
    } else if (type == PacketType::connack) {
      if (packet.back() != '\0') return inbox.on_other("CONNACK: refused");
      if (seat.role == SeatRole::publisher) inbox.on_welcome();
      return;
    } else if (type == PacketType::suback && packet.back() == '\0') {
      return inbox.on_welcome();
    }
    inbox.on_other(packet);
  }

  Talk talk_;
};

}  // namespace

std::unique_ptr<Dialect> make_mqtt_dialect(const Talk& talk) {
  return std::make_unique<MqttDialect>(talk);
}

}  // namespace malinka::bench
