// SPDX-License-Identifier: MIT
// The web app inside the program. The source is made by cmake/web_assets.cmake.

#pragma once

#include <span>

#include "hub/gate/web_site.h"

namespace malinka::hub {

/// Empty where the program was built before the web app was.
[[nodiscard]] std::span<const WebAsset> embedded_assets();

}  // namespace malinka::hub
