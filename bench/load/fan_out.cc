// SPDX-License-Identifier: MIT
#include "bench/load/fan_out.h"

#include <algorithm>

#include "bench/load/failure.h"

namespace malinka::bench {
namespace {

// A slow client reads this much this often: less than any workload sends it.
constexpr std::size_t slow_read_bytes = 1024;
constexpr std::uint64_t slow_read_interval_ns = 10'000'000;

}  // namespace

FanOut::FanOut(const Dialect& dialect, std::uint16_t port, const FanOutPlan& plan)
    : dialect_(dialect),
      plan_(plan),
      crowd_(dialect, port, *this),
      publishers_(static_cast<std::size_t>(plan.channels) * plan.publishers) {
  expected_ = plan.recipients - plan.slow;
  if (dialect.do_publishers_listen() && plan.publishers > 0) expected_ += plan.publishers - 1;
}

Seat FanOut::seat(std::size_t index) const {
  const std::uint32_t per_channel = plan_.publishers + plan_.recipients;
  const auto channel = static_cast<std::uint32_t>(index / per_channel);
  const auto place = static_cast<std::uint32_t>(index % per_channel);
  if (place < plan_.publishers)
    return {.role = SeatRole::publisher, .channel = channel, .number = place};
  const std::uint32_t number = place - plan_.publishers;
  return {SeatRole::subscriber, channel, number, number < plan_.slow};
}

std::size_t FanOut::seats_left() const {
  return static_cast<std::size_t>(plan_.channels) * (plan_.publishers + plan_.recipients) -
         crowd_.clients().size();
}

void FanOut::join(std::size_t count) {
  const std::size_t begin = crowd_.clients().size();
  std::vector<Seat> seats;
  seats.reserve(count);
  for (std::size_t i = 0; i < count; ++i) seats.push_back(seat(begin + i));
  next_.resize((begin + count) * plan_.publishers);
  crowd_.join(seats, join_patience);
  for (std::size_t i = begin; i < crowd_.clients().size(); ++i) seat_joined(*crowd_.clients()[i]);
}

void FanOut::seat_joined(Client& client) {
  const std::size_t first = static_cast<std::size_t>(client.seat().channel) * plan_.publishers;
  if (client.seat().role == SeatRole::publisher) {
    Publisher& publisher = publishers_[first + client.seat().number];
    publisher.client = &client;
    publisher.mold = dialect_.make_message(client.seat());
  }
  // Whoever comes later is not owed what was sent before.
  for (std::size_t i = 0; i < plan_.publishers; ++i)
    next_[std::size_t{client.index()} * plan_.publishers + i] = publishers_[first + i].sent;
}

Burst FanOut::run(const BurstSize& size) {
  begin(size);
  const std::uint64_t deadline = burst_.began_ns + std::chrono::nanoseconds(patience).count();
  const std::uint64_t cpu_before = own_cpu_ns();
  std::uint64_t next_slow_read = burst_.began_ns;
  send_ready();
  crowd_.flush();
  while (incomplete_ > 0 && burst_.ended_ns < deadline) turn(next_slow_read);
  burst_.generator_ns = own_cpu_ns() - cpu_before;
  burst_.missing = burst_.messages * expected_ - burst_.deliveries;
  return std::move(burst_);
}

void FanOut::begin(const BurstSize& size) {
  burst_ = {};
  window_ = size.window;
  incomplete_ = static_cast<std::uint64_t>(size.messages) * publishers_.size();
  burst_.messages = incomplete_;
  burst_.began_ns = burst_.ended_ns = now_ns();
  for (Publisher& publisher : publishers_) {
    if (publisher.client == nullptr) give_up("not everyone has joined");
    publisher.open.assign(window_, 0);
    publisher.sent_at_ns.assign(window_, 0);
    publisher.completed = publisher.sent;
    publisher.end = publisher.sent + size.messages;
    publisher.is_ready = true;
    ready_.push_back(&publisher);
  }
}

void FanOut::turn(std::uint64_t& next_slow_read) {
  const auto wait = std::chrono::milliseconds(plan_.slow > 0 ? 10 : 1000);
  crowd_.turn(wait);
  burst_.ended_ns = now_ns();
  if (plan_.slow > 0 && burst_.ended_ns >= next_slow_read) {
    crowd_.read_slowly(slow_read_bytes);
    next_slow_read = burst_.ended_ns + slow_read_interval_ns;
  }
  send_ready();
  crowd_.flush();
}

void FanOut::send_ready() {
  if (ready_.empty()) return;
  const std::uint64_t now = now_ns();
  for (Publisher* const publisher : ready_) send_from(*publisher, now);
  ready_.clear();
}

void FanOut::send_from(Publisher& publisher, std::uint64_t now) {
  publisher.is_ready = false;
  const auto number = static_cast<std::uint32_t>(&publisher - publishers_.data());
  while (publisher.sent != publisher.end && publisher.sent - publisher.completed < window_) {
    publisher.open[publisher.sent % window_] = expected_;
    publisher.sent_at_ns[publisher.sent % window_] = now;
    publisher.client->say(publisher.mold, {number, publisher.sent});
    ++publisher.sent;
  }
  crowd_.mark(*publisher.client);
}

void FanOut::on_message(Client& client, Stamp stamp, std::uint64_t now) {
  const std::size_t first = static_cast<std::size_t>(client.seat().channel) * plan_.publishers;
  const std::size_t number = stamp.publisher - first;
  if (stamp.publisher < first || number >= plan_.publishers) {
    ++burst_.misordered;
    return;
  }
  if (stamp.sequence < clogged_) return;  // Sent to clog the slow; whoever joined since may see it.
  std::uint32_t& next = next_[std::size_t{client.index()} * plan_.publishers + number];
  // What was dropped for a slow one leaves a gap; nothing may ever come twice or too early.
  const bool is_in_order = client.is_slow() ? stamp.sequence >= next : stamp.sequence == next;
  Publisher& publisher = publishers_[stamp.publisher];
  if (!is_in_order || publisher.sent - stamp.sequence - 1 >= publisher.sent) {
    ++burst_.misordered;
    return;
  }
  next = stamp.sequence + 1;
  if (!client.is_slow()) count(publisher, stamp, now);
}

void FanOut::count(Publisher& publisher, Stamp stamp, std::uint64_t now) {
  const std::size_t slot = stamp.sequence % window_;
  ++burst_.deliveries;
  burst_.latency_ns.add(now - std::min(now, publisher.sent_at_ns[slot]));
  if (--publisher.open[slot] > 0) return;
  ++publisher.completed;
  --incomplete_;
  if (publisher.is_ready || publisher.sent == publisher.end) return;
  publisher.is_ready = true;
  ready_.push_back(&publisher);
}

void FanOut::on_other(Client& client, std::string_view) {
  if (!client.is_slow()) ++burst_.others;  // A slow one is told what was dropped.
}

void FanOut::clog(std::uint32_t messages, const Mold& large) {
  for (std::uint32_t i = 0; i < messages; ++i) {
    Publisher& publisher = publishers_.front();
    publisher.client->say(large, {0, publisher.sent++});
    crowd_.mark(*publisher.client);
    crowd_.flush();
    while (publisher.client->has_unsent()) crowd_.turn(std::chrono::milliseconds(1000));
  }
  clogged_ = publishers_.front().sent;
}

void FanOut::leave() {
  crowd_.leave();
  for (Publisher& publisher : publishers_) publisher = {};
  next_.clear();
  clogged_ = 0;
}

}  // namespace malinka::bench
