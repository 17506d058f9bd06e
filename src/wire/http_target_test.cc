// SPDX-License-Identifier: MIT
#include "wire/http_target.h"

#include <doctest/doctest.h>

namespace malinka::wire {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

Query query_of(std::string_view text) {
  const auto target = parse_target(text);
  REQUIRE(target);
  Query query;
  for (const HttpField& parameter : target->query)
    query.emplace_back(parameter.name, parameter.value);
  return query;
}

}  // namespace

TEST_CASE("a target without a query is a path") {
  const auto target = parse_target("/bus");
  REQUIRE(target);
  CHECK(target->path == "/bus");
  CHECK(target->query.empty());
}

TEST_CASE("a path is decoded once, and its plus signs stay") {
  const auto target = parse_target("/a%20b+c/%2541%c3%A4");
  REQUIRE(target);
  CHECK(target->path == "/a b+c/%41ä");
}

TEST_CASE("a query is decoded into its parameters, in order") {
  CHECK(query_of("/PiHub?channelId=home%26away&subscriberId=a+b%2B&key=%3D=") ==
        Query{{"channelId", "home&away"}, {"subscriberId", "a b+"}, {"key", "=="}});
}

TEST_CASE("parameters may be empty, without a value, or repeated") {
  CHECK(query_of("/?") == Query{});
  CHECK(query_of("/?&a&&b=&=c&a=1&") == Query{{"a", ""}, {"b", ""}, {"", "c"}, {"a", "1"}});
}

TEST_CASE("a second question mark belongs to the query") {
  CHECK(query_of("/?a=b?c") == Query{{"a", "b?c"}});
}

TEST_CASE("a URI of HTTP is the path and query that it means, whatever its host") {
  struct Row {
    std::string_view target;
    std::string_view path;
    Query query;
  };
  for (const Row& row :
       {Row{"http://hub/bus", "/bus", {}}, Row{"HTTPS://hub:443/a/b", "/a/b", {}},
        Row{"http://[::1]:31415/?a=b", "/", {{"a", "b"}}}, Row{"http://192.0.2.1", "/", {}},
        Row{"http://hub?a=/b", "/", {{"a", "/b"}}}, Row{"http://hub//x", "//x", {}},
        Row{"/http://hub/", "/http://hub/", {}}}) {
    CAPTURE(row.target);
    const auto target = parse_target(row.target);
    REQUIRE(target);
    CHECK(target->path == row.path);
    CHECK(query_of(row.target) == row.query);
  }
}

TEST_CASE("a URI without a host, with a user, or of another scheme is refused") {
  for (const std::string_view text :
       {"http://", "http:///bus", "http://?a=b", "http://:80/", "http://user@hub/", "http://h b/",
        "http:/hub/", "http:hub", "ws://hub/bus", "ftp://hub/", "http", "http://hub/#a",
        "http://hub/%0", "http://hub\\bus"}) {
    CAPTURE(text);
    const auto target = parse_target(text);
    REQUIRE_FALSE(target);
    CHECK(target.error().code == HttpError::malformed);
  }
}

TEST_CASE("a target that is not a path, or hides what it is, is refused") {
  for (const std::string_view text :
       {"", "*", "bus", "/%", "/%4", "/%4g", "/%g4", "/%-1", "/%+1", "/% 1", "/%00", "/?a=%00",
        "/?%=a", "/?a=%f", "/#a", "/?a#b"}) {
    CAPTURE(text);
    const auto target = parse_target(text);
    REQUIRE_FALSE(target);
    CHECK(target.error().code == HttpError::malformed);
  }
  CHECK_FALSE(parse_target(std::string_view("/a\0b", 4)));
}

}  // namespace malinka::wire
