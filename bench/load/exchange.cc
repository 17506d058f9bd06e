// SPDX-License-Identifier: MIT
#include "bench/load/exchange.h"

#include "bench/load/failure.h"

namespace malinka::bench {

Exchange::Exchange(const Dialect& dialect, std::uint16_t port, std::uint32_t pairs)
    : dialect_(dialect), crowd_(dialect, port, *this), pairs_(pairs) {}

std::size_t Exchange::seats_left() const { return 2 * pairs_.size() - crowd_.clients().size(); }

/// Answerers first, so that nobody asks one who is not there.
void Exchange::join(std::size_t count) {
  const std::size_t begin = crowd_.clients().size();
  std::vector<Seat> seats;
  for (std::size_t i = begin; i < begin + count; ++i) {
    const auto number = static_cast<std::uint32_t>(i % pairs_.size());
    const SeatRole role = i < pairs_.size() ? SeatRole::answerer : SeatRole::asker;
    seats.push_back({.role = role, .channel = number, .number = number});
  }
  crowd_.join(seats, join_patience);
  for (std::size_t i = begin; i < crowd_.clients().size(); ++i) {
    Client& client = *crowd_.clients()[i];
    Pair& pair = pairs_[client.seat().number];
    const bool is_asker = client.seat().role == SeatRole::asker;
    (is_asker ? pair.asker : pair.answerer) = &client;
    (is_asker ? pair.question : pair.answer) = dialect_.make_message(client.seat());
  }
}

Burst Exchange::run(const BurstSize& size) {
  burst_ = {};
  window_ = size.window;
  incomplete_ = static_cast<std::uint64_t>(size.messages) * pairs_.size();
  burst_.messages = 2 * incomplete_;
  burst_.began_ns = burst_.ended_ns = now_ns();
  const std::uint64_t deadline = burst_.began_ns + std::chrono::nanoseconds(patience).count();
  const std::uint64_t cpu_before = own_cpu_ns();
  for (Pair& pair : pairs_) {
    if (pair.asker == nullptr) give_up("not everyone has joined");
    pair.asked_at_ns.assign(window_, 0);
    pair.end = pair.asked + size.messages;
    ask(pair, burst_.began_ns);
  }
  crowd_.flush();
  while (incomplete_ > 0 && burst_.ended_ns < deadline) {
    crowd_.turn(std::chrono::milliseconds(1000));
    burst_.ended_ns = now_ns();
  }
  burst_.generator_ns = own_cpu_ns() - cpu_before;
  burst_.missing = burst_.messages - burst_.deliveries;
  return std::move(burst_);
}

void Exchange::ask(Pair& pair, std::uint64_t now) {
  if (pair.asked == pair.end) return;
  for (; pair.asked != pair.end && pair.asked - pair.answered < window_; ++pair.asked) {
    pair.asked_at_ns[pair.asked % window_] = now;
    pair.asker->say(pair.question, {pair.asker->seat().number, pair.asked});
  }
  crowd_.mark(*pair.asker);
}

void Exchange::on_message(Client& client, Stamp stamp, std::uint64_t now) {
  if (stamp.publisher != client.seat().number) {
    ++burst_.misordered;
    return;
  }
  Pair& pair = pairs_[stamp.publisher];
  if (&client == pair.asker) return on_answer(pair, stamp, now);
  on_question(pair, stamp);
}

void Exchange::on_question(Pair& pair, Stamp stamp) {
  if (stamp.sequence != pair.heard || pair.heard >= pair.asked) {
    ++burst_.misordered;
    return;
  }
  ++pair.heard;
  ++burst_.deliveries;
  pair.answerer->say(pair.answer, stamp);
  crowd_.mark(*pair.answerer);
}

void Exchange::on_answer(Pair& pair, Stamp stamp, std::uint64_t now) {
  if (stamp.sequence != pair.answered || pair.answered >= pair.heard) {
    ++burst_.misordered;
    return;
  }
  ++pair.answered;
  ++burst_.deliveries;
  --incomplete_;
  burst_.latency_ns.add(now - pair.asked_at_ns[stamp.sequence % window_]);
  ask(pair, now);
}

void Exchange::clog(std::uint32_t, const Mold&) { give_up("pairs cannot be clogged"); }

void Exchange::leave() {
  crowd_.leave();
  for (Pair& pair : pairs_) pair = {};
}

}  // namespace malinka::bench
