// SPDX-License-Identifier: MIT
// The settings of a program: a flag beats the environment, which beats the configuration file. One
// name gives all three: `tls-cert` is --tls-cert, MALINKA_TLS_CERT and the key tls_cert.

#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/json_fwd.h"
#include "malinka/result.h"

namespace malinka::base {

enum class OptionKind {
  text,      ///< --name VALUE
  toggle,    ///< --name
  not_flag,  ///< Environment and file only: what `ps` must not show.
};

struct OptionSpec {
  std::string_view name;
  std::string_view placeholder;  ///< As ADDR:PORT, for --help.
  std::string_view about;
  OptionKind kind = OptionKind::text;
};

struct ProgramSpec {
  std::string_view name;
  std::string_view about;
  std::span<const OptionSpec> options;
  std::string_view config_path;  ///< Read when it is there; --config names another, which must be.
  std::span<const std::string_view>
      tables;                 ///< Further keys that the file may have: tables and lists.
  std::string_view examples;  ///< The end of --help.
};

/// Where a value came from, the strongest first.
enum class Origin { flag, environment, file, nowhere };

/// The program has nothing more to do: --help and --version were asked for, or the usage was wrong.
struct Exit {
  int status = 0;
  std::string output;  ///< For standard output where status is 0, else for standard error.
};

/// **Value.** Takes --config, --help and --version beside the program's own.
class Options {
 public:
  [[nodiscard]] static std::expected<Options, Exit> read(const ProgramSpec& program, int argc,
                                                         const char* const* argv);

  /// What was set for `name`, by whichever way beats the others; nothing when it was not.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] Origin origin(std::string_view name) const;
  [[nodiscard]] bool is_set(std::string_view name) const;
  /// true or false, as text. Errors: std::errc::invalid_argument, saying which setting.
  [[nodiscard]] Result<bool> truth(std::string_view name, bool fallback) const;
  /// Errors: std::errc::invalid_argument, saying which setting and its range.
  [[nodiscard]] Result<std::uint64_t> number(std::string_view name, std::uint64_t fallback,
                                             std::uint64_t min, std::uint64_t max) const;
  /// The whole configuration file as an object; empty where there is none.
  [[nodiscard]] const Json& file() const;
  /// Which file was read; empty for none.
  [[nodiscard]] const std::string& file_path() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace malinka::base
