// SPDX-License-Identifier: MIT
// A conversation with somebody slow, written from top to bottom: a coroutine that pauses where it
// waits for the loop, and gives one value at its end.

#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace malinka::agent::tv {

/// **Loop-bound.** Begins when it is awaited, or by start(). Destroying it ends it where it waits:
/// what it waits for must be told, or must never call.
template <typename T>
class [[nodiscard]] Task {
 public:
  struct promise_type;  // NOLINT(readability-identifier-naming): the language's name.
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  /// Of the outermost, which nobody awaits.
  void start() { handle_.resume(); }

  [[nodiscard]] bool await_ready() const { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) {
    handle_.promise().waiting = waiting;
    return handle_;
  }
  T await_resume() { return *std::move(handle_.promise().value); }

 private:
  explicit Task(Handle handle) : handle_(handle) {}

  Handle handle_;
};

template <typename T>
struct Task<T>::promise_type {  // NOLINT(readability-identifier-naming): as above.
  /// At its end it goes on with who waits for it.
  struct End {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(Handle self) const noexcept {
      return self.promise().waiting;
    }
    void await_resume() const noexcept {}
  };

  Task get_return_object() { return Task(Handle::from_promise(*this)); }
  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] End final_suspend() const noexcept { return {}; }
  void return_value(T given) { value.emplace(std::move(given)); }
  [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }

  std::optional<T> value;
  std::coroutine_handle<> waiting = std::noop_coroutine();
};

}  // namespace malinka::agent::tv
