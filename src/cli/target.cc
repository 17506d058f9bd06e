// SPDX-License-Identifier: MIT
#include "cli/target.h"

#include "base/try.h"

namespace malinka::cli {
namespace {

Attempt<Target> check_remote(Target target) {
  if (target.device.empty())
    return usage_failure("a device must stand before the colon, as kitchen:/etc");
  if (!target.path.starts_with('/'))
    return usage_failure(target.text() + ": a path on a device is absolute, as " + target.device +
                         ":/" + target.path);
  return target;
}

}  // namespace

Attempt<Target> parse_target(std::string_view text) {
  if (text.empty()) return usage_failure("an empty path");
  const std::size_t colon = text.find(':');
  const std::size_t slash = text.find('/');
  if (colon == std::string_view::npos || slash < colon) return Target{{}, std::string(text)};
  return check_remote({std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))});
}

Attempt<Target> parse_remote_target(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    if (text.contains('/'))
      return usage_failure(std::string(text) + ": which device? say DEV:" + std::string(text));
    return check_remote({std::string(text), "/"});
  }
  Target target = {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
  if (target.path.empty()) target.path = "/";
  return check_remote(std::move(target));
}

std::string file_name_of(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string join_path(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.ends_with('/')) path += '/';
  return path += name;
}

}  // namespace malinka::cli
