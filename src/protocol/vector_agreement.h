// SPDX-License-Identifier: MIT
// How the unit tests compare what they see with what a vector expects.

#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/json.h"
#include "malinka/result.h"

namespace malinka::protocol {

/// The name of the error’s enumerator, as vectors say it.
[[nodiscard]] inline std::string_view error_name(const Error& error) {
  constexpr auto envelope = std::to_array<std::string_view>(
      {"not_utf8", "not_json", "not_an_object", "too_deep", "repeated_member", "escaped_name",
       "unknown_message_type", "bad_id", "bad_name", "bad_recipients", "too_many_recipients",
       "bad_expires_at", "bad_blob", "bad_response"});
  constexpr auto binary =
      std::to_array<std::string_view>({"too_short", "envelope_too_long", "envelope_incomplete",
                                       "size_differs", "has_content", "bytes_without_blob"});
  constexpr auto join = std::to_array<std::string_view>(
      {"not_a_join", "missing_member", "wrong_type", "bad_name", "too_long"});
  const std::string_view category = error.code.category().name();
  const auto index = static_cast<std::size_t>(error.code.value() - 1);
  if (category == "envelope") return envelope.at(index);
  return category == "join" ? join.at(index) : binary.at(index);
}

/// True where `seen` has every member of `expect` with its value and, where `expect` lists the
/// members that may be there as `only`, no other. So a vector shows no more than what it is about.
[[nodiscard]] inline bool agrees(Json seen, Json expect) {
  const bool lists_all = expect.contains("only");
  const Json only = lists_all ? expect["only"] : Json();
  expect.erase("only");
  for (const auto& [name, value] : expect.items()) {
    if (!seen.contains(name) || seen[name] != value) return false;
    seen.erase(name);
  }
  for (const auto& name : only) seen.erase(name.get<std::string>());
  return !lists_all || seen.empty();
}

}  // namespace malinka::protocol
