// SPDX-License-Identifier: MIT
// ASSERT(condition): on in every build. A failure is a bug of ours, so the process stops and says
// where; input from a peer never reaches one.

#pragma once

namespace malinka::base {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace malinka::base

#define ASSERT(condition) \
  ((condition) ? void(0) : ::malinka::base::assertion_failed(#condition, __FILE__, __LINE__))
