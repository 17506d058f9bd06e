// SPDX-License-Identifier: MIT
// What the hub keeps of a channel's key: a hash that means nothing outside of this process.

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace malinka::hub {

/// HMAC-SHA256 of a key, with the process' secret.
using KeyHash = std::array<std::byte, 32>;

/// Hashes keys with a random secret that it never gives away. **Value**; one for each use, as
/// what one hashed means nothing to another.
class KeyHasher {
 public:
  KeyHasher();
  [[nodiscard]] KeyHash hash(std::string_view key) const;

 private:
  std::array<std::byte, 32> secret_;
};

/// What guards a channel; open where there is no hash. **Value.**
class ChannelKey {
 public:
  ChannelKey() = default;
  /// An empty key leaves the channel open.
  ChannelKey(const KeyHasher& hasher, std::string_view key);

  [[nodiscard]] bool is_guarded() const { return hash_.has_value(); }
  /// Takes the same time whatever the two have in common.
  [[nodiscard]] bool is_same_as(const ChannelKey& other) const;

 private:
  std::optional<KeyHash> hash_;
};

}  // namespace malinka::hub
