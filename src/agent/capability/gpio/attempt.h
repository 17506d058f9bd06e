// SPDX-License-Identifier: MIT
// A value, or the reply that says why there is none.

#pragma once

#include <expected>

#include "agent/capability/reply.h"

namespace malinka::agent::gpio {

template <typename T>
using Attempt = std::expected<T, Reply>;

[[nodiscard]] inline std::unexpected<Reply> no(ResponseCode code, std::string error) {
  return std::unexpected(refuse(code, std::move(error)));
}

}  // namespace malinka::agent::gpio
