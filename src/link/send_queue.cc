// SPDX-License-Identifier: MIT
#include "link/send_queue.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "net/stream.h"

namespace malinka::link {
namespace {

constexpr std::size_t taken_bytes_max = 64UL * 1024;

}  // namespace

bool SendQueue::has_room() const {
  return unsent_bytes() < taken_bytes_max && others().size() + 1 < net::write_pieces_max;
}

void SendQueue::push(SharedBytes frame) {
  ASSERT(!frame.empty());
  if (first_.empty()) {
    first_ = std::move(frame);
    return;
  }
  if (!others_) others_ = std::make_unique<Others>();
  others_->bytes += frame.size();
  others_->frames.push_back(std::move(frame));
}

std::size_t SendQueue::fill(std::span<ByteView> pieces) const {
  if (first_.empty() || pieces.empty()) return 0;
  pieces[0] = first_.view().subspan(sent_of_first_);
  std::size_t count = 1;
  for (const SharedBytes& frame : others()) {
    if (count == pieces.size()) break;
    pieces[count++] = frame.view();
  }
  return count;
}

void SendQueue::remove(std::size_t bytes) {
  ASSERT(bytes <= unsent_bytes());
  sent_of_first_ += bytes;
  if (sent_of_first_ < first_.size()) return;
  sent_of_first_ -= first_.size();
  first_ = {};
  if (others_) take_first_of_others();
}

/// The first that has bytes left; all before it are gone.
void SendQueue::take_first_of_others() {
  auto& [frames, bytes] = *others_;
  auto left = frames.begin();
  while (left != frames.end() && sent_of_first_ >= left->size()) {
    sent_of_first_ -= left->size();
    bytes -= left->size();
    ++left;
  }
  if (left != frames.end()) {
    bytes -= left->size();
    first_ = std::move(*left++);
  }
  frames.erase(frames.begin(), left);
  if (frames.empty()) others_.reset();
}

std::size_t SendQueue::unsent_bytes() const {
  return first_.size() - sent_of_first_ + (others_ ? others_->bytes : 0);
}

std::span<const SharedBytes> SendQueue::others() const {
  return others_ ? std::span<const SharedBytes>(others_->frames) : std::span<const SharedBytes>();
}

}  // namespace malinka::link
