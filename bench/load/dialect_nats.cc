// SPDX-License-Identifier: MIT
// The NATS client protocol over WebSocket: lines, and payloads behind those that announce one.
// https://docs.nats.io/reference/reference-protocols/nats-protocol
#include <charconv>

#include "bench/load/dialect.h"

namespace malinka::bench {
namespace {

constexpr std::string_view line_end = "\r\n";

std::string subject_of(SeatRole role, const Seat& seat) {
  std::string channel = channel_name(seat.channel);
  if (role == SeatRole::subscriber || role == SeatRole::publisher) return channel;
  return channel + "." + name_of({.role = role, .channel = seat.channel, .number = seat.number});
}

SeatRole counterpart(SeatRole role) {
  if (role == SeatRole::asker) return SeatRole::answerer;
  return role == SeatRole::answerer ? SeatRole::asker : role;
}

/// The last word of `MSG subject sid bytes`.
std::size_t read_payload_bytes(std::string_view line) {
  std::size_t bytes = 0;
  const std::string_view word = line.substr(line.rfind(' ') + 1);
  std::from_chars(word.data(), word.data() + word.size(), bytes);
  return bytes;
}

class NatsDialect final : public Dialect {
 public:
  explicit NatsDialect(Talk talk) : talk_(std::move(talk)) {}

  std::string target(const Seat&) const override { return "/"; }

  std::string make_hello(const Seat& seat) const override {
    std::string lines = R"(CONNECT {"verbose":false,"pedantic":false,"lang":"bench","version":"1")";
    if (!talk_.key.empty()) lines += R"(,"auth_token":")" + talk_.key + '"';
    lines += "}\r\n";
    if (seat.role != SeatRole::publisher) lines += "SUB " + subject_of(seat.role, seat) + " 1\r\n";
    return make_client_frame(lines + "PING\r\n", true);
  }

  Mold make_message(const Seat& seat) const override {
    const std::string text = make_text(talk_, seat);
    return Mold::framed("PUB " + subject_of(counterpart(seat.role), seat) + " " +
                            std::to_string(text.size()) + "\r\n" + text + "\r\n",
                        true);
  }

  std::size_t take(const Seat&, std::string_view payload, Inbox& inbox) const override {
    std::size_t taken = 0;
    for (;;) {
      const std::string_view rest = payload.substr(taken);
      const std::size_t end = rest.find(line_end);
      if (end == std::string_view::npos) return taken;
      const std::string_view line = rest.substr(0, end);
      std::size_t bytes = end + line_end.size();
      if (line.starts_with("MSG ")) {
        const std::size_t text_bytes = read_payload_bytes(line);
        if (rest.size() < bytes + text_bytes + line_end.size()) return taken;
        take_text(rest.substr(bytes, text_bytes), inbox);
        bytes += text_bytes + line_end.size();
      } else {
        take_line(line, inbox);
      }
      taken += bytes;
    }
  }

 private:
  static void take_text(std::string_view text, Inbox& inbox) {
    if (const auto stamp = read_stamp(text)) return inbox.on_message(*stamp);
    inbox.on_other(text);
  }

  static void take_line(std::string_view line, Inbox& inbox) {
    if (line == "PONG") return inbox.on_welcome();
    if (!line.starts_with("INFO ")) inbox.on_other(line);
  }

  Talk talk_;
};

}  // namespace

std::unique_ptr<Dialect> make_nats_dialect(const Talk& talk) {
  return std::make_unique<NatsDialect>(talk);
}

}  // namespace malinka::bench
