// SPDX-License-Identifier: MIT
// What the hub says to browsers, monitors, and to whoever is neither.
#include <doctest/doctest.h>

#include "base/limits.h"
#include "hub/test_hub.h"

namespace malinka::hub {
namespace {

struct HttpTest {
  TestHub hub;

  std::string get(const std::string& path, const std::string& fields = {},
                  const std::string& address = "127.0.0.1") {
    const auto client = hub.connect(address);
    client->send_bytes("GET " + path + " HTTP/1.1\r\nHost: hub\r\n" + fields + "\r\n");
    return client->receive_bytes();
  }
};

std::string upgrade_fields(const std::string& version = "13") {
  return "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: " + version +
         "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
}

}  // namespace

TEST_CASE_FIXTURE(HttpTest, "a hub without a web app says how to get it") {
  const std::string page = get("/");
  CHECK(page.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(page.contains("Content-Type: text/html; charset=utf-8\r\n"));
  CHECK(page.contains("Cache-Control: no-cache\r\n"));
  CHECK(page.contains("--web-root"));
}

TEST_CASE_FIXTURE(HttpTest, "every response has the strict policy, the ones that refuse too") {
  for (const std::string path : {"/", "/healthz", "/nothing", "/bus", "/%zz"}) {
    const std::string response = get(path);
    CHECK(response.contains(
        "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
        "style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        "connect-src 'self' ws: wss:; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"));
    CHECK_FALSE(response.contains("unsafe-inline"));
    CHECK(response.contains("X-Content-Type-Options: nosniff\r\n"));
    CHECK(response.contains("Referrer-Policy: no-referrer\r\n"));
    CHECK(response.contains("Cross-Origin-Opener-Policy: same-origin\r\n"));
  }
}

TEST_CASE_FIXTURE(HttpTest, "HEAD gives the head of GET without the content") {
  const auto client = hub.connect();
  client->send_bytes("HEAD /healthz HTTP/1.1\r\nHost: hub\r\n\r\n");
  const std::string response = client->receive_bytes();
  CHECK(response.contains("Content-Length: 3\r\n"));
  CHECK(response.ends_with("\r\n\r\n"));
}

TEST_CASE_FIXTURE(HttpTest, "what the browser has already is not sent again") {
  const std::string page = get("/");
  const std::size_t begin = page.find("ETag: ") + 6;
  const std::string etag = page.substr(begin, page.find('\r', begin) - begin);
  const std::string again = get("/", "If-None-Match: " + etag + "\r\n");
  CHECK(again.starts_with("HTTP/1.1 304 "));
  CHECK(again.ends_with("\r\n\r\n"));
}

TEST_CASE_FIXTURE(HttpTest, "paths that lead out of the web app find nothing") {
  for (const std::string path : {"/../etc/passwd", "/%2e%2e/etc/passwd", "/..%2f", "/etc/passwd"})
    CHECK(get(path).starts_with("HTTP/1.1 404 "));
}

TEST_CASE_FIXTURE(HttpTest, "other methods are answered with 405") {
  const auto client = hub.connect();
  client->send_bytes("POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 5\r\n\r\nhello");
  const std::string response = client->receive_bytes();
  CHECK(response.starts_with("HTTP/1.1 405 "));
  CHECK(response.contains("Allow: GET, HEAD\r\n"));
  CHECK(response.contains("Connection: close\r\n"));
}

TEST_CASE_FIXTURE(HttpTest, "a target may be a whole URI, as a proxy is sent it") {
  CHECK(get("http://elsewhere/healthz").starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(get("http://hub/bus", upgrade_fields()).starts_with("HTTP/1.1 101 "));
  CHECK(get("http://user@hub/healthz").starts_with("HTTP/1.1 400 "));
}

TEST_CASE_FIXTURE(HttpTest, "requests in a row are answered in that order on one connection") {
  const auto client = hub.connect();
  client->send_bytes(
      "GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\nGET /nothing HTTP/1.1\r\nHost: hub\r\n\r\n");
  const std::string responses = client->receive_bytes();
  CHECK(responses.find("200 OK") < responses.find("404 Not Found"));
  CHECK(responses.contains("404 Not Found"));
  CHECK_FALSE(client->is_ended());
}

TEST_CASE_FIXTURE(HttpTest, "metrics are for this machine and for whom the operator names") {
  CHECK(get("/metrics").contains("malinka_sessions 0\n"));
  CHECK(get("/metrics", {}, "::1").contains("malinka_sessions 0\n"));
  CHECK(get("/metrics", {}, "192.0.2.1").starts_with("HTTP/1.1 403 "));
  Config config;
  config.metrics_allowed = {"192.0.2.1"};
  TestHub open(config);
  const auto client = open.connect("192.0.2.1");
  client->send_bytes("GET /metrics HTTP/1.1\r\nHost: hub\r\n\r\n");
  CHECK(client->receive_bytes().contains("malinka_sessions 0\n"));
}

TEST_CASE_FIXTURE(HttpTest, "metrics name no channel and no subscriber") {
  const auto hall = hub.join({.channel = "secret-channel", .subscriber = "secret-name"});
  CHECK_FALSE(get("/metrics").contains("secret"));
}

TEST_CASE_FIXTURE(HttpTest, "a request line of 1 MiB is answered with 431") {
  const auto client = hub.connect();
  client->send_bytes("GET /" + std::string(1024UL * 1024, 'a'));
  hub.settle();
  hub.settle();
  CHECK(client->receive_bytes().starts_with("HTTP/1.1 431 "));
}

TEST_CASE_FIXTURE(HttpTest, "a request that trickles one byte a second ends") {
  const auto client = hub.connect();
  for (const char character : std::string("GET /healthz")) {
    client->send_bytes(std::string(1, character));
    hub.advance(std::chrono::seconds(1));
  }
  CHECK(client->receive_bytes().starts_with("HTTP/1.1 408 "));
  CHECK(client->is_ended());
}

TEST_CASE_FIXTURE(HttpTest, "who does not take its response is ended, and leaves nothing") {
  const auto client = hub.connect();
  client->stop_reading();
  std::string requests;  // For more than a stream holds.
  for (int i = 0; i < 200; ++i) requests += "GET /nothing HTTP/1.1\r\nHost: hub\r\n\r\n";
  client->send_bytes(requests);
  for (int i = 0; i < 20; ++i) hub.settle();  // A turn of the hub answers one of them.
  hub.advance(std::chrono::seconds(limits::http_response_seconds - 1));
  CHECK(hub.gauges().connections == 1);
  hub.advance(std::chrono::seconds(2));
  CHECK(hub.gauges().connections == 0);
}

TEST_CASE_FIXTURE(HttpTest, "a connection that says nothing ends") {
  const auto client = hub.connect();
  hub.advance(std::chrono::seconds(limits::http_head_seconds + 1));
  CHECK(client->is_ended());
  CHECK(hub.gauges().connections == 0);
}

TEST_CASE_FIXTURE(HttpTest, "what is not HTTP is answered with 400") {
  const auto client = hub.connect();
  client->send_bytes("\x16\x03\x01 this is no request\r\n\r\n");
  CHECK(client->receive_bytes().starts_with("HTTP/1.1 400 "));
  hub.advance(std::chrono::seconds(limits::close_seconds + 1));
  CHECK(hub.gauges().connections == 0);
}

TEST_CASE_FIXTURE(HttpTest, "the subprotocol is chosen when it was offered, among others or not") {
  CHECK(get("/bus", upgrade_fields() + "Sec-WebSocket-Protocol: other, malinka.v1\r\n")
            .contains("Sec-WebSocket-Protocol: malinka.v1\r\n"));
  const std::string plain = get("/bus", upgrade_fields() + "Sec-WebSocket-Protocol: other\r\n");
  CHECK(plain.starts_with("HTTP/1.1 101 "));
  CHECK_FALSE(plain.contains("Sec-WebSocket-Protocol"));
}

TEST_CASE_FIXTURE(HttpTest, "a request at /bus that is no upgrade is answered with 426") {
  const std::string response = get("/bus");
  CHECK(response.starts_with("HTTP/1.1 426 "));
  CHECK(response.contains("Upgrade: websocket\r\n"));
  CHECK(response.contains("Connection: Upgrade\r\n"));
  CHECK(get("/bus", upgrade_fields("8")).contains("Sec-WebSocket-Version: 13\r\n"));
}

TEST_CASE_FIXTURE(HttpTest, "an upgrade with another method than GET is answered with 405") {
  const auto client = hub.connect();
  client->send_bytes("POST /bus HTTP/1.1\r\nHost: hub\r\n" + upgrade_fields() + "\r\n");
  CHECK(client->receive_bytes().starts_with("HTTP/1.1 405 "));
}

TEST_CASE("pages of other origins are refused where the operator lists those allowed") {
  Config config;
  config.allowed_origins = {"https://malinka.example"};
  TestHub hub(config);
  const auto status = [&hub](const std::string& origin) {
    const auto client = hub.connect();
    client->send_bytes("GET /bus HTTP/1.1\r\nHost: hub\r\n" + upgrade_fields() + origin + "\r\n");
    return client->receive_bytes().substr(9, 3);
  };
  CHECK(status("") == "101");
  CHECK(status("Origin: https://malinka.example\r\n") == "101");
  CHECK(status("Origin: https://elsewhere.example\r\n") == "403");
  CHECK(status("Origin: https://malinka.example\r\nOrigin: https://x.example\r\n") == "403");
}

}  // namespace malinka::hub
