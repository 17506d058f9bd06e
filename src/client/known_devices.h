// SPDX-License-Identifier: MIT
// Which identity each device had when it was first met. Kept in a file of the person's, one line
// for each meeting; the last line of a device counts.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "malinka/result.h"
#include "seal/primitives.h"

namespace malinka::client {

/// **Loop-bound.**
class KnownDevices {
 public:
  /// Remembers for as long as it lives.
  KnownDevices() = default;
  /// Remembers in `path`, whose folder is made where it is missing. What is not understood there is
  /// passed over. Errors: those of reading it.
  [[nodiscard]] static Result<KnownDevices> open(std::string path);

  enum class Verdict { known, first_met, changed };
  /// Remembers who is met for the first time. The file is written at once, on this thread: one
  /// short line in the life of a device.
  [[nodiscard]] Verdict meet(std::string_view channel, std::string_view name,
                             const seal::PublicKey& identity);
  /// Remembers `identity` in the place of what was known. Errors: those of writing the file.
  [[nodiscard]] Result<void> accept(std::string_view channel, std::string_view name,
                                    const seal::PublicKey& identity);
  /// The fingerprint that is remembered; empty where there is none.
  [[nodiscard]] std::string fingerprint_of(std::string_view channel, std::string_view name) const;

 private:
  using Key = std::pair<std::string, std::string>;  // Channel and name.

  void read_line(std::string_view line);

  std::string path_;  // Empty: no file.
  std::map<Key, seal::PublicKey> identities_;
};

}  // namespace malinka::client
