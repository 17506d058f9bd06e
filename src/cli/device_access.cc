// SPDX-License-Identifier: MIT
#include "cli/device_access.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/files.h"
#include "base/number.h"

namespace malinka::cli {
namespace {

constexpr std::size_t file_bytes_max = 4 << 20;

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t size = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, size));
    if (size == text.size()) return parts;
    text.remove_prefix(size + 1);
  }
}

/// The lines of passwd(5) or group(5), in fields.
std::vector<std::vector<std::string>> read_records(const std::string& path) {
  std::vector<std::vector<std::string>> records;
  const auto text = base::read_file(path, file_bytes_max);
  for (const std::string& line : split(text ? *text : "", '\n'))
    if (std::vector<std::string> fields = split(line, ':'); fields.size() >= 4)
      records.push_back(std::move(fields));
  return records;
}

}  // namespace

Groups Groups::read(const std::string& root) {
  Groups groups;
  for (const std::vector<std::string>& record : read_records(root + "/etc/group"))
    if (const auto id = base::parse_number<unsigned>(record[2]))
      groups.groups_.push_back({record[0], *id, split(record[3], ',')});
  for (const std::vector<std::string>& record : read_records(root + "/etc/passwd")) {
    const auto id = base::parse_number<unsigned>(record[2]);
    const auto group = base::parse_number<unsigned>(record[3]);
    if (id && group) groups.users_.push_back({record[0], *id, *group});
  }
  return groups;
}

std::string Groups::name_of(unsigned group) const {
  const auto found = std::ranges::find(groups_, group, &Group::id);
  return found == groups_.end() ? std::to_string(group) : found->name;
}

bool Groups::has(const std::string& user, unsigned group) const {
  const auto known = std::ranges::find(users_, user, &User::name);
  if (known != users_.end() && known->group == group) return true;
  const auto found = std::ranges::find(groups_, group, &Group::id);
  return found != groups_.end() && std::ranges::find(found->members, user) != found->members.end();
}

std::optional<unsigned> Groups::id_of(const std::string& user) const {
  const auto known = std::ranges::find(users_, user, &User::name);
  return known == users_.end() ? std::nullopt : std::optional(known->id);
}

std::optional<Refusal> check_access(const Groups& groups, const std::string& user,
                                    const std::string& root, const std::string& path) {
  constexpr mode_t group_both = S_IRGRP | S_IWGRP;
  constexpr mode_t others_both = S_IROTH | S_IWOTH;
  struct stat status{};
  if (::stat((root + path).c_str(), &status) != 0 || user == "root") return {};
  if (groups.id_of(user) == status.st_uid || (status.st_mode & others_both) == others_both)
    return {};
  const std::string group = groups.name_of(status.st_gid);
  if ((status.st_mode & group_both) != group_both || group == "root")
    return Refusal{fmt::format("{} may be used by root alone", path),
                   "a udev rule has to give it to a group, as those of Raspberry Pi OS do"};
  if (groups.has(user, status.st_gid)) return {};
  return Refusal{
      fmt::format("{} belongs to group {}, in which {} is not", path, group, user),
      fmt::format("sudo usermod -aG {} {}, then restart what that user runs", group, user)};
}

}  // namespace malinka::cli
