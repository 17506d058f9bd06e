// SPDX-License-Identifier: MIT
// A Stream in memory: two ends joined by two pipes, with the readiness of a socket. For tests.

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "net/stream.h"

namespace malinka::net {
namespace {

/// One direction.
struct Pipe {
  Bytes bytes;
  bool is_finished = false;         ///< The writer will write no more.
  bool is_abandoned = false;        ///< The reader is gone.
  bool has_writer_waiting = false;  ///< A write found too little room.
};

/// Who watches one end, and what it has not been told yet.
struct Watcher {
  Loop* loop = nullptr;
  ReadinessHandler* handler = nullptr;
  Readiness untold;
  bool is_told_soon = false;
};

/// What both ends share. End i reads pipes[i] and writes pipes[1 - i].
struct Shared {
  std::size_t capacity = 0;
  std::array<Pipe, 2> pipes;
  std::array<Watcher, 2> watchers;
};

void tell_now(Shared& shared, std::size_t end) {
  Watcher& watcher = shared.watchers[end];
  watcher.is_told_soon = false;
  const Readiness readiness = std::exchange(watcher.untold, {});
  if (watcher.handler != nullptr) watcher.handler->on_ready(readiness);
}

/// As epoll: events of one turn come together, in the next.
void tell(const std::shared_ptr<Shared>& shared, std::size_t end, Readiness readiness) {
  Watcher& watcher = shared->watchers[end];
  if (watcher.handler == nullptr) return;
  watcher.untold.is_readable |= readiness.is_readable;
  watcher.untold.is_writable |= readiness.is_writable;
  watcher.untold.is_hung_up |= readiness.is_hung_up;
  if (std::exchange(watcher.is_told_soon, true)) return;
  watcher.loop->next_turn([shared, end] { tell_now(*shared, end); });
}

class MemoryStream final : public Stream {
 public:
  MemoryStream(std::shared_ptr<Shared> shared, std::size_t end)
      : shared_(std::move(shared)), end_(end) {}

  ~MemoryStream() override {
    forget();
    incoming().is_abandoned = true;
    outgoing().is_finished = true;
    tell(shared_, peer(), {.is_readable = true, .is_writable = true, .is_hung_up = true});
  }

  Result<IoResult> read(std::span<std::byte> into) noexcept override {
    Pipe& pipe = incoming();
    if (into.empty()) return IoResult{};
    if (pipe.bytes.empty())
      return IoResult{pipe.is_finished ? IoStatus::ended : IoStatus::would_block, 0};
    const std::size_t count = std::min(into.size(), pipe.bytes.size());
    const auto taken = pipe.bytes.begin() + static_cast<std::ptrdiff_t>(count);
    std::copy(pipe.bytes.begin(), taken, into.begin());
    pipe.bytes.erase(pipe.bytes.begin(), taken);
    if (std::exchange(pipe.has_writer_waiting, false)) tell(shared_, peer(), {.is_writable = true});
    return IoResult{IoStatus::done, count};
  }

  Result<IoResult> write(std::span<const ByteView> pieces) noexcept override {
    Pipe& pipe = outgoing();
    if (pipe.is_abandoned || pipe.is_finished) return fail_errno(EPIPE);
    std::size_t count = 0;
    for (const ByteView piece : pieces) {
      const std::size_t room = shared_->capacity - pipe.bytes.size();
      append(pipe.bytes, piece.first(std::min(room, piece.size())));
      count += std::min(room, piece.size());
      if (piece.size() > room) pipe.has_writer_waiting = true;
    }
    if (count == 0 && pipe.has_writer_waiting) return IoResult{IoStatus::would_block, 0};
    tell(shared_, peer(), {.is_readable = true});
    return IoResult{IoStatus::done, count};
  }

  void finish_writing() noexcept override {
    outgoing().is_finished = true;
    tell(shared_, peer(), {.is_readable = true, .is_hung_up = true});
  }

  Result<void> watch(Loop& loop, ReadinessHandler& handler) override {
    Watcher& watcher = shared_->watchers[end_];
    watcher.loop = &loop;
    watcher.handler = &handler;
    const Pipe& pipe = incoming();
    tell(shared_, end_,
         {.is_readable = !pipe.bytes.empty() || pipe.is_finished,
          .is_writable = outgoing().bytes.size() < shared_->capacity,
          .is_hung_up = pipe.is_finished});
    return {};
  }

  void forget() noexcept override { shared_->watchers[end_].handler = nullptr; }

  int plain_socket() const noexcept override { return -1; }
  std::string peer_address() const override { return "memory"; }

 private:
  [[nodiscard]] std::size_t peer() const { return 1 - end_; }
  [[nodiscard]] Pipe& incoming() const { return shared_->pipes[end_]; }
  [[nodiscard]] Pipe& outgoing() const { return shared_->pipes[peer()]; }

  std::shared_ptr<Shared> shared_;  // With the other end, and with what the loop will tell.
  std::size_t end_;
};

}  // namespace

std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> make_memory_streams(
    std::size_t capacity) {
  auto shared = std::make_shared<Shared>();
  shared->capacity = capacity;
  return {std::make_unique<MemoryStream>(shared, 0), std::make_unique<MemoryStream>(shared, 1)};
}

}  // namespace malinka::net
