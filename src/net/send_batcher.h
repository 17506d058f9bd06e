// SPDX-License-Identifier: MIT
// What connections have to send leaves here, at the end of the loop's turn: one write for each.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "net/stream.h"

namespace malinka::net {

/// Something with bytes to send. The batcher asks for them only when the turn ends, so that
/// whatever was queued in the turn leaves together, and what is still queued can still be dropped
/// or overtaken.
class Sender {
 public:
  [[nodiscard]] virtual Stream& sending_stream() noexcept = 0;
  /// Fills `pieces` with the next bytes to send, in order; returns how many pieces. They stay valid
  /// until on_sent, on_send_blocked or on_send_failed.
  [[nodiscard]] virtual std::size_t gather(std::span<ByteView> pieces) noexcept = 0;
  /// So many of the gathered bytes left; the batcher asks for more unless none are left.
  virtual void on_sent(std::size_t bytes) noexcept = 0;
  /// The stream takes no more: mark() again once it is writable.
  virtual void on_send_blocked() noexcept = 0;
  virtual void on_send_failed(const Error& error) noexcept = 0;

  /// Where it stands in the batcher's list: the batcher's business alone.
  class Mark {
    friend class SendBatcher;
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t index_ = none;
  };
  [[nodiscard]] Mark& mark() noexcept { return mark_; }

 protected:
  ~Sender() = default;

 private:
  Mark mark_;
};

/// **Loop-bound.** One for each loop, which outlives it; its owner calls flush() at the turn's end.
class SendBatcher {
 public:
  /// `loop` is asked for another turn when a flush leaves someone marked.
  explicit SendBatcher(Loop& loop) : loop_(loop) {}

  /// Adds `sender` to this turn's flush; again and again is fine.
  void mark(Sender& sender);
  /// Must be called before a marked sender dies.
  void unmark(Sender& sender) noexcept;
  /// One gathered write for each marked sender, repeated while the stream takes all and there is
  /// more, up to a bound per turn; who has more after that stays marked for the next.
  void flush() noexcept;
  [[nodiscard]] bool has_marked() const { return !marked_.empty(); }

 private:
  void flush_one(Sender& sender) noexcept;

  Loop& loop_;
  std::vector<Sender*> marked_;  // Null where one was unmarked again, or has been flushed.
};

}  // namespace malinka::net
