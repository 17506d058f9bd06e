// SPDX-License-Identifier: MIT
// A subscriber as its channel and the router see it. hub/session has the real one, tests have their
// own.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "hub/channel/burst.h"
#include "hub/channel/parcel.h"

namespace malinka::hub {

/// What is kept of the instance that a join gives, which may be empty: all that is ever asked is
/// whether another gives the same.
class InstanceMark {
 public:
  InstanceMark() : InstanceMark(std::string_view()) {}
  explicit InstanceMark(std::string_view instance)
      : hash_(static_cast<std::uint32_t>(std::hash<std::string_view>()(instance))) {}
  bool operator==(const InstanceMark&) const = default;

 private:
  std::uint32_t hash_;
};

/// Who a member is. Fixed while it lives.
struct Profile {
  MemberId id = hub_id;
  std::uint64_t message_bytes_max = std::numeric_limits<std::uint64_t>::max();
  std::string name{};
  InstanceMark instance{};  ///< Of its process.
  bool is_device = false;
  bool takes_binary = false;
};

/// **Loop-bound.** Outlives its place in a channel.
class Member {
 public:
  explicit Member(Profile profile) : profile_(std::move(profile)) {}

  /// Queues a copy. False when there is no room for it; it is then forgotten, except for the note
  /// that the member gets of what was dropped for it.
  virtual bool queue(const ParcelRef& parcel) noexcept = 0;
  /// Sends Broadcasts as one. False, and sends nothing, when the member does not keep up or may not
  /// have all: then each is to be queued by itself, where it can be counted, dropped and overtaken.
  [[nodiscard]] virtual bool send_burst(const Burst& burst) noexcept = 0;

  [[nodiscard]] const Profile& profile() const { return profile_; }
  [[nodiscard]] const std::string& name() const { return profile_.name; }
  [[nodiscard]] MemberId id() const { return profile_.id; }

 protected:
  ~Member() = default;

 private:
  Profile profile_;
};

}  // namespace malinka::hub
