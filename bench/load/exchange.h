// SPDX-License-Identifier: MIT
// Pairs: one asks, the other answers, each pair for itself.

#pragma once

#include <cstdint>
#include <vector>

#include "bench/load/workload.h"

namespace malinka::bench {

/// **Loop-bound.**
class Exchange final : public Workload, private CrowdHandler {
 public:
  Exchange(const Dialect& dialect, std::uint16_t port, std::uint32_t pairs);

  void join(std::size_t count) override;
  [[nodiscard]] std::size_t seats_left() const override;
  Burst run(const BurstSize& size) override;
  void clog(std::uint32_t messages, const Mold& large) override;
  void leave() override;
  [[nodiscard]] Crowd& crowd() override { return crowd_; }

 private:
  struct Pair {
    Client* asker = nullptr;
    Client* answerer = nullptr;
    Mold question;
    Mold answer;
    std::uint32_t asked = 0;
    std::uint32_t heard = 0;     ///< By the answerer.
    std::uint32_t answered = 0;  ///< As the asker heard.
    std::uint32_t end = 0;
    std::vector<std::uint64_t> asked_at_ns{};  ///< By sequence % window.
  };

  void on_message(Client& client, Stamp stamp, std::uint64_t now) override;
  void on_other(Client&, std::string_view) override { ++burst_.others; }

  void ask(Pair& pair, std::uint64_t now);
  void on_question(Pair& pair, Stamp stamp);
  void on_answer(Pair& pair, Stamp stamp, std::uint64_t now);

  const Dialect& dialect_;
  Crowd crowd_;
  std::vector<Pair> pairs_;
  std::uint64_t incomplete_ = 0;
  std::uint32_t window_ = 1;
  Burst burst_;
};

}  // namespace malinka::bench
