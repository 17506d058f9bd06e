// SPDX-License-Identifier: MIT
// What came on a stream for a program that has not read it yet: it gives credit only as the program
// takes it, so that no more than the stream's window waits here.

#pragma once

#include <deque>
#include <utility>

#include "base/bytes.h"
#include "malinka/stream.h"

namespace malinka::agent {

/// **Value.**
class StreamInput {
 public:
  void add(const StreamBytes& bytes) { waiting_.push_back(bytes); }
  [[nodiscard]] bool is_empty() const { return waiting_.empty(); }

  /// `write` is given bytes, and gives how many of them it took.
  template <typename Write>
  void give(StreamEnd& end, Write write) {
    while (!waiting_.empty()) {
      const ByteView rest = ByteView(*waiting_.front()).subspan(given_);
      const std::size_t given = write(rest);
      end.take(given);
      given_ += given;
      if (given < rest.size()) return;
      waiting_.pop_front();
      given_ = 0;
    }
  }

  /// Nobody will read it.
  void pass_over(StreamEnd& end) {
    give(end, [](ByteView bytes) { return bytes.size(); });
  }

 private:
  std::deque<StreamBytes> waiting_;
  std::size_t given_ = 0;  // Of the first.
};

}  // namespace malinka::agent
