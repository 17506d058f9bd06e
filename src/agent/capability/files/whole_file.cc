// SPDX-License-Identifier: MIT
#include "agent/capability/files/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "agent/capability/files/files_error.h"
#include "agent/capability/files/regular_file.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

/// Adds where it happened.
std::unexpected<Error> fail_at(const std::string& path, Error error) {
  error.context = path;
  return std::unexpected(std::move(error));
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

}  // namespace

Result<WholeFile> read_whole(const Place& place) {
  const RegularFile file = TRY(open_regular(place));
  const auto size = static_cast<std::size_t>(file.status.st_size);
  if (size > limits::file_message_bytes_max) return fail(FilesError::too_large, place.path);
  return WholeFile{file.status, TRY(read_to_end(file.fd, size, place))};
}

Result<WholeWrite> WholeWrite::begin(const Place& place, ByteView content, const WriteWish& wish) {
  if (content.size() > limits::file_message_bytes_max)
    return fail(FilesError::too_large, place.path);
  auto child = std::make_unique<const Child>(TRY(open_parent(place)));
  const auto old = find_replaceable(*child, wish.replacing);
  if (!old) return fail_at(place.path, old.error());
  auto file = NewFile::create(*child);
  if (!file) return fail_at(place.path, std::move(file.error()));
  if (auto filled = file->fill(content, look_for(*old, wish)); !filled)
    return fail_at(place.path, std::move(filled.error()));
  return WholeWrite(place, std::move(child), *std::move(file),
                    *old ? Replacing::yes : Replacing::no);
}

Result<struct stat> WholeWrite::put() {
  if (auto put = file_.put(replacing_); !put) {
    if (put.error().code == std::errc::file_exists) return fail(FilesError::exists_already, path_);
    return fail_at(path_, std::move(put.error()));
  }
  return file_.status();
}

}  // namespace malinka::agent::files
