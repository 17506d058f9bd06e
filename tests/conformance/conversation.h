// SPDX-License-Identifier: MIT
// The vectors of spec/vectors/websocket/: what a peer sends, and what must come back. README.md
// beside them says how they are written.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "wire/frame.h"

namespace malinka::test {

/// What becomes of the connection.
enum class Outcome {
  goes_on,  ///< Nothing: a close that the peer sends now is answered as ever.
  closes,   ///< The peer's close was answered, and that is the end.
  fails,    ///< The peer broke a rule, and was told by a close frame. RFC 6455 section 7.1.7.
};

/// A frame that came back, unmasked.
struct Answer {
  unsigned opcode = 1;
  std::string payload;
  bool operator==(const Answer&) const = default;
};

struct Conversation {
  std::string file;
  std::string name;
  std::vector<wire::Role> roles;                 ///< Which ends of ours it is for.
  std::optional<std::size_t> message_bytes_max;  ///< Where it needs one.
  Json send;
  std::vector<Answer> answers;  ///< In order, without the close frame.
  Outcome outcome = Outcome::goes_on;
  std::optional<std::uint16_t> close_code;  ///< Of the close frame that comes back, if it has one.
};

/// All of them; one that says "each" is there once for each.
[[nodiscard]] std::vector<Conversation> load_conversations();

/// What a peer in the role `sender` sends: the bytes of each step.
[[nodiscard]] std::vector<std::string> write_steps(const Conversation& conversation,
                                                   wire::Role sender);

/// A close frame of such a peer.
[[nodiscard]] std::string write_close(wire::Role sender, std::uint16_t code);

/// Everything that came back.
struct Reply {
  std::vector<Answer> answers;  ///< Without the close frame.
  bool has_close = false;
  std::optional<std::uint16_t> close_code;
};

/// Takes apart what an end of ours in the role `from` said. Fails the running test case where a
/// frame breaks a rule, is not whole, or follows the close frame.
[[nodiscard]] Reply read_reply(std::string bytes, wire::Role from);

/// How close together what was sent arrived.
enum class Arrival {
  apart,     ///< Each step was answered before the next one came.
  together,  ///< Of several pings then, the last alone may be answered, and before data. RFC 6455
             ///< section 5.5.3.
};

/// Fails the running test case where the answers are not those that the conversation expects.
void check_answers(const Conversation& conversation, const std::vector<Answer>& answers,
                   Arrival arrival);

}  // namespace malinka::test
