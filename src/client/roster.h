// SPDX-License-Identifier: MIT
// Who else is in the channel, as the join's answer and the hub's presence broadcasts tell.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "malinka/client.h"
#include "protocol/join.h"

namespace malinka::client {

/// More names are not remembered: a hub lists no more than 1,000 in a channel.
inline constexpr std::size_t roster_names_max = 10'000;

/// **Loop-bound.**
class Roster {
 public:
  void reset(const protocol::JoinAnswer& answer);
  void clear();
  /// Too many to be told of one by one: nobody is known by name.
  void become_crowd();
  void add(std::string_view name, bool is_device);
  void remove(std::string_view name);

  [[nodiscard]] bool is_crowd() const { return is_crowd_; }
  [[nodiscard]] bool is_device(std::string_view name) const;
  /// How many are known by name.
  [[nodiscard]] std::size_t size() const { return is_device_by_name_.size(); }
  /// By name.
  [[nodiscard]] std::vector<Member> members() const;

 private:
  std::map<std::string, bool, std::less<>> is_device_by_name_;
  bool is_crowd_ = false;
};

}  // namespace malinka::client
