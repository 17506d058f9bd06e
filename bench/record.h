// SPDX-License-Identifier: MIT
// What the load generator and the bare servers agree on: records of one size, and a hello before
// them.

#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace malinka::bench {

/// What a message of `bytes` takes as a masked frame; of a server's frame, four bytes less.
[[nodiscard]] constexpr std::size_t record_bytes_in(std::size_t bytes) { return bytes + 8; }
[[nodiscard]] constexpr std::size_t record_bytes_out(std::size_t bytes) { return bytes + 4; }

/// The first bytes of a connection; the server answers with one record out of zeros.
struct RecordHello {
  bool is_speaking = false;
  bool is_listening = false;
  std::uint32_t channel = 0;
};

inline constexpr std::size_t record_hello_bytes = 6;

[[nodiscard]] inline std::string write_record_hello(const RecordHello& hello) {
  std::string bytes{hello.is_speaking ? '1' : '0', hello.is_listening ? '1' : '0'};
  bytes.resize(record_hello_bytes);
  std::memcpy(bytes.data() + 2, &hello.channel, sizeof hello.channel);
  return bytes;
}

[[nodiscard]] inline RecordHello read_record_hello(std::string_view bytes) {
  RecordHello hello{.is_speaking = bytes[0] == '1', .is_listening = bytes[1] == '1', .channel = 0};
  std::memcpy(&hello.channel, bytes.data() + 2, sizeof hello.channel);
  return hello;
}

}  // namespace malinka::bench
