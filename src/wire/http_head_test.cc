// SPDX-License-Identifier: MIT
#include "wire/http_head.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "vectors.h"

namespace malinka::wire {
namespace {

using test::load_vectors;
using test::Vector;

/// A head as the vectors write it.
Json to_json(const HttpFields& fields) {
  Json list = Json::array();
  for (const HttpField& field : fields.all) list.push_back({field.name, field.value});
  return list;
}

Json to_json(const RequestHead& head) {
  return {{"method", head.method},           {"target", head.target},
          {"keeps_alive", head.keeps_alive}, {"content_bytes", head.content_bytes},
          {"fields", to_json(head.fields)},  {"head_bytes", head.head_bytes}};
}

Json to_json(const ResponseHead& head) {
  return {
      {"status", head.status}, {"fields", to_json(head.fields)}, {"head_bytes", head.head_bytes}};
}

std::string_view name_of(const std::error_code& code) {
  if (code == HttpError::malformed) return "malformed";
  if (code == HttpError::head_too_large) return "head_too_large";
  if (code == HttpError::unsupported_version) return "unsupported_version";
  if (code == HttpError::missing_host) return "missing_host";
  if (code == HttpError::unsupported_body) return "unsupported_body";
  return "another error";
}

template <typename Head>
Json outcome_of(const Result<std::optional<Head>>& head) {
  if (!head) return {{"ok", false}, {"error", name_of(head.error().code)}};
  Json outcome = *head ? to_json(**head) : Json{{"incomplete", true}};
  outcome["ok"] = true;
  return outcome;
}

/// Parses a copy of its own size, so that a sanitizer sees a step past its end.
Json parse(const Vector& vector, std::size_t size) {
  const Bytes bytes = to_bytes(std::string_view(vector.input).substr(0, size));
  const auto head_bytes_max = vector.given.at("head_bytes_max").get<std::size_t>();
  if (vector.given.at("kind") == "request")
    return outcome_of(parse_request_head(bytes, head_bytes_max));
  return outcome_of(parse_response_head(bytes, head_bytes_max));
}

/// The members that the vector names are the same.
void check_members(const Json& outcome, const Json& expect) {
  for (const auto& [name, value] : expect.items()) {
    CAPTURE(name);
    CHECK(outcome.value(name, Json()) == value);
  }
}

}  // namespace

TEST_CASE("the vectors of HTTP heads are read as they say") {
  for (const Vector& vector : load_vectors("http_heads")) {
    CAPTURE(vector.file);
    CAPTURE(vector.name);
    check_members(parse(vector, vector.input.size()), vector.expect);
  }
}

TEST_CASE("an HTTP head is not decided otherwise by the bytes that come later") {
  for (const Vector& vector : load_vectors("http_heads")) {
    CAPTURE(vector.file);
    const Json whole = parse(vector, vector.input.size());
    const std::size_t size_max = std::min<std::size_t>(vector.input.size(), 2048);
    for (std::size_t size = 0; size < size_max; ++size) {
      CAPTURE(size);
      const Json outcome = parse(vector, size);
      if (!outcome.contains("incomplete")) CHECK(outcome == whole);
    }
  }
}

TEST_CASE("a limit of 0 lets no head in") {
  const auto head = parse_request_head(as_bytes("G"), 0);
  REQUIRE_FALSE(head);
  CHECK(head.error().code == HttpError::head_too_large);
}

}  // namespace malinka::wire
