// SPDX-License-Identifier: MIT
#include "client/roster.h"

namespace malinka::client {

void Roster::reset(const protocol::JoinAnswer& answer) {
  clear();
  is_crowd_ = answer.is_crowd;
  for (const std::string& name : answer.subscribers) add(name, false);
  for (const std::string& name : answer.devices) add(name, true);
}

void Roster::clear() {
  is_device_by_name_.clear();
  is_crowd_ = false;
}

void Roster::become_crowd() {
  clear();
  is_crowd_ = true;
}

void Roster::add(std::string_view name, bool is_device) {
  if (const auto known = is_device_by_name_.find(name); known != is_device_by_name_.end()) {
    known->second = is_device;
    return;
  }
  if (is_device_by_name_.size() < roster_names_max) is_device_by_name_.emplace(name, is_device);
}

void Roster::remove(std::string_view name) {
  if (const auto known = is_device_by_name_.find(name); known != is_device_by_name_.end())
    is_device_by_name_.erase(known);
}

bool Roster::is_device(std::string_view name) const {
  const auto known = is_device_by_name_.find(name);
  return known != is_device_by_name_.end() && known->second;
}

std::vector<Member> Roster::members() const {
  std::vector<Member> members;
  members.reserve(is_device_by_name_.size());
  for (const auto& [name, is_device] : is_device_by_name_) members.push_back({name, is_device});
  return members;
}

}  // namespace malinka::client
