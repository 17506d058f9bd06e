// SPDX-License-Identifier: MIT
// A file that is read once in order, hashed whole, and given from an offset on. May block.

#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/sha256.h"
#include "base/unique_fd.h"
#include "malinka/result.h"

namespace malinka::base {

class FileSource {
 public:
  /// `fd` is open for reading, at its beginning.
  FileSource(UniqueFd fd, std::uint64_t offset);

  /// Hashes some of what lies before the offset; true once that is done, and ever after. Errors:
  /// those of read(2); std::errc::invalid_seek where the file ends before the offset.
  [[nodiscard]] Result<bool> skip_some();
  /// The next bytes, at most `bytes_max`; none at the end. Only when all before was skipped.
  /// Errors: those of read(2).
  [[nodiscard]] Result<Bytes> read(std::size_t bytes_max);
  /// Of the whole file; once its end was read.
  [[nodiscard]] std::string finish_hash() { return hash_.finish_hex(); }
  /// How far it was read.
  [[nodiscard]] std::uint64_t position() const { return position_; }

 private:
  UniqueFd fd_;
  const std::uint64_t offset_;
  std::uint64_t position_ = 0;
  Sha256 hash_;
};

}  // namespace malinka::base
