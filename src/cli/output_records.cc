// SPDX-License-Identifier: MIT
#include "cli/output_records.h"

#include <algorithm>

namespace malinka::cli {

bool OutputRecords::take(ByteView bytes, const std::function<void(const Piece&)>& sink) {
  while (!bytes.empty()) {
    if (left_ > 0) {
      const ByteView piece = bytes.first(std::min<std::size_t>(bytes.size(), left_));
      left_ -= static_cast<std::uint32_t>(piece.size());
      bytes = bytes.subspan(piece.size());
      sink({.kind = kind_, .bytes = piece});
      continue;
    }
    head_[head_bytes_++] = bytes.front();
    bytes = bytes.subspan(1);
    if (head_bytes_ == head_.size() && !begin_record(sink)) return false;
  }
  return true;
}

bool OutputRecords::begin_record(const std::function<void(const Piece&)>& sink) {
  head_bytes_ = 0;
  std::uint32_t size = 0;
  for (std::size_t i = 1; i < head_.size(); ++i)
    size |= std::to_integer<std::uint32_t>(head_[i]) << (8 * (i - 1));
  kind_ = static_cast<OutputKind>(head_[0]);
  switch (kind_) {
    case OutputKind::gap: sink({.kind = kind_, .missing = size}); return true;
    case OutputKind::standard:
    case OutputKind::error: left_ = size; return true;
  }
  return false;
}

}  // namespace malinka::cli
