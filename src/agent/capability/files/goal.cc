// SPDX-License-Identifier: MIT
#include "agent/capability/files/goal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "agent/capability/files/files_error.h"

namespace malinka::agent::files {
namespace {

/// A file system that keeps no times still has the content.
void set_modified(const UniqueFd& fd, Wall modified) {
  const auto time = modified.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const timespec times[] = {
      {.tv_sec = 0, .tv_nsec = UTIME_OMIT},
      {.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(time - seconds).count()}};
  (void)futimens(fd.get(), times);
}

}  // namespace

Result<std::optional<struct stat>> find_replaceable(const Child& child, Replacing replacing) {
  struct stat status{};
  if (fstatat(child.folder.get(), child.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::optional<struct stat>();
    return fail_errno(errno);
  }
  if (S_ISDIR(status.st_mode)) return fail(FilesError::folder_in_the_way);
  if (S_ISLNK(status.st_mode)) return fail(FilesError::link_in_the_way);
  if (!S_ISREG(status.st_mode)) return fail(FilesError::special_in_the_way);
  if (replacing == Replacing::no) return fail(FilesError::exists_already);
  return status;
}

FileLook look_for(const std::optional<struct stat>& old, const WriteWish& wish) {
  FileLook look;
  if (old)
    look = {
        .mode = old->st_mode & 07777, .has_owner = true, .uid = old->st_uid, .gid = old->st_gid};
  if (wish.mode) look.mode = *wish.mode;
  look.modified = wish.modified;
  return look;
}

Result<void> apply_look(const UniqueFd& fd, const FileLook& look) {
  mode_t mode = look.mode;
  // Without its owner, a file must not keep the right to act as that owner.
  if (look.has_owner && fchown(fd.get(), look.uid, look.gid) != 0) mode &= 0777;
  // FAT has no modes: what it cannot keep is no reason to lose the content.
  if (fchmod(fd.get(), mode) != 0 && errno != EPERM) return fail_errno(errno);
  if (look.modified) set_modified(fd, *look.modified);
  return {};
}

void sync_folder(const Child& child) {
  const UniqueFd folder(openat(child.folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) fsync(folder.get());
}

}  // namespace malinka::agent::files
