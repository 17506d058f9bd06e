// SPDX-License-Identifier: MIT
// The log: lines on standard error, as systemd's journal wants them. No message content, channel or
// subscriber name and no key is ever logged by the hub.
//
//   LOG_INFO("listening", {"address", address});   ->  info: listening address=127.0.0.1:31415

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "malinka/result.h"

namespace malinka::base {

enum class LogLevel { debug, info, warning, error, off };

/// Errors: std::errc::invalid_argument. Names: debug info warning error off.
[[nodiscard]] Result<LogLevel> parse_log_level(std::string_view name);

void set_log_level(LogLevel level);
[[nodiscard]] bool is_logged(LogLevel level);

using LogField = std::pair<std::string_view, std::string>;

/// One line; control characters in it are escaped. **Thread-safe**, never throws.
void log_line(LogLevel level, std::string_view what,
              std::initializer_list<LogField> fields) noexcept;

}  // namespace malinka::base

#define MALINKA_LOG(level, what, ...)                                                   \
  do {                                                                                  \
    if (::malinka::base::is_logged(::malinka::base::LogLevel::level))                   \
      ::malinka::base::log_line(::malinka::base::LogLevel::level, what, {__VA_ARGS__}); \
  } while (false)

#define LOG_DEBUG(what, ...) MALINKA_LOG(debug, what, __VA_ARGS__)
#define LOG_INFO(what, ...) MALINKA_LOG(info, what, __VA_ARGS__)
#define LOG_WARNING(what, ...) MALINKA_LOG(warning, what, __VA_ARGS__)
#define LOG_ERROR(what, ...) MALINKA_LOG(error, what, __VA_ARGS__)
