// SPDX-License-Identifier: MIT
#include "agent/capability/files/files_error.h"

#include <cerrno>

#include "agent/capability/reply.h"

namespace malinka::agent::files {
namespace {

ResponseCode code_of(FilesError error) {
  switch (error) {
    case FilesError::bad_path:
    case FilesError::not_a_name:
    case FilesError::is_folder:
    case FilesError::is_pipe:
    case FilesError::is_socket:
    case FilesError::is_device:
    case FilesError::into_itself:
    case FilesError::size_differs:
    case FilesError::not_announced:
    case FilesError::bad_time:
    case FilesError::behind_the_end: return ResponseCode::malformed;
    case FilesError::outside_roots:
    case FilesError::leads_out:
    case FilesError::is_root: return ResponseCode::denied;
    case FilesError::broken_link: return ResponseCode::not_found;
    case FilesError::exists_already:
    case FilesError::folder_in_the_way:
    case FilesError::link_in_the_way:
    case FilesError::special_in_the_way:
    case FilesError::not_empty:
    case FilesError::mount_inside:
    case FilesError::in_transfer: return ResponseCode::conflict;
    case FilesError::too_large:
    case FilesError::too_many_names:
    case FilesError::too_deep: return ResponseCode::too_large;
    case FilesError::hash_differs: return ResponseCode::failed;
    case FilesError::other_file_system: return ResponseCode::not_supported;
  }
  return ResponseCode::failed;
}

ResponseCode code_of_errno(int error_number) {
  switch (error_number) {
    case ENOENT: return ResponseCode::not_found;
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
    case EINVAL: return ResponseCode::malformed;
    case EACCES:
    case EPERM:
    case EROFS: return ResponseCode::denied;
    case EEXIST:
    case ENOTEMPTY:
    case EBUSY:
    case ETXTBSY: return ResponseCode::conflict;
    case ENOSPC:
    case EDQUOT: return ResponseCode::full;
    case EFBIG: return ResponseCode::too_large;
    case EAGAIN:
    case EMFILE:
    case ENFILE: return ResponseCode::busy;
    case EOPNOTSUPP:
    case ENOSYS:
    case EXDEV: return ResponseCode::not_supported;
    default: return ResponseCode::failed;  // An errno is no enum of ours.
  }
}

}  // namespace

std::string_view describe(FilesError error) {
  switch (error) {
    case FilesError::bad_path: return "a path begins with /, has at most 4095 bytes and no NUL";
    case FilesError::outside_roots:
      return "outside the folders that this device offers; list / to see them";
    case FilesError::leads_out: return "leads out of the folder that this device offers";
    case FilesError::not_a_name: return "does not end in the name of a file or folder";
    case FilesError::is_root: return "one of the folders that this device offers, which stay";
    case FilesError::is_folder: return "a folder, not a file; list it instead";
    case FilesError::is_pipe: return "a named pipe, not a file";
    case FilesError::is_socket: return "a socket, not a file";
    case FilesError::is_device: return "a device, not a file";
    case FilesError::exists_already: return "there already; ask for overwrite to replace it";
    case FilesError::folder_in_the_way:
      return "there is a folder of that name, which is never replaced";
    case FilesError::link_in_the_way:
      return "there is a link of that name; write to its target, or remove it first";
    case FilesError::special_in_the_way:
      return "there is a pipe, socket or device of that name, which is never replaced";
    case FilesError::broken_link: return "a link to something that is not there";
    case FilesError::not_empty:
      return "a folder with something in it; ask for recursive to remove all of it";
    case FilesError::into_itself: return "a folder cannot go into itself";
    case FilesError::too_large:
      return "larger than 8 MiB, the most that one message carries; ask for a stream";
    case FilesError::too_many_names: return "has more names than this device can sort";
    case FilesError::too_deep:
      return "has more folders inside one another than this device follows";
    case FilesError::other_file_system:
      return "lies on another file system; copy it there, then remove it here";
    case FilesError::in_transfer: return "being written by another transfer of the same file";
    case FilesError::hash_differs:
      return "what arrived is not what was sent: its hash differs, and nothing was kept of it";
    case FilesError::size_differs: return "not as many bytes came as were announced";
    case FilesError::not_announced:
      return "a file that is written as a stream needs the name of its transfer";
    case FilesError::bad_time: return "modified must be a time as 2026-11-22T21:48:07Z";
    case FilesError::behind_the_end: return "the offset lies behind the end of the file";
    case FilesError::mount_inside: return "another file system is mounted here";
  }
  return {};
}

Reply refusal(const Error& error) {
  StreamFailure failure = failure_of(error);
  return refuse(static_cast<ResponseCode>(failure.code), std::move(failure.error));
}

StreamFailure failure_of(const Error& error) {
  const bool is_ours = error.code.category() == make_error_code(FilesError::bad_path).category();
  const int value = error.code.value();
  const ResponseCode code =
      is_ours ? code_of(static_cast<FilesError>(value)) : code_of_errno(value);
  return {static_cast<int>(code), error.message()};
}

}  // namespace malinka::agent::files
