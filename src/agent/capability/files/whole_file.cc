// SPDX-License-Identifier: MIT
#include "agent/capability/files/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "agent/capability/files/files_error.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

/// Adds where it happened.
std::unexpected<Error> fail_at(const Place& place, Error error) {
  error.context = place.path;
  return std::unexpected(std::move(error));
}

Result<void> check_is_file(const struct stat& status, const Place& place) {
  if (S_ISREG(status.st_mode)) return {};
  if (S_ISDIR(status.st_mode)) return fail(FilesError::is_folder, place.path);
  if (S_ISFIFO(status.st_mode)) return fail(FilesError::is_pipe, place.path);
  if (S_ISSOCK(status.st_mode)) return fail(FilesError::is_socket, place.path);
  return fail(FilesError::is_device, place.path);
}

/// To the end of it, whatever size was told: files in /proc say 0, and others grow.
Result<Bytes> read_to_end(const UniqueFd& fd, std::size_t size_told, const Place& place) {
  constexpr std::size_t bytes_max = limits::file_message_bytes_max;
  constexpr std::size_t step = 65536;
  Bytes content;
  content.reserve(size_told + 1);
  while (true) {
    const std::size_t before = content.size();
    content.resize(std::max(content.capacity(), before + step));
    const ssize_t size = read(fd.get(), content.data() + before, content.size() - before);
    const int error_number = errno;
    content.resize(before + static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    if (content.size() > bytes_max) return fail(FilesError::too_large, place.path);
    if (size == 0) return content;
    if (size < 0 && error_number != EINTR) return fail_errno(error_number, place.path);
  }
}

/// What is there under that name now, when it may be replaced; nothing when nothing is.
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
  if (old) look = {old->st_mode & 07777, true, old->st_uid, old->st_gid};
  if (wish.mode) look.mode = *wish.mode;
  return look;
}

Result<void> write_child(const Child& child, ByteView content, const WriteWish& wish) {
  const std::optional<struct stat> old = TRY(find_replaceable(child, wish.replacing));
  NewFile file = TRY(NewFile::create(child));
  TRY_VOID(file.fill(content, look_for(old, wish)));
  return file.put(old ? Replacing::yes : Replacing::no);
}

/// So that the name survives a loss of power too, as the content does already.
void sync_folder(const Child& child) {
  const UniqueFd folder(openat(child.folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) fsync(folder.get());
}

}  // namespace

Result<WholeFile> read_whole(const Place& place) {
  const UniqueFd found = TRY(open_place(place, O_PATH));
  WholeFile file;
  if (fstat(found.get(), &file.status) != 0) return fail_errno(errno, place.path);
  TRY_VOID(check_is_file(file.status, place));
  const auto size = static_cast<std::size_t>(file.status.st_size);
  if (size > limits::file_message_bytes_max) return fail(FilesError::too_large, place.path);
  const UniqueFd fd = TRY(reopen(found, O_RDONLY | O_NONBLOCK | O_NOCTTY, place));
  file.content = TRY(read_to_end(fd, size, place));
  return file;
}

Result<void> write_whole(const Place& place, ByteView content, const WriteWish& wish) {
  if (content.size() > limits::file_message_bytes_max)
    return fail(FilesError::too_large, place.path);
  const Child child = TRY(open_parent(place));
  if (Result<void> written = write_child(child, content, wish); !written) {
    const bool is_taken = written.error().code == std::errc::file_exists;
    if (is_taken) return fail(FilesError::exists_already, place.path);
    return fail_at(place, std::move(written.error()));
  }
  sync_folder(child);
  return {};
}

}  // namespace malinka::agent::files
