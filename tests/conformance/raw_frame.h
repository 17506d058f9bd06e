// SPDX-License-Identifier: MIT
// Frames as a foreign peer writes and reads them: RFC 6455 section 5.2 to the letter, forbidden
// frames included. It shares no code with src/wire, so that the two can disagree.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace malinka::test {

struct RawFrame {
  bool is_final = true;
  unsigned reserved_bits = 0;  ///< RSV1 counts 4, RSV2 2, RSV3 1.
  unsigned opcode = 1;
  bool is_masked = false;
  std::string payload{};
  std::optional<std::uint64_t> announced_bytes{};  ///< The length it claims, where that is a lie.
};

[[nodiscard]] std::string write_frame(const RawFrame& frame);

/// Takes the frame at the start of `bytes`; nothing while it is not whole. Fails the running test
/// case where its length is not in the shortest form.
[[nodiscard]] std::optional<RawFrame> take_frame(std::string& bytes);

}  // namespace malinka::test
