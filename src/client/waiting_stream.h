// SPDX-License-Identifier: MIT
// malinka::Stream: an end on the client's thread, and the calls of other threads that wait for it.

#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "malinka/stream.h"
#include "net/loop.h"

namespace malinka::client {

/// What both sides share. It outlives whichever goes first: the end lives and dies on the loop's
/// thread, the rest is guarded by a mutex of its own, since threads wait here for bytes and not for
/// tasks.
class StreamMeeting final : public StreamHandler {
 public:
  explicit StreamMeeting(std::shared_ptr<const std::atomic<bool>> has_loop_ended)
      : has_loop_ended_(std::move(has_loop_ended)) {}

  // On the loop's thread.

  void begin(std::unique_ptr<StreamEnd> end) { end_ = std::move(end); }
  void leave() { end_.reset(); }
  void take(std::size_t bytes);
  void send(std::vector<std::byte> bytes);
  void end(std::string value);
  void abort(StreamFailure why);

  void on_chunk(const StreamBytes& bytes) noexcept override;
  void on_room() noexcept override;
  void on_end(std::string value) noexcept override;
  void on_over(const std::optional<StreamFailure>& failure) noexcept override;

  // On any thread.

  [[nodiscard]] Stream::Outcome<StreamBytes> wait_chunk();
  /// Until there is room for `bytes`, which then counts as on its way.
  [[nodiscard]] Stream::Outcome<void> wait_room(std::size_t bytes);
  [[nodiscard]] Stream::Outcome<std::string> wait_end();
  /// Whoever waits is told `why`.
  void break_off(StreamFailure why);

 private:
  /// With the mutex.
  [[nodiscard]] bool is_full() const;
  template <typename Condition>
  [[nodiscard]] Stream::Outcome<void> wait(std::unique_lock<std::mutex>& lock, Condition condition);

  std::shared_ptr<const std::atomic<bool>> has_loop_ended_;
  std::unique_ptr<StreamEnd> end_;  // Loop's thread.

  std::mutex mutex_;  // Guards what follows.
  std::condition_variable has_news_;
  std::deque<StreamBytes> arrived_;
  std::size_t posted_bytes_ = 0;  // On their way to the loop's thread.
  bool has_room_ = true;
  bool is_over_ = false;  // In order: no failure.
  std::optional<std::string> end_value_;
  std::optional<StreamFailure> failure_;
};

class WaitingStream final : public Stream {
 public:
  WaitingStream(std::shared_ptr<net::Loop> loop, std::shared_ptr<StreamMeeting> meeting)
      : loop_(std::move(loop)), meeting_(std::move(meeting)) {}
  ~WaitingStream() override;
  WaitingStream(const WaitingStream&) = delete;
  WaitingStream& operator=(const WaitingStream&) = delete;

  [[nodiscard]] Outcome<StreamBytes> read() override;
  [[nodiscard]] Outcome<void> write(std::vector<std::byte> bytes) override;
  void end(std::string value) override;
  [[nodiscard]] Outcome<std::string> result() override;
  void abort(StreamFailure why) override;

 private:
  std::shared_ptr<net::Loop> loop_;
  std::shared_ptr<StreamMeeting> meeting_;
};

}  // namespace malinka::client
