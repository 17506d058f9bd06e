// SPDX-License-Identifier: MIT
// The bus protocol: one JSON text in each frame. docs/protocol.md.
#include "bench/load/dialect.h"

namespace malinka::bench {
namespace {

class MalinkaDialect final : public Dialect {
 public:
  explicit MalinkaDialect(Talk talk) : talk_(std::move(talk)) {}

  std::string target(const Seat&) const override { return "/bus"; }

  std::string make_hello(const Seat& seat) const override {
    // The pairs of a run share one channel: whom a Command is for is what the hub has to find.
    const bool is_paired = seat.role == SeatRole::asker || seat.role == SeatRole::answerer;
    std::string join = R"({"messageType":"Join","channel":")" +
                       channel_name(is_paired ? 0 : seat.channel) + R"(","subscriber":")" +
                       name_of(seat) + '"';
    if (!talk_.key.empty()) join += R"(,"key":")" + talk_.key + '"';
    return make_client_frame(join + '}', false);
  }

  Mold make_message(const Seat& seat) const override {
    return Mold::framed(make_text(talk_, seat), false);
  }

  bool do_publishers_listen() const override { return true; }

  std::size_t take(const Seat&, std::string_view payload, Inbox& inbox) const override {
    if (const auto stamp = read_stamp(payload))
      inbox.on_message(*stamp);
    else if (payload.contains(R"("name":"Join")") && payload.contains(R"("success":true)"))
      inbox.on_welcome();
    else
      inbox.on_other(payload);
    return payload.size();
  }

 private:
  Talk talk_;
};

}  // namespace

std::unique_ptr<Dialect> make_malinka_dialect(const Talk& talk) {
  return std::make_unique<MalinkaDialect>(talk);
}

}  // namespace malinka::bench
