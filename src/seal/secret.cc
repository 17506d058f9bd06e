// SPDX-License-Identifier: MIT
#include "seal/secret.h"

#include <sodium.h>

#include <algorithm>

#include "base/random.h"

namespace malinka::seal {

Secret::Secret(std::span<const std::byte, key_bytes> bytes) {
  std::ranges::copy(bytes, bytes_.begin());
}

Secret::~Secret() { wipe(bytes_); }

Secret Secret::random() {
  Secret secret;
  base::fill_random(secret.bytes_);
  return secret;
}

void wipe(std::span<std::byte> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

}  // namespace malinka::seal
