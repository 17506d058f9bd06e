// SPDX-License-Identifier: MIT
#include "malinka/channel_link.h"

#include <doctest/doctest.h>

#include "vectors.h"

namespace malinka {

TEST_CASE("a link is made of the hub's address, the channel and the password") {
  CHECK(make_link({"ws://127.0.0.1:31415", "home", "secret"}).value() ==
        "http://127.0.0.1:31415/#home/secret");
  CHECK(make_link({"wss://hub.example", "home", "secret"}).value() ==
        "https://hub.example/#home/secret");
  CHECK(make_link({"wss://[::1]:8/bus", "a/b", "é #/"}).value() ==
        "https://[::1]:8/#a%2Fb/%C3%A9%20%23%2F");
  CHECK(make_link({"http://h:1", "home", ""}).value() == "http://h:1/#home/");
  CHECK(make_link({"wss://h/one/bus", "home", "s"}).value() == "https://h/one/bus#home/s");
}

TEST_CASE("a link says again what it was made of, in every plane of Unicode") {
  const std::string planes = "a\u00e9\u20ac\U0001F600\U00020000\U000E0041\U0010FFFF %/#\n\x7f";
  for (const ChannelLink& link :
       {ChannelLink{"https://hub.example", "home", planes}, ChannelLink{"http://h:1", "h", ""},
        ChannelLink{"http://h:1", "Küche \U0001F373", "view1.abc"},
        ChannelLink{"https://h/one/bus", "home", "s"}}) {
    const auto text = make_link(link);
    REQUIRE(text);
    CHECK(parse_link(*text).value() == link);
  }
}

TEST_CASE("a link is taken as people paste it") {
  const ChannelLink link{"http://h:31415", "home", "secret"};
  CHECK(parse_link("  http://h:31415/#home/secret\r\n").value() == link);
  CHECK(parse_link("ws://h:31415#home/secret").value() == link);
  CHECK(parse_link("HTTP://h:31415/bus#home/secret").value() == link);
}

TEST_CASE("links are read as the vectors say, and a password in one that is none not repeated") {
  for (const test::Vector& vector : test::load_vectors("links")) {
    CAPTURE(vector.file);
    const auto link = parse_link(vector.input);
    REQUIRE(link.has_value() == vector.expect.at("ok").get<bool>());
    if (!link) {
      CHECK(link.error().code == std::errc::invalid_argument);
      CHECK_FALSE(link.error().context.contains("secret"));
      continue;
    }
    CHECK(link->hub == vector.expect.at("hub"));
    CHECK(link->channel == vector.expect.at("channel"));
    CHECK(link->password == vector.expect.at("password"));
    CHECK(make_link(*link).value() == vector.expect.at("link"));
  }
}

TEST_CASE("a link of what cannot be is not made") {
  CHECK_FALSE(make_link({"hub.example", "home", "secret"}));
  CHECK_FALSE(make_link({"http://h", "", "secret"}));
  CHECK_FALSE(make_link({"http://h", "*", "secret"}));
}

TEST_CASE("a view link leads to the same channel with another word, and stays one") {
  const ChannelLink link{"http://h", "home", "secret"};
  const auto view = to_view_link(link);
  REQUIRE(view);
  CHECK(view->hub == link.hub);
  CHECK(view->channel == link.channel);
  CHECK(view->password.starts_with("view1."));
  CHECK_FALSE(view->password.contains("secret"));
  CHECK(to_view_link(*view).value() == *view);
  CHECK_FALSE(to_view_link({"http://h", "home", ""}));
}

}  // namespace malinka
