// SPDX-License-Identifier: MIT
#include "agent/capability/files/leftovers.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <string_view>
#include <utility>

#include "agent/capability/files/folder_reader.h"

namespace malinka::agent::files {
namespace {

constexpr std::string_view prefix = ".malinka-";
constexpr std::string_view suffix = ".part";
/// So long, an upload that broke off can be taken up again.
constexpr std::chrono::hours age{24};
constexpr std::chrono::hours pause{1};
/// A larger folder is not searched to its end.
constexpr int names_max = 10'000;
/// Of so many folders it is known when they were looked through.
constexpr std::size_t folders_max = 256;

/// A file that is being written may have been given the time of its source already; when it was
/// read last is of its own making.
std::time_t last_touched(const struct stat& status) {
  return std::max(status.st_mtim.tv_sec, status.st_atim.tv_sec);
}

bool is_leftover(int folder, const char* name) {
  const std::string_view text = name;
  struct stat status{};
  return text.starts_with(prefix) && text.ends_with(suffix) &&
         fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
         std::chrono::seconds(std::time(nullptr) - last_touched(status)) > age;
}

}  // namespace

std::string part_name_of(const std::string& transfer) {
  return std::string(prefix) + transfer + std::string(suffix);
}

void remove_leftovers(const Child& child) {
  UniqueFd folder(openat(child.folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return;
  Result<FolderReader> reader = FolderReader::open(std::move(folder));
  for (int count = 0; reader && count < names_max; ++count) {
    const Result<const char*> name = reader->next();
    if (!name || *name == nullptr) return;
    if (is_leftover(reader->fd(), *name)) unlinkat(reader->fd(), *name, 0);
  }
}

void Leftovers::remove_beside(const Place& place) {
  if (!is_due(folder_of(place.path))) return;
  if (const Result<Child> child = open_parent(place)) remove_leftovers(*child);
}

bool Leftovers::is_due(const std::string& folder) {
  const std::scoped_lock lock(mutex_);
  const Steady now = clock_.now();
  std::erase_if(looked_through_, [&](const auto& one) { return now - one.second >= pause; });
  if (looked_through_.contains(folder)) return false;
  if (looked_through_.size() >= folders_max) looked_through_.clear();
  looked_through_.emplace(folder, now);
  return true;
}

}  // namespace malinka::agent::files
