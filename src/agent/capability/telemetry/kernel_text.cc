// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/kernel_text.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/files.h"
#include "base/try.h"

namespace malinka::agent::telemetry {
namespace {

constexpr std::size_t text_bytes_max = 1 << 20;
constexpr std::size_t names_max = 256;

}  // namespace

Result<std::string> read_text(const std::string& path) {
  std::string text = TRY(base::read_file(path, text_bytes_max));
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

Result<double> read_number(const std::string& path) {
  const std::string text = TRY(read_text(path));
  const std::optional<double> number = to_number(text);
  if (!number) return fail(std::errc::invalid_argument, path);
  return *number;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return parts;
}

std::vector<std::string_view> split_words(std::string_view line) {
  std::vector<std::string_view> words = split(line, ' ');
  std::erase_if(words, [](std::string_view word) { return word.empty(); });
  return words;
}

std::optional<double> to_number(std::string_view text) {
  double number = 0;
  if (text.empty() || std::from_chars(text.begin(), text.end(), number).ptr != text.end())
    return {};
  return number;
}

std::vector<std::string> list_names(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator() && names.size() < names_max;
       entry.increment(error))
    names.push_back(entry->path().filename());
  std::ranges::sort(names);
  return names;
}

}  // namespace malinka::agent::telemetry
