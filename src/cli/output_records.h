// SPDX-License-Identifier: MIT
// What the stream of a device's command carries: both of its outputs, in the order of writing.
// docs/protocol.md section 7.

#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "base/bytes.h"

namespace malinka::cli {

enum class OutputKind : std::uint8_t {
  gap = 0,  ///< The device keeps so many bytes of output no longer.
  standard = 1,
  error = 2,
};

/// Bytes that come in pieces, cut anywhere, taken apart. **Value.**
class OutputRecords {
 public:
  struct Piece {
    OutputKind kind = OutputKind::gap;
    ByteView bytes{};           ///< None of a gap.
    std::uint32_t missing = 0;  ///< Of a gap.
  };

  /// Tells `sink` of each piece of a record as it comes. False where a record is of no known kind:
  /// it is of no use after that.
  [[nodiscard]] bool take(ByteView bytes, const std::function<void(const Piece&)>& sink);
  /// True when the bytes may end here: not inside a record.
  [[nodiscard]] bool is_complete() const { return head_bytes_ == 0 && left_ == 0; }

 private:
  [[nodiscard]] bool begin_record(const std::function<void(const Piece&)>& sink);

  std::array<std::byte, 5> head_{};
  std::size_t head_bytes_ = 0;  // Of a head that has not come whole.
  OutputKind kind_ = OutputKind::gap;
  std::uint32_t left_ = 0;  // Of the record's bytes.
};

}  // namespace malinka::cli
