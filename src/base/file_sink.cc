// SPDX-License-Identifier: MIT
#include "base/file_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/try.h"

namespace malinka::base {
namespace {

constexpr std::size_t block_bytes = 4096;  // Of most file systems.
/// What is hashed at a time: a few milliseconds.
constexpr std::uint64_t catch_up_bytes = 4U << 20;
constexpr std::size_t catch_up_piece_bytes = 256U << 10;
/// So much is written back while more comes, so that little is left to be waited for at the end.
constexpr std::uint64_t writeback_bytes = 8U << 20;

/// Every byte is like the one before it, and the first is zero.
bool is_zero(ByteView bytes) {
  return bytes.empty() || (bytes[0] == std::byte{0} &&
                           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

}  // namespace

Result<bool> FileSink::catch_up() {
  Bytes piece(std::min<std::uint64_t>(catch_up_piece_bytes, size_ - hashed_));
  const std::uint64_t goal = std::min(size_, hashed_ + catch_up_bytes);
  while (hashed_ < goal) {
    const std::size_t wanted = std::min<std::uint64_t>(piece.size(), goal - hashed_);
    const ssize_t size = ::pread(fd_.get(), piece.data(), wanted, static_cast<off_t>(hashed_));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail_errno(errno);
    if (size == 0) return fail(std::errc::io_error);  // Somebody has cut it meanwhile.
    hash_.add(ByteView(piece).first(static_cast<std::size_t>(size)));
    hashed_ += static_cast<std::uint64_t>(size);
  }
  return hashed_ == size_;
}

/// In pieces that end where blocks do.
Result<void> FileSink::append(ByteView bytes) {
  hash_.add(bytes);
  hashed_ += bytes.size();
  while (!bytes.empty()) {
    const std::size_t to_block_end = block_bytes - size_ % block_bytes;
    std::size_t size = std::min(bytes.size(), to_block_end);
    const bool is_hole = is_zero(bytes.first(size));
    while (size < bytes.size()) {
      const ByteView next = bytes.subspan(size, std::min(block_bytes, bytes.size() - size));
      if (is_zero(next) != is_hole) break;
      size += next.size();
    }
    if (!is_hole) TRY_VOID(write_piece(bytes.first(size)));
    size_ += size;
    bytes = bytes.subspan(size);
  }
  start_writeback();
  return {};
}

Result<void> FileSink::write_piece(ByteView bytes) {
  auto at = static_cast<off_t>(size_);
  while (!bytes.empty()) {
    const ssize_t size = ::pwrite(fd_.get(), bytes.data(), bytes.size(), at);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail_errno(errno);
    at += size;
    bytes = bytes.subspan(static_cast<std::size_t>(size));
  }
  return {};
}

void FileSink::start_writeback() {
  if (size_ - written_back_ < writeback_bytes) return;
  (void)::sync_file_range(fd_.get(), static_cast<off_t>(written_back_),
                          static_cast<off_t>(size_ - written_back_), SYNC_FILE_RANGE_WRITE);
  written_back_ = size_;
}

Result<std::string> FileSink::finish() {
  if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) return fail_errno(errno);
  if (::fsync(fd_.get()) != 0) return fail_errno(errno);
  return hash_.finish_hex();
}

}  // namespace malinka::base
