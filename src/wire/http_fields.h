// SPDX-License-Identifier: MIT
// The fields of an HTTP head, and the ways of asking for them. RFC 9110 section 5.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace malinka::wire {

struct HttpField {
  std::string name;
  std::string value;
};

/// In the order in which they came.
struct HttpFields {
  std::vector<HttpField> all;

  /// The value of the one field of that name, whatever its letter case; null when absent or
  /// repeated.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  /// How many fields have that name, whatever its letter case.
  [[nodiscard]] std::size_t count(std::string_view name) const;
  /// The elements of the comma-separated lists of that name, in a row. Section 5.6.1.
  [[nodiscard]] std::vector<std::string_view> list(std::string_view name) const;
  /// True when that list has `token`, whatever its letter case.
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;
};

/// As names of fields, schemes and many values are compared: in ASCII letters of either case.
[[nodiscard]] bool equal_ignoring_case(std::string_view left, std::string_view right);

/// A name, a method or a subprotocol may only consist of these. Section 5.6.2.
[[nodiscard]] bool is_token(std::string_view text);

}  // namespace malinka::wire
