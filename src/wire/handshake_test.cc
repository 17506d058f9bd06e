// SPDX-License-Identifier: MIT
#include "wire/handshake.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "vectors.h"

namespace malinka::wire {
namespace {

constexpr std::string_view rfc_key = "dGhlIHNhbXBsZSBub25jZQ==";         // RFC 6455 section 1.2
constexpr std::string_view rfc_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";  // section 1.3

RequestHead request_with(std::vector<HttpField> fields) {
  return {.method = "GET", .target = "/bus", .fields = {std::move(fields)}};
}

RequestHead good_request() {
  return request_with({{"Host", "hub"},
                       {"Upgrade", "websocket"},
                       {"Connection", "Upgrade"},
                       {"Sec-WebSocket-Key", std::string(rfc_key)},
                       {"Sec-WebSocket-Version", "13"}});
}

ResponseHead good_response() {
  return {.status = 101,
          .fields = {{{"Upgrade", "WebSocket"},
                      {"Connection", "upgrade"},
                      {"Sec-WebSocket-Accept", std::string(rfc_accept)}}}};
}

template <typename Head>
Head without(Head head, std::string_view name) {
  std::erase_if(head.fields.all, [name](const HttpField& field) { return field.name == name; });
  return head;
}

template <typename Head>
Head with(Head head, std::string_view name, std::string_view value) {
  head = without(std::move(head), name);
  head.fields.all.push_back({std::string(name), std::string(value)});
  return head;
}

void check_refused(const RequestHead& head, HandshakeError error) {
  const auto request = check_upgrade_request(head);
  REQUIRE_FALSE(request);
  CHECK(request.error().code == error);
}

void check_refused(const ResponseHead& head, HandshakeError error) {
  const auto protocol = check_upgrade_response(head, rfc_key, {"malinka.v1"});
  REQUIRE_FALSE(protocol);
  CHECK(protocol.error().code == error);
}

constexpr std::size_t head_bytes_max = 16UL * 1024;

/// The name that the vectors have for an error.
std::string_view name_of(const std::error_code& code) {
  if (code == HandshakeError::not_an_upgrade) return "not_an_upgrade";
  if (code == HandshakeError::wrong_method) return "wrong_method";
  if (code == HandshakeError::wrong_version) return "wrong_version";
  if (code == HandshakeError::bad_key) return "bad_key";
  if (code == HandshakeError::not_accepted) return "not_accepted";
  if (code == HandshakeError::bad_accept) return "bad_accept";
  if (code == HandshakeError::bad_protocol) return "bad_protocol";
  if (code == HandshakeError::bad_extension) return "bad_extension";
  if (code == HttpError::malformed) return "malformed";
  if (code == HttpError::unsupported_version) return "unsupported_version";
  if (code == HttpError::missing_host) return "missing_host";
  return "another error";
}

/// What the server's end makes of a head: its error, or nothing.
std::string_view refusal_of_request(std::string_view head) {
  const auto request = parse_request_head(as_bytes(head), head_bytes_max);
  if (!request) return name_of(request.error().code);
  REQUIRE(*request);
  const auto upgrade = check_upgrade_request(**request);
  return upgrade ? std::string_view() : name_of(upgrade.error().code);
}

void check_server_vector(const test::Vector& vector) {
  CHECK(refusal_of_request(vector.input) == vector.expect.value("error", std::string()));
}

void check_client_vector(const test::Vector& vector) {
  const auto offered = vector.given.at("offered").get<std::vector<std::string>>();
  const auto response = parse_response_head(as_bytes(vector.input), head_bytes_max);
  const auto error = vector.expect.value("error", std::string());
  if (!response) {
    CHECK(name_of(response.error().code) == error);
    return;
  }
  REQUIRE(*response);
  const auto protocol = check_upgrade_response(**response, rfc_key, offered);
  CHECK((protocol ? std::string_view() : name_of(protocol.error().code)) == error);
  if (protocol) CHECK(*protocol == vector.expect.at("protocol").get<std::string>());
}

}  // namespace

TEST_CASE("the vectors of handshakes are taken or refused as they say, by the end they are for") {
  for (const test::Vector& vector : test::load_vectors("handshakes")) {
    CAPTURE(vector.file);
    CAPTURE(vector.name);
    if (vector.given.at("end") == "server")
      check_server_vector(vector);
    else
      check_client_vector(vector);
  }
}

TEST_CASE("a good request to upgrade gives its key and the subprotocols in order") {
  const auto request =
      check_upgrade_request(with(good_request(), "Sec-WebSocket-Protocol", "malinka.v1, chat"));
  REQUIRE(request);
  CHECK(request->key == rfc_key);
  CHECK(request->protocols == std::vector<std::string>{"malinka.v1", "chat"});
}

TEST_CASE("a request to upgrade may be worded as browsers word it") {
  RequestHead head = with(good_request(), "Upgrade", "WebSocket");
  head = with(head, "Connection", "keep-alive, Upgrade");
  head = with(head, "Sec-WebSocket-Extensions", "permessage-deflate");
  CHECK(check_upgrade_request(head));
}

TEST_CASE("what does not ask for a WebSocket is not an upgrade") {
  check_refused(without(good_request(), "Upgrade"), HandshakeError::not_an_upgrade);
  check_refused(without(good_request(), "Connection"), HandshakeError::not_an_upgrade);
  check_refused(with(good_request(), "Upgrade", "h2c"), HandshakeError::not_an_upgrade);
  check_refused(with(good_request(), "Connection", "close"), HandshakeError::not_an_upgrade);
}

TEST_CASE("an upgrade has no body") {
  RequestHead head = good_request();
  head.content_bytes = 1;
  check_refused(head, HandshakeError::not_an_upgrade);
}

TEST_CASE("an upgrade is asked for by GET") {
  RequestHead head = good_request();
  head.method = "POST";
  check_refused(head, HandshakeError::wrong_method);
}

TEST_CASE("a key is 16 bytes of base64, once") {
  check_refused(without(good_request(), "Sec-WebSocket-Key"), HandshakeError::bad_key);
  for (const std::string_view key :
       {"", "short", "dGhlIHNhbXBsZSBub25j", "!!!!!!!!!!!!!!!!!!!!!!!!"}) {
    CAPTURE(key);
    check_refused(with(good_request(), "Sec-WebSocket-Key", key), HandshakeError::bad_key);
  }
  RequestHead head = good_request();
  head.fields.all.push_back({"sec-websocket-key", std::string(rfc_key)});
  check_refused(head, HandshakeError::bad_key);
}

TEST_CASE("only version 13 is spoken") {
  check_refused(without(good_request(), "Sec-WebSocket-Version"), HandshakeError::wrong_version);
  check_refused(with(good_request(), "Sec-WebSocket-Version", "8"), HandshakeError::wrong_version);
}

TEST_CASE("a subprotocol is a token") {
  check_refused(with(good_request(), "Sec-WebSocket-Protocol", "malinka v1"),
                HandshakeError::bad_protocol);
}

TEST_CASE("the answer to the key of RFC 6455 is the answer of RFC 6455") {
  const std::string text = make_upgrade_response({std::string(rfc_key), {}}, "");
  const auto head = parse_response_head(as_bytes(text), 1024);
  REQUIRE(head);
  REQUIRE(*head);
  CHECK((*head)->status == 101);
  CHECK(*(*head)->fields.find("Sec-WebSocket-Accept") == rfc_accept);
  CHECK((*head)->head_bytes == text.size());
}

TEST_CASE("both ends of the handshake agree") {
  const std::string key = make_key();
  const std::vector<std::string> offered{"malinka.v1", "other"};
  const std::string request_text = make_upgrade_request("hub:31415", "/bus", key, offered);
  const auto request_head = parse_request_head(as_bytes(request_text), 1024);
  REQUIRE(request_head);
  REQUIRE(*request_head);
  CHECK((*request_head)->target == "/bus");
  CHECK(*(*request_head)->fields.find("Host") == "hub:31415");
  const auto request = check_upgrade_request(**request_head);
  REQUIRE(request);
  CHECK(request->protocols == offered);

  const std::string response_text = make_upgrade_response(*request, "malinka.v1");
  const auto response_head = parse_response_head(as_bytes(response_text), 1024);
  REQUIRE(response_head);
  REQUIRE(*response_head);
  const auto protocol = check_upgrade_response(**response_head, key, offered);
  REQUIRE(protocol);
  CHECK(*protocol == "malinka.v1");
}

TEST_CASE("keys differ") { CHECK(make_key() != make_key()); }

TEST_CASE("a server may choose no subprotocol") {
  const auto protocol = check_upgrade_response(good_response(), rfc_key, {"malinka.v1"});
  REQUIRE(protocol);
  CHECK(protocol->empty());
}

TEST_CASE("a response that does not switch is not accepted, and says its status") {
  ResponseHead head = good_response();
  head.status = 403;
  const auto protocol = check_upgrade_response(head, rfc_key, {});
  REQUIRE_FALSE(protocol);
  CHECK(protocol.error().code == HandshakeError::not_accepted);
  CHECK(protocol.error().context == "HTTP status 403");
}

TEST_CASE("a response that switches to something else is not accepted") {
  check_refused(with(good_response(), "Upgrade", "h2c"), HandshakeError::not_accepted);
  check_refused(with(good_response(), "Upgrade", "websocket, h2c"), HandshakeError::not_accepted);
  check_refused(without(good_response(), "Connection"), HandshakeError::not_accepted);
}

TEST_CASE("a response must answer our key") {
  check_refused(without(good_response(), "Sec-WebSocket-Accept"), HandshakeError::bad_accept);
  check_refused(with(good_response(), "Sec-WebSocket-Accept", rfc_key), HandshakeError::bad_accept);
}

TEST_CASE("a response may choose nothing that was not offered") {
  check_refused(with(good_response(), "Sec-WebSocket-Protocol", "chat"),
                HandshakeError::bad_protocol);
  check_refused(with(good_response(), "Sec-WebSocket-Protocol", "malinka.v1, malinka.v1"),
                HandshakeError::bad_protocol);
  check_refused(with(good_response(), "Sec-WebSocket-Extensions", "permessage-deflate"),
                HandshakeError::bad_extension);
}

}  // namespace malinka::wire
