// SPDX-License-Identifier: MIT
// Random bytes from the kernel (getrandom(2)), and text made of them.

#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace malinka::base {

/// Fills `out`; stops the process where the kernel has no randomness to give.
void fill_random(std::span<std::byte> out);

/// A number from 0 up to, not including, `bound` (at least 1). Uniform.
[[nodiscard]] std::uint64_t random_below(std::uint64_t bound);

/// `bits` random bits, a multiple of 8, as unpadded base64url.
[[nodiscard]] std::string random_text(unsigned bits);

}  // namespace malinka::base
