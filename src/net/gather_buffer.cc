// SPDX-License-Identifier: MIT
#include "net/gather_buffer.h"

#include <algorithm>

#include "base/assert.h"

namespace malinka::net {
namespace {

bool is_same(ByteView left, ByteView right) {
  return left.data() == right.data() && left.size() == right.size();
}

/// As many pieces as one copy may hold.
std::span<const ByteView> joinable(std::span<const ByteView> pieces) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < pieces.size() && bytes + pieces[count].size() <= GatherBuffer::joined_bytes_max)
    bytes += pieces[count++].size();
  return pieces.first(count);
}

}  // namespace

ByteView GatherBuffer::join(std::span<const ByteView> pieces) {
  if (std::ranges::equal(pieces, last_pieces_, is_same)) return last_joined_;
  const std::span<const ByteView> joined = joinable(pieces);
  if (joined.size() < 2) return pieces.empty() ? ByteView() : pieces.front();

  ASSERT(has_room());
  if (buffer_.empty()) buffer_.resize(capacity_bytes);
  const std::size_t begin = used_bytes_;
  for (const ByteView piece : joined) {
    std::ranges::copy(piece, buffer_.begin() + static_cast<std::ptrdiff_t>(used_bytes_));
    used_bytes_ += piece.size();
  }
  last_pieces_.assign(pieces.begin(), pieces.end());
  last_joined_ = ByteView(buffer_).subspan(begin, used_bytes_ - begin);
  return last_joined_;
}

void GatherBuffer::clear() {
  used_bytes_ = 0;
  forget_pieces();
}

}  // namespace malinka::net
