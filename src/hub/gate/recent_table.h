// SPDX-License-Identifier: MIT
// A bounded table whose entries end by themselves: the one begun longest ago makes room.

#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"

namespace malinka::hub {

/// Entries live equally long, so their order is that of their ends. **Loop-bound.**
template <typename Value>
class RecentTable {
 public:
  RecentTable(std::size_t entries_max, std::chrono::nanoseconds lifetime)
      : entries_max_(entries_max), lifetime_(lifetime) {}

  /// Null when there is none, or it has ended. Good until the next call of begin().
  [[nodiscard]] Value* find(const std::string& key, Steady now) {
    drop_ended(now);
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &found->second->value;
  }

  /// A fresh entry, in place of the one that there was.
  Value& begin(const std::string& key, Steady now) {
    drop_ended(now);
    if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second);
    if (by_key_.size() >= entries_max_) drop(entries_.begin());
    entries_.push_back({key, now + lifetime_, Value()});
    by_key_[entries_.back().key] = std::prev(entries_.end());
    return entries_.back().value;
  }

  /// When the entry ends; it must be there.
  [[nodiscard]] Steady end_of(const std::string& key) const { return by_key_.at(key)->end; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    Steady end;
    Value value;
  };
  using Place = typename std::list<Entry>::iterator;

  void drop_ended(Steady now) {
    while (!entries_.empty() && entries_.front().end <= now) drop(entries_.begin());
  }
  void drop(Place place) {
    by_key_.erase(place->key);
    entries_.erase(place);
  }

  const std::size_t entries_max_;
  const std::chrono::nanoseconds lifetime_;
  std::list<Entry> entries_;                  // The one that ends first in front.
  std::map<std::string_view, Place> by_key_;  // The views lie in the entries.
};

}  // namespace malinka::hub
