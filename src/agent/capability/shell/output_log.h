// SPDX-License-Identifier: MIT
// What a job has said, both outputs in the order in which they came: the latest of it, and how much
// there was in all.

#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "agent/os/subprocess.h"
#include "base/bytes.h"

namespace malinka::agent::shell {

/// **Value.** Takes no more memory than it was told. A place in it counts the bytes of both outputs
/// before it.
class OutputLog {
 public:
  explicit OutputLog(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void append(os::Output output, ByteView bytes);

  /// Adds some of what there is from `place` on to `records`, in the form of README.md, and gives
  /// the place behind it. What has fallen out is a gap.
  [[nodiscard]] std::uint64_t read(std::uint64_t place, Bytes& records) const;
  /// What there is of one output from `place` on; all of it was kept.
  [[nodiscard]] os::Captured read_one(os::Output output, std::uint64_t place) const;

  /// Where what is kept begins, and where it ends.
  [[nodiscard]] std::uint64_t begin() const { return begin_; }
  [[nodiscard]] std::uint64_t end() const { return end_; }
  [[nodiscard]] std::uint64_t total(os::Output output) const {
    return output == os::Output::standard ? standard_total_ : end_ - standard_total_;
  }

 private:
  struct Piece {
    os::Output output;
    std::uint64_t begin = 0;
    Bytes bytes;
  };
  void drop_oldest();

  std::size_t bytes_max_;
  std::deque<Piece> pieces_;
  std::size_t cost_ = 0;  // Of the pieces: their bytes, and what each takes beside them.
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t standard_total_ = 0;
};

}  // namespace malinka::agent::shell
