// SPDX-License-Identifier: MIT
// The replies that capabilities give most.

#pragma once

#include <string>

#include "agent/capability/capability.h"

namespace malinka::agent {

[[nodiscard]] Reply done(Json value);
/// `error` is a sentence for the person who asked: what is wrong and, where it can be said, what
/// would help.
[[nodiscard]] Reply refuse(ResponseCode code, std::string error);

}  // namespace malinka::agent
