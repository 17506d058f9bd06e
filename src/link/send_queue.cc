// SPDX-License-Identifier: MIT
#include "link/send_queue.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "net/stream.h"

namespace malinka::link {
namespace {

constexpr std::size_t taken_bytes_max = 64UL * 1024;

// An idle connection keeps room for a few frames, not for the burst that it once sent.
constexpr std::size_t kept_capacity = 4;

}  // namespace

bool SendQueue::has_room() const {
  return unsent_bytes_ < taken_bytes_max && frames_.size() < net::write_pieces_max;
}

void SendQueue::push(SharedBytes frame) {
  ASSERT(!frame.empty());
  unsent_bytes_ += frame.size();
  frames_.push_back(std::move(frame));
}

std::size_t SendQueue::fill(std::span<ByteView> pieces) const {
  const std::size_t count = std::min(pieces.size(), frames_.size());
  for (std::size_t i = 0; i < count; ++i) pieces[i] = frames_[i].view();
  if (count > 0) pieces[0] = pieces[0].subspan(sent_of_first_);
  return count;
}

void SendQueue::remove(std::size_t bytes) {
  ASSERT(bytes <= unsent_bytes_);
  unsent_bytes_ -= bytes;
  sent_of_first_ += bytes;
  auto first_left = frames_.begin();
  while (first_left != frames_.end() && sent_of_first_ >= first_left->size()) {
    sent_of_first_ -= first_left->size();
    ++first_left;
  }
  frames_.erase(frames_.begin(), first_left);
  if (frames_.empty() && frames_.capacity() > kept_capacity) frames_ = {};
}

}  // namespace malinka::link
