// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>

#include "base/log_output.h"

namespace malinka::base {
namespace {

constexpr std::array<std::string_view, 5> level_names = {"debug", "info", "warning", "error",
                                                         "off"};
std::atomic<LogLevel> lowest_level = LogLevel::info;

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::off;
}

/// spdlog's own sinks wait until standard error takes a line: then one reader that does not read
/// would stop every thread that has something to say.
class StandardErrorSink final : public spdlog::sinks::base_sink<std::mutex> {
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    output_.write({line.data(), line.size()});
  }
  void flush_() override {}

  LogOutput output_{STDERR_FILENO};
};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("malinka", std::make_shared<StandardErrorSink>());
    made->set_pattern("%l: %v");
    made->set_level(spdlog::level::trace);
    made->set_error_handler([](const std::string&) {});
    return made;
  }();
  return *instance;
}

void append_escaped(std::string& line, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (const char character : text) {
    const auto code = static_cast<unsigned char>(character);
    if (code >= 0x20 && code != 0x7F) {
      line.push_back(character);
      continue;
    }
    line += "\\x";
    line.push_back(hex[code >> 4]);
    line.push_back(hex[code & 15]);
  }
}

}  // namespace

Result<LogLevel> parse_log_level(std::string_view name) {
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (level_names[i] == name) return static_cast<LogLevel>(i);
  return fail(std::errc::invalid_argument, name);
}

void set_log_level(LogLevel level) { lowest_level = level; }
bool is_logged(LogLevel level) { return level >= lowest_level; }

void log_line(LogLevel level, std::string_view what,
              std::initializer_list<LogField> fields) noexcept {
  try {
    std::string line;
    append_escaped(line, what);
    for (const auto& [name, value] : fields) {
      line += ' ';
      line += name;
      line += '=';
      append_escaped(line, value);
    }
    logger().log(spdlog_level(level), line);
  } catch (...) {  // spdlog is the one library here that throws; a lost line is not worth a crash.
  }
}

}  // namespace malinka::base
