// SPDX-License-Identifier: MIT
#include "agent/capability/files/names.h"

#include <algorithm>
#include <cstring>

namespace malinka::agent::files {
namespace {

constexpr std::size_t block_bytes = std::size_t{64} * 1024;

}  // namespace

bool Names::add(std::string_view name) {
  const std::size_t bytes = name.size() + 1;
  if (blocks_.empty() || blocks_.back().used + bytes > block_bytes) {
    const std::size_t held = (blocks_.size() + 1) * block_bytes + count_ * sizeof(const char*);
    if (held > bytes_max_) return false;
    blocks_.push_back({.text = std::make_unique_for_overwrite<char[]>(block_bytes)});
  }
  Block& block = blocks_.back();
  *std::ranges::copy(name, &block.text[block.used]).out = '\0';
  block.used += bytes;
  ++count_;
  return true;
}

std::vector<const char*> Names::all() const {
  std::vector<const char*> names;
  names.reserve(count_);
  for (const Block& block : blocks_)
    for (std::size_t at = 0; at < block.used; at += std::strlen(&block.text[at]) + 1)
      names.push_back(&block.text[at]);
  return names;
}

std::vector<const char*> Names::sort(std::size_t offset, std::size_t limit) const {
  std::vector<const char*> names = all();
  const auto is_before = [](const char* one, const char* other) {
    return std::strcmp(one, other) < 0;
  };
  const std::size_t first = std::min(offset, count_);
  const std::size_t behind = first + std::min(limit, count_ - first);
  const auto begin = names.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(behind);
  // What is before the page, and behind it, need not be in order.
  std::nth_element(names.begin(), begin, names.end(), is_before);
  std::nth_element(begin, end, names.end(), is_before);
  std::sort(begin, end, is_before);
  return {begin, end};
}

}  // namespace malinka::agent::files
