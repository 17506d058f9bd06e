// SPDX-License-Identifier: MIT
#include "client/sealed_message.h"

#include <memory>
#include <utility>

#include "base/json.h"
#include "base/response_code.h"
#include "client/messages.h"
#include "protocol/message_codec.h"
#include "seal/form.h"
#include "seal/primitives.h"

namespace malinka::client {
namespace {

ByteView content_of(const Message& message) {
  const bool has_content = message.blob && message.blob->content;
  return has_content ? ByteView(*message.blob->content) : ByteView();
}

}  // namespace

InnerPieces::InnerPieces(const Message& message, std::optional<std::chrono::milliseconds> deadline)
    : head_(protocol::encode_inner_head(message, deadline)), pieces_{head_, content_of(message)} {}

std::size_t InnerPieces::sealed_bytes() const {
  return seal::box_header_bytes + pieces_[0].size() + pieces_[1].size() + seal::tag_bytes;
}

Message make_outer(MessageType type, std::string id, std::string_view recipient, Bytes blob) {
  Message outer;
  outer.type = type;
  outer.id = std::move(id);
  outer.is_sealed = true;
  if (!recipient.empty()) outer.recipients = {std::string(recipient)};
  outer.blob.emplace().content = std::make_shared<const Bytes>(std::move(blob));
  return outer;
}

Message make_expired(const Message& command) {
  Answer answer =
      make_failure({}, ResponseCode::timed_out, "it came too late, and was not carried out");
  answer.value = R"({"expired":true})";
  return make_response(command, std::move(answer));
}

bool says_expired(const Message& response) {
  if (!response.response || response.response->code != static_cast<int>(ResponseCode::timed_out))
    return false;
  const auto value = parse_json(response.value);
  const Json* const expired = value ? find_member(*value, "expired") : nullptr;
  return expired != nullptr && *expired == true;
}

Message make_pong(const Message& ping) {
  Answer answer;
  answer.is_success = true;
  return make_response(ping, std::move(answer));
}

Message make_ping(const std::string& device) {
  Message ping;
  ping.type = MessageType::command;
  ping.id = make_id();
  ping.name = ping_name;
  ping.recipients = {device};
  return ping;
}

}  // namespace malinka::client
