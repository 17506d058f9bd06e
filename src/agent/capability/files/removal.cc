// SPDX-License-Identifier: MIT
#include "agent/capability/files/removal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "agent/capability/files/files_error.h"
#include "agent/capability/files/folder_reader.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

/// Walks a tree down and removes it on the way back.
class Removal {
 public:
  Removal(std::vector<Identity> roots, dev_t device) : roots_(std::move(roots)), device_(device) {}

  /// A name in an open folder, and all below it. `depth` folders lie above.
  [[nodiscard]] Result<void> remove(int folder, const char* name, std::size_t depth) {
    struct stat status{};
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return fail_errno(errno, name);
    if (!S_ISDIR(status.st_mode)) return unlink(folder, name, 0);
    if (std::ranges::find(roots_, Identity{status.st_dev, status.st_ino}) != roots_.end())
      return fail(FilesError::is_root, name);
    if (status.st_dev != device_) return fail(FilesError::mount_inside, name);
    if (depth == limits::files_depth_max) return fail(FilesError::too_deep, name);
    TRY_VOID(empty(folder, name, depth));
    return unlink(folder, name, AT_REMOVEDIR);
  }

  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  Result<void> empty(int folder, const char* name, std::size_t depth) {
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    UniqueFd fd(openat(folder, name, flags));
    if (!fd.is_open()) return fail_errno(errno, name);
    FolderReader reader = TRY(FolderReader::open(std::move(fd)));
    // Some file systems pass over names while others are removed: again, until there was none.
    while (TRY(empty_once(reader, depth))) reader.rewind();
    return {};
  }

  Result<bool> empty_once(FolderReader& reader, std::size_t depth) {
    const std::size_t before = count_;
    while (const char* const name = TRY(reader.next()))
      TRY_VOID(remove(reader.fd(), name, depth + 1));
    return count_ != before;
  }

  Result<void> unlink(int folder, const char* name, int flags) {
    if (unlinkat(folder, name, flags) != 0) return fail_errno(errno, name);
    ++count_;
    return {};
  }

  std::vector<Identity> roots_;
  dev_t device_;
  std::size_t count_ = 0;
};

Result<std::size_t> remove_one(const Child& child, const Place& place, bool is_folder) {
  if (unlinkat(child.folder.get(), child.name.c_str(), is_folder ? AT_REMOVEDIR : 0) == 0) return 1;
  if (errno == ENOTEMPTY || errno == EEXIST) return fail(FilesError::not_empty, place.path);
  return fail_errno(errno, place.path);
}

}  // namespace

Result<std::size_t> remove_place(const Roots& roots, const Place& place, Extent extent) {
  const Child child = TRY(open_parent(place));
  TRY_VOID(check_is_no_root(roots, child));
  struct stat status{};
  if (fstatat(child.folder.get(), child.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return fail_errno(errno, place.path);
  const bool is_folder = S_ISDIR(status.st_mode);
  if (!is_folder || extent == Extent::one) return remove_one(child, place, is_folder);
  Removal removal(roots.identities(), status.st_dev);
  Result<void> done = removal.remove(child.folder.get(), child.name.c_str(), 0);
  if (done) return removal.count();
  Error error = std::move(done.error());
  error.context =
      fmt::format("{}: {} removed, then stopped at {}", place.path, removal.count(), error.context);
  return std::unexpected(std::move(error));
}

Result<void> check_is_no_root(const Roots& roots, const Child& child) {
  struct stat status{};
  if (fstatat(child.folder.get(), child.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return fail_errno(errno, child.name);
  const std::vector<Identity> all = roots.identities();
  if (std::ranges::find(all, Identity{status.st_dev, status.st_ino}) != all.end())
    return fail(FilesError::is_root, child.name);
  return {};
}

}  // namespace malinka::agent::files
