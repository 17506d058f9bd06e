// SPDX-License-Identifier: MIT
// The media type of a file of the web app, by the end of its name.

#pragma once

#include <string_view>

namespace malinka::hub {

/// application/octet-stream where the end says nothing.
[[nodiscard]] std::string_view media_type_of(std::string_view path);

}  // namespace malinka::hub
