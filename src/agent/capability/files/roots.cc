// SPDX-License-Identifier: MIT
#include "agent/capability/files/roots.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "agent/capability/files/files_error.h"
#include "base/limits.h"
#include "base/try.h"
#include "base/unique_fd.h"

namespace malinka::agent::files {
namespace {

/// Drops empty parts and `.`; keeps `..`, which only the kernel can resolve rightly, links being
/// what they are.
std::string normalize(std::string_view path) {
  std::string normal;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part.empty() || part == ".") continue;
    normal += '/';
    normal += part;
  }
  return normal.empty() ? "/" : normal;
}

/// What is behind `root` in `path`; nothing where it does not lie there.
std::optional<std::string> strip(std::string_view path, std::string_view root) {
  if (path == root) return ".";
  if (root == "/") return std::string(path.substr(1));
  if (!path.starts_with(root) || path[root.size()] != '/') return {};
  return std::string(path.substr(root.size() + 1));
}

/// As the path was sent, but not more of it than helps.
std::string quote(std::string_view path) {
  constexpr std::size_t quoted_bytes_max = 64;
  return std::string(path.substr(0, std::min(path.find('\0'), quoted_bytes_max)));
}

}  // namespace

std::string folder_of(std::string_view path) {
  return std::string(path.substr(0, std::min(path.rfind('/'), path.size())));
}

Roots::Roots(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) paths_.push_back(normalize(path));
  std::ranges::sort(paths_);
  const auto repeated = std::ranges::unique(paths_);
  paths_.erase(repeated.begin(), repeated.end());
}

Result<Place> Roots::find(std::string_view path) const {
  if (!path.starts_with('/') || path.size() > limits::files_path_bytes_max || path.contains('\0'))
    return fail(FilesError::bad_path, quote(path));
  std::string normal = normalize(path);
  // A deeper root sorts behind the one that it lies in.
  for (auto root = paths_.rbegin(); root != paths_.rend(); ++root)
    if (std::optional<std::string> relative = strip(normal, *root))
      return Place{std::move(normal), *root, *std::move(relative)};
  return fail(FilesError::outside_roots, normal);
}

bool Roots::is_folder_of_roots(std::string_view path) const {
  return path.starts_with('/') && normalize(path) == "/" &&
         std::ranges::find(paths_, "/") == paths_.end();
}

std::vector<Identity> Roots::identities() const {
  std::vector<Identity> identities;
  struct stat status{};
  for (const std::string& path : paths_)
    if (stat(path.c_str(), &status) == 0) identities.push_back({status.st_dev, status.st_ino});
  return identities;
}

std::vector<std::string> Roots::problems() const {
  std::vector<std::string> problems;
  for (const std::string& path : paths_) {
    const UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));
    if (fd.is_open()) continue;
    const std::error_code code(errno, std::system_category());
    problems.push_back(fmt::format("cannot read the folder {}: {}", path, code.message()));
  }
  return problems;
}

}  // namespace malinka::agent::files
