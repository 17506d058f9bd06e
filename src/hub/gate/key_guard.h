// SPDX-License-Identifier: MIT
// Slows down whoever tries keys: the 429 of docs/protocol.md section 2.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "hub/gate/recent_table.h"

namespace malinka::hub {

/// What counts as one address: an IPv4 address, mapped ones too; of an IPv6 address the first 64
/// bits, since whoever has one of those has all. Anything else stands for itself.
[[nodiscard]] std::string address_group(const std::string& address);

/// Counts wrong keys by channel and address group in windows of limits::wrong_keys_seconds. An
/// address that joined rightly within the hour has a larger budget of its own, so that a stranger
/// who shares it cannot lock it out by a few guesses. **Loop-bound.**
class KeyGuard {
 public:
  /// Remembers so many pairs that tried wrong keys, and as many that joined rightly.
  KeyGuard(const Clock& clock, std::size_t wrong_keys_max, std::size_t records_max);

  /// How long this address may not try keys of this channel; nothing when it may.
  [[nodiscard]] std::optional<std::chrono::seconds> blocked_for(std::string_view channel,
                                                                const std::string& address);
  void note_wrong(std::string_view channel, const std::string& address);
  void note_right(std::string_view channel, const std::string& address);

 private:
  struct WrongKeys {
    std::size_t count = 0;
  };
  struct Trust {};

  const Clock& clock_;
  const std::size_t wrong_keys_max_;
  RecentTable<WrongKeys> wrong_;
  RecentTable<Trust> trusted_;
};

}  // namespace malinka::hub
