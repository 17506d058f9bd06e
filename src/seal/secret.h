// SPDX-License-Identifier: MIT
// A key: 32 bytes that are wiped when they are no longer needed.

#pragma once

#include <array>
#include <span>

#include "base/bytes.h"

namespace malinka::seal {

inline constexpr std::size_t key_bytes = 32;

/// A secret key, or what becomes one. All zero unless given. **Value**; each copy wipes its own
/// bytes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::span<const std::byte, key_bytes> bytes);
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret();

  /// Fresh from the kernel.
  [[nodiscard]] static Secret random();

  [[nodiscard]] std::span<const std::byte, key_bytes> view() const { return bytes_; }
  [[nodiscard]] std::span<std::byte, key_bytes> writable() { return bytes_; }

 private:
  std::array<std::byte, key_bytes> bytes_{};
};

/// Overwrites `bytes` so that no compiler leaves it out.
void wipe(std::span<std::byte> bytes);

}  // namespace malinka::seal
