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
  return unsent_bytes_ < taken_bytes_max && others().size() + 1 < net::write_pieces_max;
}

void SendQueue::push(SharedBytes frame) {
  ASSERT(!frame.empty());
  unsent_bytes_ += frame.size();
  if (first_.empty()) {
    first_ = std::move(frame);
    return;
  }
  if (!others_) others_ = std::make_unique<std::vector<SharedBytes>>();
  others_->push_back(std::move(frame));
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
  ASSERT(bytes <= unsent_bytes_);
  unsent_bytes_ -= bytes;
  sent_of_first_ += bytes;
  if (sent_of_first_ < first_.size()) return;
  sent_of_first_ -= first_.size();
  first_ = {};
  if (!others_) return;

  auto left = others_->begin();
  while (left != others_->end() && sent_of_first_ >= left->size()) {
    sent_of_first_ -= left->size();
    ++left;
  }
  if (left != others_->end()) first_ = std::move(*left++);
  others_->erase(others_->begin(), left);
  if (others_->empty()) others_.reset();
}

std::span<const SharedBytes> SendQueue::others() const {
  return others_ ? std::span<const SharedBytes>(*others_) : std::span<const SharedBytes>();
}

}  // namespace malinka::link
