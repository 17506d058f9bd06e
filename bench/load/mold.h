// SPDX-License-Identifier: MIT
// A message ready to be sent again and again: framed and masked once, its stamp filled in anew each
// time.

#pragma once

#include <array>
#include <string>
#include <string_view>

#include "bench/load/stamp.h"

namespace malinka::bench {

/// **Value.**
class Mold {
 public:
  Mold() = default;
  /// `text` is all that is sent and contains one whole message (`…#STAMP"}`), whose stamp is filled
  /// in.
  [[nodiscard]] static Mold plain(std::string text);
  /// The same inside one masked WebSocket frame. RFC 6455 section 5.3.
  [[nodiscard]] static Mold framed(std::string_view text, bool is_binary);

  /// Adds the bytes of one message to `out`.
  void append_to(std::string& out, Stamp stamp) const;
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

 private:
  std::string bytes_;
  std::size_t stamp_at_ = 0;
  std::array<char, stamp_bytes> stamp_mask_{};  ///< What the stamp's bytes are masked with.
};

/// `text` as one masked frame, which may carry anything.
[[nodiscard]] std::string make_client_frame(std::string_view text, bool is_binary);
/// The answer to a ping.
[[nodiscard]] std::string make_pong(std::string_view payload);

}  // namespace malinka::bench
