// SPDX-License-Identifier: MIT
// SHA-256 (FIPS 180-4) of what comes piece by piece: an adapter over OpenSSL.

#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"

namespace malinka::base {

/// **Value** that can be moved, and not copied.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;

  void add(ByteView bytes);
  /// Of all that was added, as 64 hexadecimal digits in lower case. The last call.
  [[nodiscard]] std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Of all of `bytes`, as finish_hex gives it.
[[nodiscard]] std::string sha256_hex(ByteView bytes);

}  // namespace malinka::base
