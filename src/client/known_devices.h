// SPDX-License-Identifier: MIT
// Which identity each device had when it was first met, or was accepted since. Kept in a file of
// the person's, a line `CHANNEL NAME KEY` for each time; the last line of a device counts.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "malinka/result.h"
#include "seal/primitives.h"

namespace malinka::client {

/// What the text of such a file says of a device. What is no line of it is passed over.
[[nodiscard]] std::optional<seal::PublicKey> find_known_device(std::string_view text,
                                                               std::string_view channel,
                                                               std::string_view name);

/// Looks into the file each time, since other programs write there too, and holds it meanwhile: on
/// this thread, as it is short and read once in the life of a session. **Loop-bound.**
class KnownDevices {
 public:
  /// Remembers for as long as it lives.
  KnownDevices() = default;
  /// Remembers in `path`. Errors: those of reading it.
  [[nodiscard]] static Result<KnownDevices> open(std::string path);

  enum class Verdict { known, first_met, changed };
  /// Remembers who is met for the first time, if the file takes it.
  [[nodiscard]] Verdict meet(std::string_view channel, std::string_view name,
                             const seal::PublicKey& identity);
  /// Remembers `identity` in the place of what was known. Errors: those of writing the file.
  [[nodiscard]] Result<void> accept(std::string_view channel, std::string_view name,
                                    const seal::PublicKey& identity);
  /// The fingerprint that is remembered; empty where there is none.
  [[nodiscard]] std::string fingerprint_of(std::string_view channel, std::string_view name) const;

 private:
  std::string path_;  // Empty: no file.
  /// Lines as in the file: all there is without one, and what the file did not take.
  std::string own_lines_;
};

}  // namespace malinka::client
