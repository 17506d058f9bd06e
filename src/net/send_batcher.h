// SPDX-License-Identifier: MIT
// What connections have to send leaves here, at the end of the loop's turn: the sends of many in
// one system call where the kernel allows that, else one write for each.

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "net/gather_buffer.h"
#include "net/send_ring.h"
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
  /// So many of the gathered bytes left. True where there is more, so that it is asked for at once:
  /// what gather() was full with, or has left out.
  [[nodiscard]] virtual bool on_sent(std::size_t bytes) noexcept = 0;
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
  /// `loop` is asked for another turn when a flush leaves someone marked. Without a ring, and for
  /// streams that are no plain sockets, each sender's stream is written to.
  explicit SendBatcher(Loop& loop, std::unique_ptr<SendRing> ring = nullptr)
      : loop_(loop), ring_(std::move(ring)) {}

  /// Adds `sender` to this turn's flush; again and again is fine.
  void mark(Sender& sender);
  /// Must be called before a marked sender dies. Nothing more is asked of it or told to it.
  void unmark(Sender& sender) noexcept;
  /// One send for each marked sender, repeated while the stream takes all and there is more, up to
  /// a bound per turn; who has more after that stays marked for the next.
  void flush() noexcept;

  [[nodiscard]] bool has_marked() const { return !marked_.empty(); }
  /// False without a ring, and after it failed: then all has gone on without it.
  [[nodiscard]] bool uses_ring() const { return ring_ != nullptr; }

 private:
  /// Who is to be asked for bytes.
  struct Marked {
    Sender* sender = nullptr;    // Null once it was unmarked, or asked.
    std::size_t sent_bytes = 0;  // In this flush.
  };
  /// Who was asked, with its bytes in one piece.
  struct Outgoing {
    Sender* sender = nullptr;  // Null once it was unmarked.
    std::size_t sent_bytes = 0;
    SocketSend send;
  };

  [[nodiscard]] bool has_room() const;
  void add_to_batch(const Marked& marked) noexcept;
  void send_batch() noexcept;
  void submit_batch() noexcept;
  void tell(Outgoing& outgoing) noexcept;
  [[nodiscard]] static Result<std::size_t> sent_bytes_of(const Outgoing& outgoing) noexcept;
  void mark_with(Sender& sender, std::size_t sent_bytes);
  void drop_empty_marks();

  Loop& loop_;
  std::unique_ptr<SendRing> ring_;
  std::vector<Marked> marked_;
  std::vector<Outgoing> batch_;
  GatherBuffer gathered_;
};

}  // namespace malinka::net
