// SPDX-License-Identifier: MIT
// The hub's answer to a join, as the hub writes it and a client reads it.
#include <limits>
#include <string>

#include "base/json.h"
#include "base/try.h"
#include "protocol/join.h"
#include "protocol/json_object.h"
#include "protocol/names.h"
#include "protocol/timestamp.h"

namespace malinka::protocol {
namespace {

JsonObject begin_answer(std::string_view response) {
  JsonObject message;
  message.text("messageType", "Response").text("name", "Join").text("originator", hub_name);
  message.json("response", response);
  return message;
}

std::unexpected<Error> refuse(std::string_view what) { return fail(std::errc::bad_message, what); }

Result<std::string> read_text(const Json& object, std::string_view name) {
  const std::string* const text = find_string(object, name);
  if (text == nullptr) return refuse(name);
  return *text;
}

Result<std::uint64_t> read_whole_number(const Json& object, std::string_view name) {
  const auto number = find_whole_number(object, name);
  if (!number) return refuse(name);
  return *number;
}

/// From 1 up to what an unsigned holds.
Result<unsigned> read_count(const Json& object, std::string_view name) {
  const std::uint64_t number = TRY(read_whole_number(object, name));
  if (number == 0 || number > std::numeric_limits<unsigned>::max()) return refuse(name);
  return static_cast<unsigned>(number);
}

bool is_true(const Json& object, std::string_view name) {
  const Json* const member = find_member(object, name);
  return member != nullptr && *member == true;
}

/// An array of strings; one that is absent is empty.
Result<std::vector<std::string>> read_texts(const Json& object, std::string_view name) {
  std::vector<std::string> texts;
  const Json* const member = find_member(object, name);
  if (member == nullptr) return texts;
  if (!member->is_array()) return refuse(name);
  for (const Json& element : *member) {
    if (!element.is_string()) return refuse(name);
    texts.push_back(element.get_ref<const std::string&>());
  }
  return texts;
}

Result<JoinAnswer> read_answer(const Json& value) {
  JoinAnswer answer;
  answer.channel = TRY(read_text(value, "channel"));
  answer.subscriber = TRY(read_text(value, "subscriber"));
  answer.is_guarded = is_true(value, "guarded");
  answer.is_crowd = find_member(value, "subscribers") == nullptr;
  answer.subscribers = TRY(read_texts(value, "subscribers"));
  answer.devices = TRY(read_texts(value, "devices"));
  answer.subscriber_count = TRY(read_whole_number(value, "subscriberCount"));
  answer.text_bytes_max = TRY(read_whole_number(value, "maxTextBytes"));
  answer.queue_bytes = TRY(read_whole_number(value, "queueBytes"));
  answer.heartbeat_seconds = TRY(read_count(value, "heartbeatSeconds"));
  const auto time = parse_timestamp(TRY(read_text(value, "time")));
  if (!time) return refuse("time");
  answer.time = *time;
  return answer;
}

JoinRefusal read_refusal(const Json& response, const Json* value) {
  JoinRefusal refusal;
  if (const auto code = find_whole_number(response, "responseCode"); code && *code < 1000)
    refusal.code = static_cast<ResponseCode>(*code);
  if (const std::string* const error = find_string(response, "error")) refusal.error = *error;
  if (value == nullptr) return refusal;
  if (const auto seconds = read_count(*value, "retryAfterSeconds"))
    refusal.retry_after_seconds = *seconds;
  return refusal;
}

}  // namespace

std::string make_join_answer(const JoinAnswer& answer) {
  JsonObject value;
  value.text("channel", answer.channel)
      .text("subscriber", answer.subscriber)
      .flag("guarded", answer.is_guarded);
  if (!answer.is_crowd)
    value.texts("subscribers", answer.subscribers).texts("devices", answer.devices);
  value.number("subscriberCount", answer.subscriber_count)
      .number("maxTextBytes", answer.text_bytes_max)
      .number("queueBytes", answer.queue_bytes)
      .number("heartbeatSeconds", answer.heartbeat_seconds)
      .text("time", format_timestamp(answer.time));
  const std::string response =
      JsonObject()
          .flag("success", true)
          .number("responseCode", static_cast<std::uint64_t>(ResponseCode::done))
          .str();
  return begin_answer(response).json("value", value.str()).str();
}

std::string make_join_refusal(const JoinRefusal& refusal) {
  const std::string response = JsonObject()
                                   .flag("success", false)
                                   .number("responseCode", static_cast<std::uint64_t>(refusal.code))
                                   .text("error", refusal.error)
                                   .str();
  JsonObject message = begin_answer(response);
  if (refusal.retry_after_seconds)
    message.json("value",
                 JsonObject().number("retryAfterSeconds", *refusal.retry_after_seconds).str());
  return message.str();
}

Result<JoinOutcome> parse_join_outcome(std::string_view text) {
  const auto message = parse_json(text);
  if (!message) return refuse("the answer to the join");
  const Json* const response = find_member(*message, "response");
  const Json* const value = find_member(*message, "value");
  const std::string* const type = find_string(*message, "messageType");
  if (response == nullptr || type == nullptr || *type != "Response")
    return refuse("the answer to the join");
  JoinOutcome outcome;
  if (!is_true(*response, "success")) {
    outcome.refusal = read_refusal(*response, value);
    return outcome;
  }
  if (value == nullptr) return refuse("value");
  outcome.answer = TRY(read_answer(*value));
  return outcome;
}

}  // namespace malinka::protocol
