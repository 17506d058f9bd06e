// SPDX-License-Identifier: MIT
// Publishers to recipients: one channel or many. Every delivery is counted, and its order checked.

#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "bench/load/burst.h"
#include "bench/load/crowd.h"
#include "bench/load/workload.h"

namespace malinka::bench {

struct FanOutPlan {
  std::uint32_t channels = 1;
  std::uint32_t publishers = 1;     ///< In each channel; they take their seats first.
  std::uint32_t recipients = 1000;  ///< In each channel.
  std::uint32_t slow = 0;           ///< So many of the first recipients read a little now and then.
};

/// **Loop-bound.**
class FanOut final : public Workload, private CrowdHandler {
 public:
  FanOut(const Dialect& dialect, std::uint16_t port, const FanOutPlan& plan);

  void join(std::size_t count) override;
  [[nodiscard]] std::size_t seats_left() const override;
  Burst run(const BurstSize& size) override;
  void clog(std::uint32_t messages, const Mold& large) override;
  void leave() override;
  [[nodiscard]] Crowd& crowd() override { return crowd_; }

 private:
  struct Publisher {
    Client* client = nullptr;
    Mold mold;
    std::uint32_t sent = 0;                   ///< Its next sequence.
    std::uint32_t completed = 0;              ///< All below were received by everyone.
    std::uint32_t end = 0;                    ///< Where the burst ends.
    std::vector<std::uint32_t> open{};        ///< Deliveries still to come, by sequence % window.
    std::vector<std::uint64_t> sent_at_ns{};  ///< Likewise.
    bool is_ready = false;                    ///< In the list of those that may send.
  };

  void on_message(Client& client, Stamp stamp, std::uint64_t now) override;
  void on_other(Client& client, std::string_view text) override;

  [[nodiscard]] Seat seat(std::size_t index) const;
  void seat_joined(Client& client);
  void begin(const BurstSize& size);
  void send_ready();
  void send_from(Publisher& publisher, std::uint64_t now);
  void count(Publisher& publisher, Stamp stamp, std::uint64_t now);
  void turn(std::uint64_t& next_slow_read);

  const Dialect& dialect_;
  const FanOutPlan plan_;
  Crowd crowd_;
  std::uint32_t expected_ = 0;         // Deliveries of each message.
  std::vector<Publisher> publishers_;  // By their number through all channels.
  std::vector<std::uint32_t> next_;    // By client and publisher of its channel.
  std::uint32_t clogged_ = 0;          // The first publisher's sequences below were for the slow.
  std::vector<Publisher*> ready_;
  std::uint64_t incomplete_ = 0;  // Messages of this burst.
  std::uint32_t window_ = 1;
  Burst burst_;
};

}  // namespace malinka::bench
