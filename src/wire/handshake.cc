// SPDX-License-Identifier: MIT
#include "wire/handshake.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/base64.h"
#include "base/random.h"
#include "base/try.h"

namespace malinka::wire {
namespace {

constexpr std::size_t key_bytes = 16;
constexpr unsigned status_switching_protocols = 101;

/// Section 1.3: base64 of the SHA-1 of the key and a fixed GUID.
std::string accept_of(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base::encode_base64(std::as_bytes(std::span(digest)));
}

bool is_key(std::string_view text) {
  const Result<std::size_t> size = base::decoded_base64_size(text);
  return size && *size == key_bytes;
}

bool asks_for_websocket(const HttpFields& fields) {
  return fields.has_token("Upgrade", "websocket") && fields.has_token("Connection", "Upgrade");
}

/// A request may offer several protocols; an answer has chosen one.
bool switches_to_websocket(const HttpFields& fields) {
  const std::string* const protocol = fields.find("Upgrade");
  return protocol != nullptr && equal_ignoring_case(*protocol, "websocket") &&
         fields.has_token("Connection", "Upgrade");
}

Result<std::vector<std::string>> parse_protocols(const HttpFields& fields) {
  std::vector<std::string> protocols;
  for (const std::string_view protocol : fields.list("Sec-WebSocket-Protocol")) {
    if (!is_token(protocol)) return fail(HandshakeError::bad_protocol);
    protocols.emplace_back(protocol);
  }
  return protocols;
}

std::string join(const std::vector<std::string>& elements) {
  std::string list;
  for (const std::string& element : elements) {
    if (!list.empty()) list += ", ";
    list += element;
  }
  return list;
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view describe(HandshakeError error) {
  switch (error) {
    case HandshakeError::not_an_upgrade: return "the request does not ask for a WebSocket";
    case HandshakeError::wrong_method: return "a WebSocket is asked for by GET";
    case HandshakeError::wrong_version:
      return "only version 13 of the WebSocket protocol is spoken here";
    case HandshakeError::bad_key: return "Sec-WebSocket-Key is not 16 bytes of base64";
    case HandshakeError::not_accepted: return "the server did not switch to a WebSocket";
    case HandshakeError::bad_accept: return "Sec-WebSocket-Accept does not answer our key";
    case HandshakeError::bad_protocol: return "the subprotocol is malformed, or was not offered";
    case HandshakeError::bad_extension: return "the server uses an extension that was not offered";
  }
  return "unknown handshake error";
}

Result<UpgradeRequest> check_upgrade_request(const RequestHead& head) {
  if (head.method != "GET") return fail(HandshakeError::wrong_method);                // 4.2.1 (1)
  if (!asks_for_websocket(head.fields)) return fail(HandshakeError::not_an_upgrade);  // (3), (4)
  if (head.content_bytes > 0) return fail(HandshakeError::not_an_upgrade, "a body");  // 4.1 (17)
  const std::string* const key = head.fields.find("Sec-WebSocket-Key");
  if (key == nullptr || !is_key(*key)) return fail(HandshakeError::bad_key);  // (5)
  const std::string* const version = head.fields.find("Sec-WebSocket-Version");
  if (version == nullptr || *version != "13") return fail(HandshakeError::wrong_version);  // (6)
  std::vector<std::string> protocols = TRY(parse_protocols(head.fields));                  // (8)
  return UpgradeRequest{*key, std::move(protocols)};
}

std::string make_upgrade_response(const UpgradeRequest& request, std::string_view protocol) {
  std::string head = "HTTP/1.1 101 Switching Protocols\r\n";
  append_field(head, "Upgrade", "websocket");
  append_field(head, "Connection", "Upgrade");
  append_field(head, "Sec-WebSocket-Accept", accept_of(request.key));
  if (!protocol.empty()) append_field(head, "Sec-WebSocket-Protocol", protocol);
  return head + "\r\n";
}

std::string make_key() {
  std::array<std::byte, key_bytes> bytes;
  base::fill_random(bytes);
  return base::encode_base64(bytes);
}

std::string make_upgrade_request(std::string_view host, std::string_view target,
                                 std::string_view key, const std::vector<std::string>& protocols) {
  std::string head = "GET " + std::string(target) + " HTTP/1.1\r\n";
  append_field(head, "Host", host);
  append_field(head, "Upgrade", "websocket");
  append_field(head, "Connection", "Upgrade");
  append_field(head, "Sec-WebSocket-Key", key);
  append_field(head, "Sec-WebSocket-Version", "13");
  if (!protocols.empty()) append_field(head, "Sec-WebSocket-Protocol", join(protocols));
  return head + "\r\n";
}

Result<std::string> check_upgrade_response(const ResponseHead& head, std::string_view key,
                                           const std::vector<std::string>& offered) {
  if (head.status != status_switching_protocols)  // 4.1 (1)
    return fail(HandshakeError::not_accepted, "HTTP status " + std::to_string(head.status));
  if (!switches_to_websocket(head.fields)) return fail(HandshakeError::not_accepted);  // (2), (3)
  const std::string* const accept = head.fields.find("Sec-WebSocket-Accept");
  if (accept == nullptr || *accept != accept_of(key))
    return fail(HandshakeError::bad_accept);              // (4)
  if (head.fields.count("Sec-WebSocket-Extensions") > 0)  // (5)
    return fail(HandshakeError::bad_extension);
  if (head.fields.count("Sec-WebSocket-Protocol") == 0) return std::string();  // (6)
  const std::string* const protocol = head.fields.find("Sec-WebSocket-Protocol");
  if (protocol == nullptr || std::ranges::find(offered, *protocol) == offered.end())
    return fail(HandshakeError::bad_protocol);
  return *protocol;
}

}  // namespace malinka::wire
