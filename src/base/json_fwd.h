// SPDX-License-Identifier: MIT
// The name of the JSON value type, cheap to include.

#pragma once

#include <nlohmann/json_fwd.hpp>

namespace malinka {

using Json = nlohmann::json;

}  // namespace malinka
