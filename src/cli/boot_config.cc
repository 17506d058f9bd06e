// SPDX-License-Identifier: MIT
#include "cli/boot_config.h"

#include <algorithm>
#include <array>

#include "base/files.h"

namespace malinka::cli {
namespace {

constexpr std::size_t file_bytes_max = 1 << 20;
constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  const std::size_t end = text.find_last_not_of(blanks);
  return end == std::string_view::npos ? "" : text.substr(begin, end + 1 - begin);
}

/// The part up to `separator`; `text` begins behind that afterwards.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t size = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return part;
}

struct Section {
  std::string_view name;
  std::string_view sign;  ///< In the model of those that it is for.
};

constexpr std::array<Section, 13> sections = {{
    {"pi0", "Pi Zero"},
    {"pi0w", "Pi Zero W"},
    {"pi02", "Pi Zero 2"},
    {"pi1", "Pi Model"},
    {"pi2", "Pi 2"},
    {"pi3", "Pi 3"},
    {"pi3+", "Pi 3 Model B Plus"},
    {"pi4", "Pi 4"},
    {"pi400", "Pi 400"},
    {"pi5", "Pi 5"},
    {"pi500", "Pi 500"},
    {"cm4", "Compute Module 4"},
    {"cm5", "Compute Module 5"},
}};

/// Sections for a screen, a serial number or a pin are taken as not for us: what only they say may
/// be missing.
bool is_for(std::string_view section, std::string_view model) {
  if (section == "all") return true;
  return std::ranges::any_of(sections, [&](const Section& one) {
    return one.name == section && model.contains(one.sign);
  });
}

bool is_truth(std::string_view value) {
  return value.empty() || value == "on" || value == "1" || value == "true" || value == "yes";
}

}  // namespace

std::optional<BootConfig> BootConfig::read(const std::string& root, std::string_view model) {
  for (const char* const path : {"/boot/firmware/config.txt", "/boot/config.txt"}) {
    const auto text = base::read_file(root + path, file_bytes_max);
    if (text) return parse(path, *text, model);
  }
  return {};
}

BootConfig BootConfig::parse(std::string path, std::string_view text, std::string_view model) {
  BootConfig config;
  config.path_ = std::move(path);
  bool is_ours = true;
  while (!text.empty()) {
    std::string_view rest = take_until(text, '\n');
    const std::string_view line = trimmed(take_until(rest, '#'));
    if (line.starts_with('[') && line.ends_with(']')) {
      is_ours = is_for(line.substr(1, line.size() - 2), model);
      continue;
    }
    const std::size_t equals = line.find('=');
    if (!is_ours || equals == std::string_view::npos) continue;
    config.lines_.push_back({std::string(trimmed(line.substr(0, equals))),
                             std::string(trimmed(line.substr(equals + 1)))});
  }
  return config;
}

std::optional<std::string> BootConfig::find_overlay(std::string_view name) const {
  for (const Line& line : lines_) {
    std::string_view value = line.value;
    if (line.key == "dtoverlay" && trimmed(take_until(value, ',')) == name)
      return line.key + "=" + line.value;
  }
  return {};
}

bool BootConfig::is_on(std::string_view parameter) const {
  bool is_on = false;
  for (const Line& line : lines_) {
    if (line.key != "dtparam") continue;
    for (std::string_view rest = line.value; !rest.empty();) {
      std::string_view value = take_until(rest, ',');
      if (trimmed(take_until(value, '=')) == parameter) is_on = is_truth(trimmed(value));
    }
  }
  return is_on;
}

std::string BootConfig::value_of(std::string_view key) const {
  const auto last = std::ranges::find(lines_.rbegin(), lines_.rend(), key, &Line::key);
  return last == lines_.rend() ? "" : last->value;
}

}  // namespace malinka::cli
