// SPDX-License-Identifier: MIT
#include "cli/device_list.h"

#include <algorithm>

namespace malinka::cli {

Attempt<std::vector<std::string>> parse_devices(const Session& session, std::string_view text) {
  std::vector<std::string> names;
  if (text == "*") {
    names = session.devices();
    if (!names.empty()) return names;
    return std::unexpected(Failure{ExitCode::no_device,
                                   {},
                                   static_cast<int>(ResponseCode::not_found),
                                   "there is no device in channel " + session.status().channel});
  }
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) names.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (names.empty()) return usage_failure("which device? say DEV, DEV,DEV or '*'");
  return names;
}

}  // namespace malinka::cli
