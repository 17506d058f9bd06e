// SPDX-License-Identifier: MIT
#include "base/password.h"

#include "base/files.h"

namespace malinka::base {

Result<std::optional<std::string>> read_password(const Options& options) {
  std::optional<std::string> password = options.text("password");
  const std::optional<std::string> file = options.text("password-file");
  const bool is_file_stronger = options.origin("password-file") < options.origin("password");
  const bool has_password = password && !password->empty();
  if (has_password && !(file && is_file_stronger)) return password;
  if (!file) return std::nullopt;
  Result<std::string> text = read_password_file(*file);
  if (!text)
    return fail(std::errc::invalid_argument,
                "cannot read the password file " + text.error().message());
  if (text->empty())
    return fail(std::errc::invalid_argument, "the password file " + *file + " is empty");
  return *std::move(text);
}

}  // namespace malinka::base
