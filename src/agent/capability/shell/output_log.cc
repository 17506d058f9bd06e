// SPDX-License-Identifier: MIT
#include "agent/capability/shell/output_log.h"

#include <algorithm>
#include <limits>

namespace malinka::agent::shell {
namespace {

/// What a piece takes of the memory beside its bytes, roughly.
constexpr std::size_t piece_cost = 96;
/// Small outputs are joined to pieces of this size, and large ones cut.
constexpr std::size_t piece_bytes_max = 16384;
/// What one read gives at least, where there is as much.
constexpr std::size_t read_bytes = 65536;

constexpr std::uint8_t gap = 0;

void append_head(Bytes& records, std::uint8_t kind, std::uint32_t size) {
  records.push_back(std::byte{kind});
  for (int shift = 0; shift < 32; shift += 8)
    records.push_back(static_cast<std::byte>(size >> shift));
}

}  // namespace

void OutputLog::append(os::Output output, ByteView bytes) {
  if (output == os::Output::standard) standard_total_ += bytes.size();
  while (!bytes.empty()) {
    const bool is_new = pieces_.empty() || pieces_.back().output != output ||
                        pieces_.back().bytes.size() == piece_bytes_max;
    if (is_new) pieces_.push_back({.output = output, .begin = end_, .bytes = {}});
    Bytes& last = pieces_.back().bytes;
    const ByteView share = bytes.first(std::min(bytes.size(), piece_bytes_max - last.size()));
    malinka::append(last, share);
    cost_ += share.size() + (is_new ? piece_cost : 0);
    end_ += share.size();
    bytes = bytes.subspan(share.size());
    while (cost_ > bytes_max_ && pieces_.size() > 1) drop_oldest();
  }
}

void OutputLog::drop_oldest() {
  const std::size_t bytes = pieces_.front().bytes.size();
  cost_ -= bytes + piece_cost;
  begin_ += bytes;
  pieces_.pop_front();
}

std::uint64_t OutputLog::read(std::uint64_t place, Bytes& records) const {
  while (place < begin_) {
    const std::uint64_t missing =
        std::min<std::uint64_t>(begin_ - place, std::numeric_limits<std::uint32_t>::max());
    append_head(records, gap, static_cast<std::uint32_t>(missing));
    place += missing;
  }
  auto piece = std::ranges::upper_bound(pieces_, place, {}, &Piece::begin);
  if (piece != pieces_.begin()) --piece;
  for (; piece != pieces_.end() && records.size() < read_bytes; ++piece) {
    const std::size_t skipped = static_cast<std::size_t>(place - piece->begin);
    const ByteView rest = ByteView(piece->bytes).subspan(std::min(skipped, piece->bytes.size()));
    if (rest.empty()) continue;
    append_head(records, static_cast<std::uint8_t>(piece->output),
                static_cast<std::uint32_t>(rest.size()));
    malinka::append(records, rest);
    place += rest.size();
  }
  return place;
}

os::Captured OutputLog::read_one(os::Output output, std::uint64_t place) const {
  os::Captured captured;
  for (const Piece& piece : pieces_) {
    if (piece.output != output || piece.begin + piece.bytes.size() <= place) continue;
    const std::uint64_t skipped = place > piece.begin ? place - piece.begin : 0;
    captured.bytes += as_text(ByteView(piece.bytes).subspan(static_cast<std::size_t>(skipped)));
  }
  captured.total = captured.bytes.size();
  return captured;
}

}  // namespace malinka::agent::shell
