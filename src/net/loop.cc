// SPDX-License-Identifier: MIT
#include "net/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/assert.h"

namespace malinka::net {
namespace {

// More than this are told in the next turn: a turn stays short, and its array stays on the stack.
constexpr std::size_t events_per_turn_max = 256;

// EPOLLRDHUP, because a short read only shows that the peer said all when it has not also hung up.
// EPOLLPRI is how a CEC adapter says that it has changed.
constexpr std::uint32_t watched_events = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET;
constexpr std::uint32_t read_events = EPOLLIN | EPOLLPRI;
constexpr std::uint32_t hang_up_events = EPOLLHUP | EPOLLRDHUP | EPOLLERR;

std::uint64_t make_key(int fd, std::uint32_t generation) {
  return std::uint64_t{generation} << 32U | static_cast<std::uint32_t>(fd);
}

Readiness readiness_of(std::uint32_t events) {
  return {.is_readable = (events & read_events) != 0,
          .is_writable = (events & EPOLLOUT) != 0,
          .is_hung_up = (events & hang_up_events) != 0};
}

void run_all(std::vector<Task>& tasks) {
  for (Task& task : tasks) task();
}

}  // namespace

Result<std::unique_ptr<Loop>> Loop::create(const Clock& clock) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_open()) return fail_errno(errno, "epoll_create1");
  UniqueFd wake_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_event.is_open()) return fail_errno(errno, "eventfd");

  // Edge-triggered, every write to it is an event of its own, and nobody has to read it empty.
  epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.u64 = make_key(wake_event.get(), 0)}};
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake_event.get(), &event) != 0)
    return fail_errno(errno, "epoll_ctl");
  return std::unique_ptr<Loop>(new Loop(clock, std::move(epoll), std::move(wake_event)));
}

Loop::Loop(const Clock& clock, UniqueFd epoll, UniqueFd wake_event)
    : clock_(clock),
      epoll_(std::move(epoll)),
      wake_event_(std::move(wake_event)),
      now_(clock.now()) {}

Loop::~Loop() {
  // What the tasks and the disposed objects own may still cancel, forget or dispose when it dies.
  turn_end_ = nullptr;
  posted_.take_all().clear();
  std::exchange(next_, {}).clear();
  std::exchange(timers_, {});
  bury_disposed();
}

void Loop::run() {
  while (!is_stopping_.exchange(false)) run_turn(std::chrono::hours(1));
  run_turn(std::chrono::milliseconds(0));
}

void Loop::run_turn(std::chrono::milliseconds wait) {
  ASSERT(turning_thread_ == std::thread::id());
  turning_thread_ = std::this_thread::get_id();
  std::vector<Task> carried_over = std::exchange(next_, {});
  const TimerQueue::Order first_new = timers_.first_new();

  dispatch_ready(carried_over.empty() ? time_to_wait(wait) : std::chrono::milliseconds(0));
  std::vector<Task> posted = posted_.take_all();
  run_all(posted);
  run_due_timers(first_new);
  run_all(carried_over);
  if (turn_end_) turn_end_();
  bury_disposed();
  turning_thread_ = {};
}

void Loop::stop() noexcept {
  is_stopping_ = true;
  wake();
}

void Loop::post(Task task) {
  if (posted_.post(std::move(task))) wake();
}

void Loop::wake() noexcept {
  // It can only fail when the counter is full, and then the loop is awake anyway.
  static_cast<void>(::eventfd_write(wake_event_.get(), 1));
}

Result<void> Loop::watch(int fd, ReadinessHandler& handler) {
  assert_own_thread();
  ASSERT(fd >= 0);
  const auto index = static_cast<std::size_t>(fd);
  if (index >= watches_.size()) watches_.resize(index + 1);
  Watch& watch = watches_[index];

  epoll_event event{.events = watched_events, .data = {.u64 = make_key(fd, watch.generation + 1)}};
  const int operation = watch.handler == nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0) return fail_errno(errno, "epoll_ctl");
  watch.handler = &handler;
  ++watch.generation;
  return {};
}

void Loop::forget(int fd) noexcept {
  assert_own_thread();
  const auto index = static_cast<std::size_t>(fd);
  if (fd < 0 || index >= watches_.size() || watches_[index].handler == nullptr) return;
  watches_[index].handler = nullptr;
  ++watches_[index].generation;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

TimerId Loop::after(std::chrono::nanoseconds delay, Task task) {
  assert_own_thread();
  const auto wait = std::max(delay, std::chrono::nanoseconds(0));
  return timers_.add(clock_.now() + std::chrono::duration_cast<Steady::duration>(wait),
                     std::move(task));
}

void Loop::cancel(TimerId timer) noexcept {
  assert_own_thread();
  timers_.cancel(timer);
}

void Loop::next_turn(Task task) {
  assert_own_thread();
  next_.push_back(std::move(task));
}

void Loop::set_turn_end(Task task) { turn_end_ = std::move(task); }

void Loop::dispose(std::unique_ptr<Disposable> object) {
  assert_own_thread();
  disposed_.push_back(std::move(object));
}

void Loop::dispatch_ready(std::chrono::milliseconds wait) {
  std::array<epoll_event, events_per_turn_max> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(wait.count()));
  now_ = clock_.now();
  for (int i = 0; i < count; ++i) {  // -1 for EINTR: a turn in which nothing was ready.
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const std::uint64_t key = event.data.u64;
    const auto fd = static_cast<std::uint32_t>(key);
    if (fd >= watches_.size()) continue;  // The wake event.
    const Watch watch = watches_[fd];
    if (watch.handler == nullptr || watch.generation != key >> 32U) continue;
    watch.handler->on_ready(readiness_of(event.events));
  }
}

void Loop::run_due_timers(TimerQueue::Order first_new) {
  while (std::optional<Task> task = timers_.take_due(now_, first_new)) (*task)();
}

void Loop::bury_disposed() {
  while (!disposed_.empty())
    std::exchange(disposed_, {}).clear();  // The dying may dispose of more.
}

std::chrono::milliseconds Loop::time_to_wait(std::chrono::milliseconds at_most) const {
  const std::optional<Steady> deadline = timers_.next_deadline();
  if (!deadline) return at_most;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - clock_.now());
  return std::clamp(left, std::chrono::milliseconds(0), at_most);
}

void Loop::assert_own_thread() const {
#ifndef NDEBUG
  ASSERT(turning_thread_ == std::thread::id() || turning_thread_ == std::this_thread::get_id());
#endif
}

}  // namespace malinka::net
