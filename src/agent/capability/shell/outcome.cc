// SPDX-License-Identifier: MIT
#include "agent/capability/shell/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/capability/reply.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "base/json.h"
#include "base/utf8.h"

namespace malinka::agent::shell {
namespace {

/// A cut may have gone through a character. Gives how many bytes are left before its first byte.
std::size_t size_without_torn_character(std::string_view text) {
  constexpr std::size_t tail_max = 3;  // The longest character has four bytes.
  const std::size_t tail_end = std::min(tail_max, text.size());
  for (std::size_t back = 1; back <= tail_end; ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte >= 0xC0) return text.size() - back;
    if (byte < 0x80) break;
  }
  return text.size();
}

Json number_or_null(const std::optional<int>& number) { return number ? Json(*number) : Json(); }

}  // namespace

std::string_view whole_characters(std::string_view text) {
  return base::is_utf8(text) ? text : text.substr(0, size_without_torn_character(text));
}

Json describe_output(os::Captured output) {
  const bool is_cut = output.total > output.bytes.size();
  Json json = {{"bytes", output.total}, {"cut", is_cut}};
  std::string_view text = output.bytes;
  if (is_cut) text = whole_characters(text);
  if (base::is_utf8(text))
    json["text"] = text;
  else
    json["base64"] = base::encode_base64(as_bytes(output.bytes));
  return json;
}

double to_seconds(std::chrono::nanoseconds duration) {
  return std::round(std::chrono::duration<double, std::milli>(duration).count()) / 1000;
}

Json describe_end(const os::SubprocessOutcome& outcome) {
  return {{"exitCode", number_or_null(outcome.exit_code)},
          {"signal", number_or_null(outcome.signal)},
          {"timedOut", outcome.has_timed_out},
          {"durationSeconds", to_seconds(outcome.duration)}};
}

Reply refuse_start(const Error& failure) {
  const bool is_directory = failure.context == "directory";
  const bool is_missing = is_directory && failure.code == std::errc::no_such_file_or_directory;
  return refuse(is_missing ? ResponseCode::not_found : ResponseCode::failed,
                "the command was not started: " + failure.message());
}

Reply to_reply(os::SubprocessOutcome outcome) {
  if (outcome.start_failure.code) return refuse_start(outcome.start_failure);
  Json value = describe_end(outcome);
  value["stdout"] = describe_output(std::move(outcome.output));
  value["stderr"] = describe_output(std::move(outcome.errors));
  Reply reply = done(std::move(value));
  if (outcome.has_timed_out) {
    reply.code = ResponseCode::timed_out;
    reply.error = fmt::format("ended after {} s, its timeout", to_seconds(outcome.duration));
  }
  return reply;
}

}  // namespace malinka::agent::shell
