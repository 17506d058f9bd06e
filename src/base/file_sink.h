// SPDX-License-Identifier: MIT
// A file that grows at its end, hashed whole: from nothing, or from where an earlier attempt broke
// off. What is zero becomes a hole. May block.

#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/sha256.h"
#include "base/unique_fd.h"
#include "malinka/result.h"

namespace malinka::base {

class FileSink {
 public:
  /// `fd` is open for reading and writing; it has `size` bytes already, which are kept.
  FileSink(UniqueFd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size) {}

  /// Hashes some of what was there; true once that is done. Errors: those of pread(2).
  [[nodiscard]] Result<bool> catch_up();
  /// Only when it has caught up. Errors: those of pwrite(2), as ENOSPC.
  [[nodiscard]] Result<void> append(ByteView bytes);
  /// Brings all of it to the disk and gives its hash. The last call. Errors: those of ftruncate(2)
  /// and fsync(2).
  [[nodiscard]] Result<std::string> finish();

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const UniqueFd& fd() const { return fd_; }

 private:
  [[nodiscard]] Result<void> write_piece(ByteView bytes);
  void start_writeback();

  UniqueFd fd_;
  std::uint64_t size_;
  std::uint64_t hashed_ = 0;
  std::uint64_t written_back_ = 0;  // Up to here, the kernel was told to write.
  Sha256 hash_;
};

}  // namespace malinka::base
