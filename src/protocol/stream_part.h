// SPDX-License-Identifier: MIT
// The member `stream` of a message: what it says of the stream that the message belongs to.
// docs/protocol.md section 7.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error_category.h"
#include "malinka/result.h"

namespace malinka::protocol {

/// The Command that opens a stream, or the Response that accepts it: how many bytes of credit its
/// sender gives at first.
struct StreamOpening {
  std::uint64_t window = 0;
};
/// The message's blob is the next piece; `seq` counts those of its sender from 0.
struct StreamChunk {
  std::uint64_t seq = 0;
};
/// So much more may be sent.
struct StreamCredit {
  std::uint64_t bytes = 0;
};
/// Its sender sends no more than the `seq` chunks that it has sent.
struct StreamFinish {
  std::uint64_t seq = 0;
};
/// Both directions are given up.
struct StreamAbort {
  int code = 0;
  std::string error;
};

/// A part of the stream `id`, which is the opening Command's, as its JSON token; empty for an
/// opening. **Value.**
struct StreamPart {
  std::string id;
  std::variant<StreamOpening, StreamChunk, StreamCredit, StreamFinish, StreamAbort> what;
};

enum class StreamPartError {
  not_an_object = 1,
  bad_id,
  bad_number,
  bad_abort,
  not_one_thing,  ///< Says nothing, or two things at once.
};
[[nodiscard]] std::string_view describe(StreamPartError error);
[[nodiscard]] inline std::error_code make_error_code(StreamPartError error) {
  return base::error_code_of(error, "stream part");
}

/// `json` is valid JSON already. Numbers are whole and below 2^53; other members are ignored.
/// Errors: StreamPartError.
[[nodiscard]] Result<StreamPart> parse_stream_part(std::string_view json);
[[nodiscard]] std::string make_stream_part(const StreamPart& part);
/// The window of an opening; nothing where `json` is empty, or is none.
[[nodiscard]] std::optional<std::uint64_t> opening_window(std::string_view json);

}  // namespace malinka::protocol

template <>
struct std::is_error_code_enum<malinka::protocol::StreamPartError> : std::true_type {};
