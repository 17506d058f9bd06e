// SPDX-License-Identifier: MIT
// The servers of bench/limits: records of one size, no protocol. As many bytes go in and come out
// as for Malinka, whose frames have 8 bytes of header towards the hub and 4 towards the subscriber.
#include "bench/load/dialect.h"
#include "bench/record.h"

namespace malinka::bench {
namespace {

class BareDialect final : public Dialect {
 public:
  explicit BareDialect(Talk talk) : talk_(std::move(talk)) {}

  bool is_web_socket() const override { return false; }
  std::string target(const Seat&) const override { return {}; }

  std::string make_hello(const Seat& seat) const override {
    const RecordHello hello{.is_speaking = seat.role != SeatRole::subscriber,
                            .is_listening = seat.role != SeatRole::publisher,
                            .channel = seat.channel};
    return write_record_hello(hello);
  }

  Mold make_message(const Seat& seat) const override {
    return Mold::plain(std::string(record_bytes_in(0), '-') + make_text(talk_, seat));
  }

  std::size_t take(const Seat&, std::string_view bytes, Inbox& inbox) const override {
    const std::size_t size = record_bytes_out(talk_.message_bytes);
    std::size_t taken = 0;
    for (; bytes.size() - taken >= size; taken += size) {
      if (const auto stamp = read_stamp(bytes.substr(taken, size)))
        inbox.on_message(*stamp);
      else
        inbox.on_welcome();
    }
    return taken;
  }

 private:
  Talk talk_;
};

}  // namespace

std::unique_ptr<Dialect> make_bare_dialect(const Talk& talk) {
  return std::make_unique<BareDialect>(talk);
}

}  // namespace malinka::bench
