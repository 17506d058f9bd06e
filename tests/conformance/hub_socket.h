// SPDX-License-Identifier: MIT
// A client's end of a real socket to a real hub, which blocks: bytes out, bytes in, nothing else.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace malinka::test {

/// How what is sent is cut.
enum class Cut { whole, byte_by_byte };

/// Fails the running test case where the hub does not take the connection, or says nothing for half
/// a minute that it was expected to say.
class HubSocket {
 public:
  explicit HubSocket(std::uint16_t port);

  /// What the hub does not take any more, because it has closed, is dropped.
  void send(std::string_view bytes, Cut cut);

  /// The head of an HTTP response, its empty line included.
  [[nodiscard]] std::string receive_head();
  /// One frame's payload.
  [[nodiscard]] std::string receive_payload();
  /// Everything until the hub says no more.
  [[nodiscard]] std::string receive_rest();

 private:
  [[nodiscard]] bool receive_some();

  UniqueFd socket_;
  std::string received_;
};

}  // namespace malinka::test
