// SPDX-License-Identifier: MIT
// The first message of a connection and its answer. docs/protocol.md section 2.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error_category.h"
#include "base/response_code.h"
#include "malinka/result.h"

namespace malinka::protocol {

enum class JoinError { not_a_join = 1, missing_member, wrong_type, bad_name, too_long };
std::string_view describe(JoinError error);
inline std::error_code make_error_code(JoinError error) {
  return base::error_code_of(error, "join");
}

struct Join {
  std::string channel;
  std::string subscriber;
  std::string key;       ///< Empty: none.
  std::string instance;  ///< Empty: none.
  std::optional<std::uint64_t> message_bytes_max;
  bool is_device = false;
};

/// Members that it does not know are passed over; null is of the wrong type, so that a key that got
/// lost does not open a channel to everyone. Errors: EnvelopeError (not JSON and the like),
/// JoinError; the context names the member.
[[nodiscard]] Result<Join> parse_join(std::string_view text);
[[nodiscard]] std::string make_join(const Join& join);

/// What a hub answers to a join that it accepts.
struct JoinAnswer {
  std::string channel;
  std::string subscriber;
  bool is_guarded = false;
  bool is_crowd = false;                 ///< Too many to list: the two lists are left out.
  std::vector<std::string> subscribers;  ///< The others.
  std::vector<std::string> devices;      ///< Those of them that said they are one.
  std::size_t subscriber_count = 0;      ///< With this one.
  std::uint64_t text_bytes_max = 0;
  std::uint64_t queue_bytes = 0;
  unsigned heartbeat_seconds = 0;
  Wall time;
};

/// What a hub answers to a join that it refuses.
struct JoinRefusal {
  ResponseCode code = ResponseCode::malformed;
  std::string error;
  std::optional<unsigned> retry_after_seconds;
};

[[nodiscard]] std::string make_join_answer(const JoinAnswer& answer);
[[nodiscard]] std::string make_join_refusal(const JoinRefusal& refusal);

/// Either of the two. Errors: std::errc::bad_message.
struct JoinOutcome {
  std::optional<JoinAnswer> answer;
  std::optional<JoinRefusal> refusal;
};
[[nodiscard]] Result<JoinOutcome> parse_join_outcome(std::string_view text);

/// The close code that follows a refusal: 4000 + code.
[[nodiscard]] constexpr std::uint16_t close_code_of(ResponseCode code) {
  return static_cast<std::uint16_t>(4000 + static_cast<int>(code));
}

}  // namespace malinka::protocol

template <>
struct std::is_error_code_enum<malinka::protocol::JoinError> : std::true_type {};
