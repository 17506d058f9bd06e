// SPDX-License-Identifier: MIT
#include "agent/capability/files/entry.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "agent/capability/files/beneath.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"
#include "base/utf8.h"
#include "protocol/timestamp.h"

namespace malinka::agent::files {
namespace {

std::string_view type_of(const struct stat& status) {
  if (S_ISREG(status.st_mode)) return "file";
  if (S_ISDIR(status.st_mode)) return "folder";
  return S_ISLNK(status.st_mode) ? "link" : "other";
}

/// A disk may claim any time; what our clock cannot hold becomes the nearest that it can.
Wall modified_of(const struct stat& status) {
  constexpr time_t seconds_max =
      9'000'000'000;  // In the year 2255; beyond 2262 nanoseconds overflow.
  const time_t seconds = std::clamp(status.st_mtim.tv_sec, -seconds_max, seconds_max);
  return Wall(std::chrono::seconds(seconds));
}

/// The same, with U+FFFD for what is not UTF-8: as dump_json writes it.
std::string to_utf8(const std::string& bytes) {
  return base::is_utf8(bytes) ? bytes : parse_json(dump_json(bytes))->get<std::string>();
}

/// An empty name means the link `folder` itself.
void add_target(Json& entry, int folder, const char* name) {
  if (entry.at("type") != "link") return;
  std::array<char, limits::files_path_bytes_max> target{};
  const ssize_t size = readlinkat(folder, name, target.data(), target.size());
  if (size >= 0) entry["target"] = to_utf8({target.data(), static_cast<std::size_t>(size)});
}

}  // namespace

Json make_entry(const std::string& path, const std::string& name, const struct stat& status) {
  Json entry = {{"name", to_utf8(name)},
                {"path", to_utf8(path)},
                {"type", type_of(status)},
                {"size", status.st_size},
                {"modified", protocol::format_timestamp(modified_of(status))},
                {"mode", fmt::format("{:04o}", status.st_mode & 07777)}};
  if (!base::is_utf8(name)) entry["utf8"] = false;
  return entry;
}

Result<Json> read_entry(int folder, const char* name, const std::string& folder_path) {
  struct stat status{};
  if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return fail_errno(errno, name);
  const std::string path = (folder_path == "/" ? "" : folder_path) + "/" + name;
  Json entry = make_entry(path, name, status);
  add_target(entry, folder, name);
  return entry;
}

Result<Json> read_entry(const Place& place) {
  const UniqueFd fd = TRY(open_place(place, O_PATH | O_NOFOLLOW));
  struct stat status{};
  if (fstat(fd.get(), &status) != 0) return fail_errno(errno, place.path);
  const std::size_t slash = place.path.rfind('/');
  const bool is_top = place.path == "/";
  Json entry = make_entry(place.path, is_top ? "/" : place.path.substr(slash + 1), status);
  add_target(entry, fd.get(), "");
  return entry;
}

}  // namespace malinka::agent::files
