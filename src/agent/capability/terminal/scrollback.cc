// SPDX-License-Identifier: MIT
#include "agent/capability/terminal/scrollback.h"

#include <algorithm>

namespace malinka::agent::terminal {

void Scrollback::append(ByteView bytes) {
  const std::size_t free = bytes_max_ - ring_.size();
  const ByteView first = bytes.first(std::min(free, bytes.size()));
  malinka::append(ring_, first);
  bytes = bytes.subspan(first.size());
  if (bytes.empty()) return;
  has_dropped_ = true;
  if (bytes.size() > bytes_max_) bytes = bytes.last(bytes_max_);
  while (!bytes.empty()) {
    const ByteView piece = bytes.first(std::min(bytes.size(), bytes_max_ - oldest_));
    std::ranges::copy(piece, ring_.begin() + static_cast<std::ptrdiff_t>(oldest_));
    oldest_ = (oldest_ + piece.size()) % bytes_max_;
    bytes = bytes.subspan(piece.size());
  }
}

Bytes Scrollback::tail(std::size_t bytes_max) const {
  const auto middle = ring_.begin() + static_cast<std::ptrdiff_t>(oldest_);
  Bytes all(middle, ring_.end());
  all.insert(all.end(), ring_.begin(), middle);
  const bool is_cut = has_dropped_ || all.size() > bytes_max;
  const std::size_t size = std::min(all.size(), bytes_max);
  auto begin = all.end() - static_cast<std::ptrdiff_t>(size);
  if (const auto line_end = std::find(begin, all.end(), std::byte{'\n'});
      is_cut && line_end != all.end())
    begin = line_end + 1;
  all.erase(all.begin(), begin);
  return all;
}

}  // namespace malinka::agent::terminal
