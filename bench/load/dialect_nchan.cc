// SPDX-License-Identifier: MIT
// nginx with nchan: one message in each frame; where one listens and speaks is the path's business.
// https://nchan.io
#include "bench/load/dialect.h"

namespace malinka::bench {
namespace {

/// The locations of bench/servers/: /sub/ID listens, /pub/ID speaks, /pair/ID/OTHER does both.
std::string path_of(const Seat& seat) {
  const std::string channel = channel_name(seat.channel);
  switch (seat.role) {
    case SeatRole::subscriber: return "/sub/" + channel;
    case SeatRole::publisher: return "/pub/" + channel;
    case SeatRole::asker: return "/pair/" + channel + "-a/" + channel + "-r";
    case SeatRole::answerer: return "/pair/" + channel + "-r/" + channel + "-a";
  }
  return {};
}

class NchanDialect final : public Dialect {
 public:
  explicit NchanDialect(Talk talk) : talk_(std::move(talk)) {}

  std::string target(const Seat& seat) const override { return path_of(seat); }
  std::string make_hello(const Seat&) const override { return {}; }
  Mold make_message(const Seat& seat) const override {
    return Mold::framed(make_text(talk_, seat), false);
  }

  std::size_t take(const Seat&, std::string_view payload, Inbox& inbox) const override {
    // Anything else is the account that a publisher gets for each message.
    if (const auto stamp = read_stamp(payload)) inbox.on_message(*stamp);
    return payload.size();
  }

 private:
  Talk talk_;
};

}  // namespace

std::unique_ptr<Dialect> make_nchan_dialect(const Talk& talk) {
  return std::make_unique<NchanDialect>(talk);
}

}  // namespace malinka::bench
