// SPDX-License-Identifier: MIT
// How everything in Malinka reports failure: a value, or an Error that says what went wrong and
// with what. Nothing is thrown.

#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

namespace malinka {

/// Why something failed. **Value.**
struct Error {
  std::error_code code;
  std::string context;  ///< What it happened to: a path, an address, a member's name. May be empty.

  /// One line for a person: "context: what the code means".
  [[nodiscard]] std::string message() const {
    return context.empty() ? code.message() : context + ": " + code.message();
  }
};

/// A value, or the Error that took its place.
template <typename T>
using Result = std::expected<T, Error>;

/// Makes the failure of any Result. `code` is an `enum class …Error` or std::errc.
template <typename Enum>
  requires std::is_error_code_enum_v<Enum> || std::is_error_condition_enum_v<Enum>
[[nodiscard]] std::unexpected<Error> fail(Enum code, std::string_view context = {}) {
  using std::make_error_code;
  return std::unexpected(Error{make_error_code(code), std::string(context)});
}

/// The failure of a system call, from its errno.
[[nodiscard]] inline std::unexpected<Error> fail_errno(int error_number,
                                                       std::string_view context = {}) {
  return std::unexpected(
      Error{std::error_code(error_number, std::system_category()), std::string(context)});
}

}  // namespace malinka
