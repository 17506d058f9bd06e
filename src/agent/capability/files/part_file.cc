// SPDX-License-Identifier: MIT
#include "agent/capability/files/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <utility>

#include "agent/capability/files/files_error.h"
#include "agent/capability/files/new_file.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

/// The part, locked: two attempts at once would spoil it.
Result<UniqueFd> open_part(const Child& child, const std::string& name) {
  UniqueFd fd(openat(child.folder.get(), name.c_str(),
                     O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600));
  if (!fd.is_open()) return fail_errno(errno);
  if (flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  return errno == EWOULDBLOCK ? fail(FilesError::in_transfer) : fail_errno(errno);
}

/// How much of it can be gone on with: nothing of a file that is no part of this one.
Result<std::uint64_t> size_of_part(const UniqueFd& fd, std::uint64_t bytes_whole) {
  struct stat status{};
  if (fstat(fd.get(), &status) != 0) return fail_errno(errno);
  if (!S_ISREG(status.st_mode)) return fail(FilesError::special_in_the_way);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size <= bytes_whole && status.st_uid == geteuid()) return size;
  if (ftruncate(fd.get(), 0) != 0) return fail_errno(errno);
  return 0;
}

void set_modified(const UniqueFd& fd, Wall modified) {
  const auto time = modified.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const timespec times[] = {
      {.tv_sec = 0, .tv_nsec = UTIME_OMIT},
      {.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(time - seconds).count()}};
  (void)futimens(fd.get(), times);  // A file system that keeps no times still has the content.
}

Error at(const Place& place, Error error) {
  error.context = place.path;
  return error;
}

}  // namespace

Result<PartFile> PartFile::open(const Place& place, Transfer transfer) {
  Child child = TRY(open_parent(place));
  if (auto old = find_replaceable(child, transfer.wish.replacing); !old)
    return std::unexpected(at(place, std::move(old.error())));
  std::string name = part_name_of(transfer.name);
  auto fd = open_part(child, name);
  if (!fd) return std::unexpected(at(place, std::move(fd.error())));
  auto size = size_of_part(*fd, transfer.bytes);
  if (!size) return std::unexpected(at(place, std::move(size.error())));
  return PartFile(place, std::move(child), std::move(transfer), std::move(name),
                  base::FileSink(*std::move(fd), *size));
}

Result<void> PartFile::put(const std::string& sha256) {
  if (sink_.size() != transfer_.bytes) return fail(FilesError::size_differs, place_.path);
  const auto old = find_replaceable(child_, transfer_.wish.replacing);
  if (!old) return std::unexpected(at(place_, old.error()));
  const std::string seen = TRY(sink_.finish());
  if (seen != sha256) return fail(FilesError::hash_differs, place_.path);
  TRY_VOID(apply_look(sink_.fd(), look_for(*old, transfer_.wish)));
  if (transfer_.modified) set_modified(sink_.fd(), *transfer_.modified);
  const int folder = child_.folder.get();
  const unsigned flags = *old ? 0 : RENAME_NOREPLACE;
  if (renameat2(folder, name_.c_str(), folder, child_.name.c_str(), flags) != 0)
    return errno == EEXIST ? fail(FilesError::exists_already, place_.path)
                           : fail_errno(errno, place_.path);
  sync_folder(child_);
  remove_leftovers(child_);
  return {};
}

void PartFile::discard() { unlinkat(child_.folder.get(), name_.c_str(), 0); }

}  // namespace malinka::agent::files
