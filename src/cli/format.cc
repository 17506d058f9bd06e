// SPDX-License-Identifier: MIT
#include "cli/format.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace malinka::cli {
namespace {

std::string format_local(time_t time, const char* pattern) {
  tm parts{};
  if (localtime_r(&time, &parts) == nullptr) return {};
  std::array<char, 64> text{};
  return {text.data(), strftime(text.data(), text.size(), pattern, &parts)};
}

bool is_plain_word(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](unsigned char letter) {
    return std::isalnum(letter) != 0 ||
           std::string_view("_-./=:,@%+").contains(static_cast<char>(letter));
  });
}

std::string quote_word(std::string_view word) {
  if (is_plain_word(word)) return std::string(word);
  std::string quoted = "'";
  for (const char letter : word) {
    if (letter == '\'')
      quoted += "'\\''";
    else
      quoted += letter;
  }
  return quoted + "'";
}

}  // namespace

std::string format_size(std::uint64_t bytes) {
  constexpr std::array units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (amount >= 1023.95 && unit + 1 < units.size()) {
    amount /= 1024;
    ++unit;
  }
  const bool is_whole = unit == 0 || amount >= 99.95;
  return fmt::format("{:.{}f} {}", amount, is_whole ? 0 : 1, units[unit]);
}

std::string format_duration(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::clamp(seconds, 0.0, 1e12));
  if (whole >= 86400) return fmt::format("{} d {} h", whole / 86400, whole % 86400 / 3600);
  if (whole >= 3600) return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
  if (whole >= 60) return fmt::format("{} min", whole / 60);
  return fmt::format("{} s", whole);
}

std::string format_time(std::string_view timestamp) {
  tm parts{};
  std::string text(timestamp);
  if (strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return text;
  return format_local(timegm(&parts), "%Y-%m-%d %H:%M");
}

std::string format_clock() { return format_local(::time(nullptr), "%H:%M:%S"); }

std::string format_mode(std::string_view type, std::string_view octal) {
  unsigned mode = 0;
  std::from_chars(octal.data(), octal.data() + octal.size(), mode, 8);
  const char kind = type == "folder" ? 'd' : type == "link" ? 'l' : type == "file" ? '-' : '?';
  constexpr std::string_view letters = "rwxrwxrwx";
  std::string text(1, kind);
  for (std::size_t i = 0; i < letters.size(); ++i)
    text += (mode >> (letters.size() - 1 - i) & 1U) != 0 ? letters[i] : '-';
  return text;
}

std::string shell_line(std::span<const std::string> words) {
  if (words.size() == 1) return words.front();
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += quote_word(word);
  }
  return line;
}

}  // namespace malinka::cli
