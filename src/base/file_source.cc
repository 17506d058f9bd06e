// SPDX-License-Identifier: MIT
#include "base/file_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/try.h"

namespace malinka::base {
namespace {

/// What is hashed at a time: a few milliseconds.
constexpr std::uint64_t skip_bytes = 4U << 20;
constexpr std::size_t skip_piece_bytes = 256U << 10;

}  // namespace

FileSource::FileSource(UniqueFd fd, std::uint64_t offset) : fd_(std::move(fd)), offset_(offset) {
  (void)posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
}

Result<bool> FileSource::skip_some() {
  const std::uint64_t goal = std::min(offset_, position_ + skip_bytes);
  while (position_ < goal) {
    const auto piece = TRY(read(std::min<std::uint64_t>(goal - position_, skip_piece_bytes)));
    if (piece.empty()) return fail(std::errc::invalid_seek);
  }
  return position_ >= offset_;
}

Result<Bytes> FileSource::read(std::size_t bytes_max) {
  Bytes bytes(bytes_max);
  ssize_t size = 0;
  do size = ::read(fd_.get(), bytes.data(), bytes.size());
  while (size < 0 && errno == EINTR);
  if (size < 0) return fail_errno(errno);
  bytes.resize(static_cast<std::size_t>(size));
  hash_.add(bytes);
  position_ += bytes.size();
  return bytes;
}

}  // namespace malinka::base
