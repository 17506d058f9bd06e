// SPDX-License-Identifier: MIT
#include "crowd_member.h"

#include <charconv>
#include <utility>

#include "base/base64.h"
#include "base/json.h"
#include "protocol/binary_message.h"
#include "protocol/envelope.h"
#include "wire/frame.h"

namespace malinka::test {
namespace {

constexpr std::size_t message_bytes_max = 64UL * 1024 * 1024;
constexpr std::chrono::seconds patience(60);

/// Of a JSON string without escapes.
std::string_view unquote(std::string_view token) {
  return token.size() < 2 ? std::string_view() : token.substr(1, token.size() - 2);
}

}  // namespace

void CrowdMember::connect(link::Engine& engine, const link::HubUrl& url, protocol::Join join,
                          bool takes_binary) {
  link::ConnectorSettings settings{.url = url,
                                   .protocols = {},
                                   .tls = nullptr,
                                   .timeout = patience,
                                   .connection = {.role = wire::Role::client,
                                                  .message_bytes_max = message_bytes_max,
                                                  .heartbeat = std::chrono::minutes(5),
                                                  .close_wait = patience}};
  if (takes_binary) settings.protocols.emplace_back("malinka.v1");
  connector_ = link::Connector::connect(
      engine, std::move(settings), *this,
      [this, join = std::move(join)](Result<link::Connected> connected) noexcept {
        if (!connected) {
          crowd_.on_nonsense(*this, "cannot connect: " + connected.error().message());
          return;
        }
        connection_ = std::move(connected->connection);
        send(protocol::make_join(join));
      });
}

void CrowdMember::send(std::string_view text) { queue(wire::Opcode::text, as_bytes(text)); }

void CrowdMember::send_binary(std::string_view envelope, std::string_view blob) {
  Bytes message = protocol::binary_message_prefix(envelope.size());
  append(message, as_bytes(envelope));
  append(message, as_bytes(blob));
  queue(wire::Opcode::binary, message);
}

void CrowdMember::queue(wire::Opcode opcode, ByteView payload) {
  outgoing_.emplace_back(wire::make_frame(opcode, payload, wire::Role::client));
  connection_->wake();
}

void CrowdMember::on_message(link::MessageKind kind, ByteView payload) noexcept {
  if (!std::exchange(has_join_answer_, true)) {
    const auto outcome = protocol::parse_join_outcome(as_text(payload));
    if (!outcome)
      return crowd_.on_nonsense(*this, "before the answer to its join came " +
                                           std::string(as_text(payload).substr(0, 200)));
    return crowd_.on_join(*this, outcome->answer ? 200 : static_cast<int>(outcome->refusal->code));
  }
  if (kind == link::MessageKind::text) return hear(as_text(payload), {});
  const auto parts = protocol::split_binary_message(payload);
  if (!parts) return crowd_.on_nonsense(*this, parts.error().message());
  hear(parts->envelope, parts->blob);
}

void CrowdMember::hear(std::string_view envelope_text, ByteView blob) {
  const auto envelope = protocol::scan_envelope(envelope_text);
  if (!envelope) return crowd_.on_nonsense(*this, envelope.error().message());
  const std::string_view originator = unquote(envelope->originator);
  if (originator == "@hub") {
    const auto message = parse_json(envelope_text);
    if (!message) return crowd_.on_nonsense(*this, message.error().message());
    return crowd_.on_hub_message(*this, *message);
  }
  std::size_t id = 0;
  std::from_chars(envelope->id.data(), envelope->id.data() + envelope->id.size(), id);
  if (!envelope->blob) return crowd_.on_relayed(*this, id, originator, unquote(envelope->value));
  if (envelope->blob->content.empty())
    return crowd_.on_relayed(*this, id, originator, as_text(blob));
  const auto content = base::decode_base64(unquote(envelope->blob->content));
  if (!content) return crowd_.on_nonsense(*this, content.error().message());
  crowd_.on_relayed(*this, id, originator, as_text(*content));
}

void CrowdMember::on_passed_over(link::MessageKind, wire::PassedOver,
                                 std::uint64_t bytes) noexcept {
  crowd_.on_nonsense(*this, "a message of " + std::to_string(bytes) + " bytes");
}

std::optional<SharedBytes> CrowdMember::next_frame() noexcept {
  if (outgoing_.empty()) return std::nullopt;
  SharedBytes frame = std::move(outgoing_.front());
  outgoing_.pop_front();
  return frame;
}

void CrowdMember::on_end(const link::End& end) noexcept { crowd_.on_end(*this, end.reason); }

}  // namespace malinka::test
