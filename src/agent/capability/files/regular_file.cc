// SPDX-License-Identifier: MIT
#include "agent/capability/files/regular_file.h"

#include <fcntl.h>

#include <cerrno>

#include "agent/capability/files/beneath.h"
#include "agent/capability/files/files_error.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

Result<void> check_is_file(const struct stat& status, const Place& place) {
  if (S_ISREG(status.st_mode)) return {};
  if (S_ISDIR(status.st_mode)) return fail(FilesError::is_folder, place.path);
  if (S_ISFIFO(status.st_mode)) return fail(FilesError::is_pipe, place.path);
  if (S_ISSOCK(status.st_mode)) return fail(FilesError::is_socket, place.path);
  return fail(FilesError::is_device, place.path);
}

}  // namespace

Result<RegularFile> open_regular(const Place& place) {
  const UniqueFd found = TRY(open_place(place, O_PATH));
  RegularFile file;
  if (fstat(found.get(), &file.status) != 0) return fail_errno(errno, place.path);
  TRY_VOID(check_is_file(file.status, place));
  file.fd = TRY(reopen(found, O_RDONLY | O_NONBLOCK | O_NOCTTY, place));
  return file;
}

}  // namespace malinka::agent::files
