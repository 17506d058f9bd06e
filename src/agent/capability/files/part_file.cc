// SPDX-License-Identifier: MIT
#include "agent/capability/files/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <utility>

#include "agent/capability/files/files_error.h"
#include "agent/capability/files/leftovers.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

/// How often something else may be under the name of a part before that is given up.
constexpr int tries_max = 3;

/// Nothing where the name was not free, and may be now.
using MaybePart = std::optional<UniqueFd>;

/// Whether `fd` is still what has that name: it is not once it was put in its place, or removed.
bool has_name(const UniqueFd& fd, const Child& child, const std::string& name) {
  struct stat own{};
  struct stat named{};
  return fstat(fd.get(), &own) == 0 &&
         fstatat(child.folder.get(), name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

/// Two attempts at once would spoil it.
Result<MaybePart> lock_part(UniqueFd fd, const Child& child, const std::string& name) {
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK ? fail(FilesError::in_transfer) : fail_errno(errno);
  return has_name(fd, child, name) ? MaybePart(std::move(fd)) : MaybePart();
}

Result<MaybePart> remove_in_the_way(const Child& child, const std::string& name) {
  if (unlinkat(child.folder.get(), name.c_str(), 0) != 0 && errno != ENOENT)
    return fail_errno(errno);
  return MaybePart();
}

/// Of an earlier attempt. What others could write to, or is known by another name as well, is no
/// part of ours.
Result<MaybePart> open_old_part(const Child& child, const std::string& name) {
  UniqueFd fd(openat(child.folder.get(), name.c_str(),
                     O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.is_open() && (errno == ELOOP || errno == EACCES)) return remove_in_the_way(child, name);
  if (!fd.is_open()) return errno == ENOENT ? Result<MaybePart>() : fail_errno(errno);
  struct stat status{};
  if (fstat(fd.get(), &status) != 0) return fail_errno(errno);
  if (!S_ISREG(status.st_mode)) return fail(FilesError::special_in_the_way);
  MaybePart part = TRY(lock_part(std::move(fd), child, name));
  const bool is_ours = status.st_uid == geteuid() && status.st_nlink <= 1;
  if (part && !is_ours) return remove_in_the_way(child, name);
  if (part) (void)futimens(part->get(), nullptr);  // Its day begins anew.
  return part;
}

Result<UniqueFd> open_part(const Child& child, const std::string& name) {
  for (int tries = 0; tries < tries_max; ++tries) {
    UniqueFd fresh(
        openat(child.folder.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fresh.is_open() && errno != EEXIST) return fail_errno(errno);
    MaybePart part = TRY(fresh.is_open() ? lock_part(std::move(fresh), child, name)
                                         : open_old_part(child, name));
    if (part) return *std::move(part);
  }
  return fail(FilesError::in_transfer);
}

/// How much of it can be gone on with: nothing where it is not known how much it shall be, or there
/// is more than that.
Result<std::uint64_t> size_of_part(const UniqueFd& fd, std::optional<std::uint64_t> bytes_whole) {
  struct stat status{};
  if (fstat(fd.get(), &status) != 0) return fail_errno(errno);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (bytes_whole && size <= *bytes_whole) return size;
  if (ftruncate(fd.get(), 0) != 0) return fail_errno(errno);
  return 0;
}

Error at(const Place& place, Error error) {
  error.context = place.path;
  return error;
}

}  // namespace

Result<PartFile> PartFile::open(const Place& place, Transfer transfer, FolderSyncs& syncs) {
  Child child = TRY(open_parent(place));
  FolderSyncs::Share share = syncs.share(place.path);
  if (auto old = find_replaceable(child, transfer.wish.replacing); !old)
    return std::unexpected(at(place, std::move(old.error())));
  std::string name = part_name_of(transfer.name);
  auto fd = open_part(child, name);
  if (!fd) return std::unexpected(at(place, std::move(fd.error())));
  auto size = size_of_part(*fd, transfer.bytes);
  if (!size) return std::unexpected(at(place, std::move(size.error())));
  return PartFile(place, std::move(child), std::move(transfer), std::move(name),
                  base::FileSink(*std::move(fd), *size), std::move(share));
}

Result<void> PartFile::put(const std::string& sha256) {
  if (transfer_.bytes && sink_.size() != *transfer_.bytes)
    return fail(FilesError::size_differs, place_.path);
  const std::string seen = TRY(sink_.finish());
  if (seen != sha256) return fail(FilesError::hash_differs, place_.path);
  const auto old = find_replaceable(child_, transfer_.wish.replacing);
  if (!old) return std::unexpected(at(place_, old.error()));
  TRY_VOID(apply_look(sink_.fd(), look_for(*old, transfer_.wish)));
  const int folder = child_.folder.get();
  const unsigned flags = *old ? 0 : RENAME_NOREPLACE;
  if (renameat2(folder, name_.c_str(), folder, child_.name.c_str(), flags) != 0)
    return errno == EEXIST ? fail(FilesError::exists_already, place_.path)
                           : fail_errno(errno, place_.path);
  if (share_.settle()) sync_folder(child_);
  return {};
}

void PartFile::discard() { unlinkat(child_.folder.get(), name_.c_str(), 0); }

}  // namespace malinka::agent::files
