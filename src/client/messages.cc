// SPDX-License-Identifier: MIT
#include "client/messages.h"

#include <utility>

#include "base/random.h"
#include "protocol/names.h"
#include "protocol/stream_part.h"

namespace malinka::client {
namespace {

bool is(const ResponseStatus& status, ResponseCode code) {
  return status.code == static_cast<int>(code);
}

std::string make_opening(std::uint64_t window) {
  return protocol::make_stream_part({.id = {}, .what = protocol::StreamOpening{window}});
}

}  // namespace

bool names_all(const std::vector<std::string>& recipients) {
  return recipients == std::vector{std::string(protocol::all_others)};
}

std::string make_id() {
  constexpr unsigned id_bits = 96;
  return '"' + base::random_text(id_bits) + '"';
}

Message make_command(Request request) {
  Message command;
  command.type = MessageType::command;
  command.id = make_id();
  command.name = std::move(request.name);
  command.recipients = std::move(request.recipients);
  command.value = std::move(request.value);
  command.blob = std::move(request.blob);
  if (request.stream_window) command.stream = make_opening(*request.stream_window);
  return command;
}

Message make_response(const Message& command, Answer answer) {
  if (answer.code == 0)
    answer.code = static_cast<int>(answer.is_success ? ResponseCode::done : ResponseCode::failed);
  Message response;
  response.type = MessageType::response;
  response.id = make_id();
  response.name = command.name;
  response.recipients = {command.originator};
  response.value = std::move(answer.value);
  response.blob = std::move(answer.blob);
  if (answer.stream_window) response.stream = make_opening(*answer.stream_window);
  response.response = ResponseStatus{.request_id = command.id.empty() ? "null" : command.id,
                                     .success = answer.code / 100 == 2,
                                     .code = answer.code,
                                     .error = std::move(answer.error)};
  return response;
}

bool is_report(const ResponseStatus& status) {
  return !status.success &&
         (is(status, ResponseCode::malformed) || is(status, ResponseCode::not_found) ||
          is(status, ResponseCode::timed_out) || is(status, ResponseCode::too_large) ||
          is(status, ResponseCode::unavailable));
}

Answer make_failure(std::string recipient, ResponseCode code, std::string error) {
  return {.from = std::move(recipient),
          .code = static_cast<int>(code),
          .is_success = false,
          .error = std::move(error),
          .value = {},
          .blob = {}};
}

Answer make_send_failure(const std::string& recipient, const Error& error) {
  if (error.code == std::errc::message_size)
    return make_failure(recipient, ResponseCode::too_large, "larger than the hub accepts");
  if (error.code == std::errc::no_buffer_space)
    return make_failure(recipient, ResponseCode::unavailable, "too much waits to be sent already");
  if (error.code == std::errc::not_connected)
    return make_failure(recipient, ResponseCode::unavailable, "not joined to the hub");
  if (error.code == std::errc::not_supported)
    return make_failure(recipient, ResponseCode::not_supported, error.context);
  return make_failure(recipient, ResponseCode::malformed, error.message());
}

}  // namespace malinka::client
