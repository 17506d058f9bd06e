// SPDX-License-Identifier: MIT
#include "net/send_batcher.h"

#include <array>
#include <utility>

namespace malinka::net {
namespace {

// A sender with more than this lets the others have their turn first.
constexpr std::size_t sent_bytes_per_turn_max = 1024UL * 1024;

std::size_t total_bytes(std::span<const ByteView> pieces) {
  std::size_t total = 0;
  for (const ByteView piece : pieces) total += piece.size();
  return total;
}

}  // namespace

void SendBatcher::mark(Sender& sender) {
  if (sender.mark().index_ != Sender::Mark::none) return;
  sender.mark().index_ = marked_.size();
  marked_.push_back(&sender);
}

void SendBatcher::unmark(Sender& sender) noexcept {
  const std::size_t index = std::exchange(sender.mark().index_, Sender::Mark::none);
  if (index != Sender::Mark::none) marked_[index] = nullptr;
}

void SendBatcher::flush() noexcept {
  const std::size_t count = marked_.size();  // Who is marked meanwhile waits for the next turn.
  for (std::size_t i = 0; i < count; ++i) {
    Sender* const sender = marked_[i];
    if (sender == nullptr) continue;
    unmark(*sender);
    flush_one(*sender);
  }
  marked_.erase(marked_.begin(), marked_.begin() + static_cast<std::ptrdiff_t>(count));
  for (Sender* sender : marked_)
    if (sender != nullptr) sender->mark().index_ -= count;
  if (has_marked()) loop_.next_turn([] {});
}

void SendBatcher::flush_one(Sender& sender) noexcept {
  std::array<ByteView, write_pieces_max> room;
  for (std::size_t sent = 0; sent < sent_bytes_per_turn_max;) {
    const std::span pieces(room.data(), sender.gather(room));
    if (pieces.empty()) return;
    const Result<IoResult> written = sender.sending_stream().write(pieces);
    if (!written) return sender.on_send_failed(written.error());
    if (written->bytes > 0) sender.on_sent(written->bytes);
    if (written->bytes < total_bytes(pieces)) return sender.on_send_blocked();
    sent += written->bytes;
  }
  mark(sender);
}

}  // namespace malinka::net
