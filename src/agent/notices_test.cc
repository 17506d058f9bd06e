// SPDX-License-Identifier: MIT
#include "agent/notices.h"

#include <doctest/doctest.h>

namespace malinka::agent {
namespace {

ClientStatus make_status(ClientState state, std::errc error = {}, int refusal_code = 0) {
  return {.state = state,
          .error = {error == std::errc{} ? std::error_code() : make_error_code(error), {}},
          .refusal_code = refusal_code,
          .hub = "ws://hub",
          .channel = "home",
          .name = "kitchen"};
}

}  // namespace

TEST_CASE("each join is told") {
  Notices notices;
  for (int i = 0; i < 2; ++i) {
    const std::optional<Notice> notice = notices.take(make_status(ClientState::joined));
    REQUIRE(notice);
    CHECK(notice->is_joined);
    CHECK(notice->text == "joined home as kitchen");
  }
}

TEST_CASE("a problem is told once, and again after a join") {
  Notices notices;
  const ClientStatus away = make_status(ClientState::connecting, std::errc::connection_refused);
  CHECK(notices.take(away));
  CHECK_FALSE(notices.take(away));
  CHECK_FALSE(notices.take(make_status(ClientState::connecting)));
  CHECK_FALSE(notices.take(away));
  CHECK(notices.take(make_status(ClientState::joined)));
  CHECK(notices.take(away));
}

TEST_CASE("another problem is told too") {
  Notices notices;
  CHECK(notices.take(make_status(ClientState::connecting, std::errc::connection_refused)));
  CHECK(notices.take(make_status(ClientState::connecting, std::errc::host_unreachable)));
}

TEST_CASE("a refusal says what to do about it") {
  const auto advice = [](int code) {
    return make_notice(make_status(ClientState::refused, std::errc::permission_denied, code))->text;
  };
  CHECK(advice(401).contains("--password-file"));
  CHECK(advice(409).contains("--name"));
  CHECK(advice(503).contains("trying again"));
}

TEST_CASE("a hub that cannot be reached is named") {
  const auto notice =
      make_notice(make_status(ClientState::connecting, std::errc::connection_refused));
  REQUIRE(notice);
  CHECK_FALSE(notice->is_joined);
  CHECK(notice->text.starts_with("cannot reach ws://hub:"));
}

TEST_CASE("a link stands alone where no person reads, and has its code on a terminal") {
  const ChannelLink link{"ws://hub", "home-7k2q9xwd", "secret"};
  CHECK(make_invitation(link, false).value() == "http://hub/#home-7k2q9xwd/secret");
  const auto shown = make_invitation(link, true);
  REQUIRE(shown);
  CHECK(shown->contains("http://hub/#home-7k2q9xwd/secret"));
  CHECK(shown->contains("█"));
  CHECK(shown->contains("malinka pair --new"));
}

TEST_CASE("on the way for the first time and closed there is nothing to say") {
  CHECK_FALSE(make_notice(make_status(ClientState::connecting)));
  CHECK_FALSE(make_notice(make_status(ClientState::closed)));
}

}  // namespace malinka::agent
