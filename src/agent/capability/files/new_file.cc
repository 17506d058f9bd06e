// SPDX-License-Identifier: MIT
#include "agent/capability/files/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include "agent/capability/files/leftovers.h"
#include "base/random.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

/// A file system without O_TMPFILE (FAT, some that are mounted over a network).
bool has_no_unnamed_files(int error_number) {
  return error_number == EOPNOTSUPP || error_number == EISDIR || error_number == EINVAL;
}

Result<void> write_all(const UniqueFd& fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t size = write(fd.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail_errno(errno);
    bytes = bytes.subspan(static_cast<std::size_t>(size));
  }
  return {};
}

}  // namespace

Result<NewFile> NewFile::create(const Child& child) {
  const int folder = child.folder.get();
  UniqueFd unnamed(openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (unnamed.is_open()) return NewFile(child, std::move(unnamed), {});
  if (!has_no_unnamed_files(errno)) return fail_errno(errno);
  remove_leftovers(child);
  std::string name = part_name_of(base::random_text(96));
  UniqueFd named(openat(folder, name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
  if (!named.is_open()) return fail_errno(errno);
  return NewFile(child, std::move(named), std::move(name));
}

NewFile::~NewFile() {
  if (fd_.is_open() && !name_.empty()) unlinkat(child_->folder.get(), name_.c_str(), 0);
}

Result<void> NewFile::fill(ByteView bytes, const FileLook& look) {
  TRY_VOID(write_all(fd_, bytes));
  return apply_look(fd_, look);
}

Result<void> NewFile::sync() const {
  if (fsync(fd_.get()) != 0) return fail_errno(errno);
  return {};
}

Result<void> NewFile::sync_file_system() const {
  if (syncfs(fd_.get()) != 0) return fail_errno(errno);
  return {};
}

Result<void> NewFile::put(Replacing replacing) {
  if (name_.empty() && replacing == Replacing::no) return link(child_->name);
  if (name_.empty()) {
    remove_leftovers(*child_);
    std::string name = part_name_of(base::random_text(96));
    TRY_VOID(link(name));
    name_ = std::move(name);
  }
  return rename(replacing);
}

Result<struct stat> NewFile::status() const {
  struct stat status{};
  if (fstat(fd_.get(), &status) != 0) return fail_errno(errno);
  return status;
}

Result<void> NewFile::link(const std::string& name) {
  if (linkat(AT_FDCWD, descriptor_path(fd_).c_str(), child_->folder.get(), name.c_str(),
             AT_SYMLINK_FOLLOW) != 0)
    return fail_errno(errno);
  return {};
}

Result<void> NewFile::rename(Replacing replacing) {
  const int folder = child_->folder.get();
  const unsigned flags = replacing == Replacing::yes ? 0 : RENAME_NOREPLACE;
  if (renameat2(folder, name_.c_str(), folder, child_->name.c_str(), flags) != 0)
    return fail_errno(errno);
  name_.clear();
  return {};
}

}  // namespace malinka::agent::files
