// SPDX-License-Identifier: MIT
#include "hub/gate/http_visitor.h"

#include <doctest/doctest.h>

#include <string>

#include "link/test_support.h"

namespace malinka::hub {
namespace {

const std::string request = "GET / HTTP/1.1\r\nHost: hub\r\n\r\n";

/// One visitor whose peer is in the test's hand, and a host that answers every request.
struct HttpVisitorTest : HttpVisitorHost {
  static constexpr std::size_t capacity = 4096;

  link::TestEngine test;
  std::unique_ptr<net::Stream> peer;
  std::unique_ptr<HttpVisitor> visitor;
  std::size_t answered = 0;

  virtual ~HttpVisitorTest() = default;
  HttpVisitorTest() {
    auto [ours, theirs] = net::make_memory_streams(capacity);
    peer = std::move(theirs);
    visitor = std::make_unique<HttpVisitor>(1, test.engine, std::move(ours), *this);
  }

  HttpReply on_request(const wire::RequestHead&, const std::string&) noexcept override {
    ++answered;
    return {.response = make_plain_response(200, "ok")};
  }
  void on_upgraded(HttpVisitor&, UpgradedStream) noexcept override {}
  void on_gone(HttpVisitor&) noexcept override {}
};

}  // namespace

TEST_CASE_FIXTURE(HttpVisitorTest, "requests sent ahead wait with the peer, not in our memory") {
  std::string ahead;
  while (ahead.size() < capacity) ahead += request;
  std::size_t sent = 0;
  for (int turn = 0; turn < 100; ++turn) {
    const std::size_t of_request = sent % request.size();
    sent += net::write_text(*peer, std::string_view(ahead).substr(of_request));
    net::run_turns(*test.loop, 1);
    net::read_text(*peer);
  }
  CHECK(answered > 10);
  CHECK(sent <= answered * request.size() + 3 * capacity);
}

}  // namespace malinka::hub
