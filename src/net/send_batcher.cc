// SPDX-License-Identifier: MIT
#include "net/send_batcher.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/log.h"

namespace malinka::net {
namespace {

// A sender with more than this lets the others have their turn first. No single send is longer:
// the kernel cuts those of 2 GiB without saying so.
constexpr std::size_t sent_bytes_per_turn_max = 1024UL * 1024;

}  // namespace

void SendBatcher::mark(Sender& sender) {
  if (sender.mark().index_ == Sender::Mark::none) mark_with(sender, 0);
}

void SendBatcher::mark_with(Sender& sender, std::size_t sent_bytes) {
  sender.mark().index_ = marked_.size();
  marked_.push_back({&sender, sent_bytes});
}

void SendBatcher::unmark(Sender& sender) noexcept {
  const std::size_t index = std::exchange(sender.mark().index_, Sender::Mark::none);
  if (index != Sender::Mark::none) marked_[index].sender = nullptr;
  for (Outgoing& outgoing : batch_) {  // Only inside a flush is there one.
    if (outgoing.sender != &sender) continue;
    outgoing.sender = nullptr;
    gathered_.forget_pieces();  // They may go with it, and others come to lie in their place.
  }
}

/// Whoever is marked while it runs waits for the next turn, except to go on with what it has begun.
void SendBatcher::flush() noexcept {
  const std::size_t count = marked_.size();
  std::size_t next = 0;
  do {
    for (; next < marked_.size() && has_room(); ++next) {
      const Marked& marked = marked_[next];
      const bool is_due = next < count || marked.sent_bytes > 0;
      if (marked.sender != nullptr && is_due) add_to_batch(std::exchange(marked_[next], {}));
    }
    send_batch();
  } while (next < marked_.size());
  drop_empty_marks();
  if (has_marked()) loop_.next_turn([] {});
}

bool SendBatcher::has_room() const {
  return batch_.size() < ring_sends_max && gathered_.has_room();
}

void SendBatcher::add_to_batch(const Marked& marked) noexcept {
  Sender& sender = *marked.sender;
  sender.mark().index_ = Sender::Mark::none;
  std::array<ByteView, write_pieces_max> room;
  const std::span pieces(room.data(), sender.gather(room));
  if (pieces.empty()) return;
  const ByteView joined = gathered_.join(pieces);
  const ByteView bytes = joined.first(std::min(joined.size(), sent_bytes_per_turn_max));
  batch_.push_back({&sender, marked.sent_bytes, {.bytes = bytes}});
}

void SendBatcher::send_batch() noexcept {
  if (ring_) submit_batch();
  for (Outgoing& outgoing : batch_)
    if (outgoing.sender != nullptr) tell(outgoing);
  batch_.clear();
  gathered_.clear();
}

void SendBatcher::submit_batch() noexcept {
  for (Outgoing& outgoing : batch_) {
    if (outgoing.sender == nullptr) continue;
    outgoing.send.socket = outgoing.sender->sending_stream().plain_socket();
    if (outgoing.send.socket >= 0) ring_->add(outgoing.send);
  }
  const Result<void> submitted = ring_->submit();
  if (submitted) return;
  ring_.reset();
  LOG_WARNING("sends: plain from now on, since io_uring failed",
              {"why", submitted.error().message()});
}

/// What the ring did not send, the stream does, or says why not.
Result<std::size_t> SendBatcher::sent_bytes_of(const Outgoing& outgoing) noexcept {
  const SocketSend& send = outgoing.send;
  if (send.result >= 0) return static_cast<std::size_t>(send.result);
  if (send.result == -EAGAIN) return 0;
  const Result<IoResult> written =
      outgoing.sender->sending_stream().write(std::span(&send.bytes, 1));
  if (!written) return std::unexpected(written.error());
  return written->bytes;
}

void SendBatcher::tell(Outgoing& outgoing) noexcept {
  Sender& sender = *outgoing.sender;
  const Result<std::size_t> sent = sent_bytes_of(outgoing);
  if (!sent) return sender.on_send_failed(sent.error());
  const bool has_more = *sent > 0 && sender.on_sent(*sent);
  if (outgoing.sender == nullptr) return;  // It has unmarked itself.
  if (*sent < outgoing.send.bytes.size()) return sender.on_send_blocked();
  const std::size_t sent_bytes = outgoing.sent_bytes + *sent;
  if (has_more && sender.mark().index_ == Sender::Mark::none)
    mark_with(sender, sent_bytes < sent_bytes_per_turn_max ? sent_bytes : 0);
}

void SendBatcher::drop_empty_marks() {
  std::erase_if(marked_, [](const Marked& marked) { return marked.sender == nullptr; });
  for (std::size_t i = 0; i < marked_.size(); ++i) marked_[i].sender->mark().index_ = i;
}

}  // namespace malinka::net
