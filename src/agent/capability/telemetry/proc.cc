// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/proc.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <set>

#include "agent/capability/telemetry/kernel_text.h"

namespace malinka::agent::telemetry {
namespace {

/// More of any kind is left out: containers make interfaces and mounts by the hundred.
constexpr std::size_t items_max = 64;

std::string text_of(const std::string& path) { return read_text(path).value_or(""); }

/// A line of /proc/stat: user nice system idle iowait irq softirq steal (guests are counted in
/// user).
ProcessorTime parse_processor(const std::vector<std::string_view>& words) {
  constexpr std::size_t fields = 8;
  ProcessorTime time;
  for (std::size_t i = 1; i < words.size() && i <= fields; ++i) {
    const double ticks = to_number(words[i]).value_or(0);
    const bool is_idle = i == 4 || i == 5;
    time.total += ticks;
    if (!is_idle) time.busy += ticks;
  }
  return time;
}

std::vector<ProcessorTime> read_processors(const std::string& root) {
  const std::string text = text_of(root + "/proc/stat");
  std::vector<ProcessorTime> times;
  for (const std::string_view line : split(text, '\n'))
    if (line.starts_with("cpu")) times.push_back(parse_processor(split_words(line)));
  return times;
}

double percent_between(const ProcessorTime& before, const ProcessorTime& now) {
  const double total = now.total - before.total;
  return total <= 0 ? 0 : std::clamp(100 * (now.busy - before.busy) / total, 0.0, 100.0);
}

std::uint64_t to_count(std::string_view text) {
  return static_cast<std::uint64_t>(std::max(to_number(text).value_or(0), 0.0));
}

/// A line of /proc/meminfo, as "MemTotal:  8000 kB", in bytes.
std::optional<std::uint64_t> find_memory(std::string_view text, std::string_view name) {
  for (const std::string_view line : split(text, '\n')) {
    const std::vector<std::string_view> words = split_words(line);
    if (words.size() >= 2 && words[0] == name) return to_count(words[1]) * 1024;
  }
  return {};
}

/// Blanks in the paths of /proc/mounts are written as \040, and so on: three octal digits.
std::string unescape(std::string_view path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool is_escape = path[i] == '\\' && i + 3 < path.size();
    text += is_escape ? static_cast<char>((path[i + 1] - '0') * 64 + (path[i + 2] - '0') * 8 +
                                          (path[i + 3] - '0'))
                      : path[i];
    if (is_escape) i += 3;
  }
  return text;
}

std::optional<Disk> read_disk(const std::string& root, std::string path) {
  struct statvfs status{};
  if (statvfs((root + path).c_str(), &status) != 0 || status.f_blocks == 0) return {};
  const std::uint64_t block = status.f_frsize;
  const std::uint64_t used = status.f_blocks - status.f_bfree;
  // As df(1): what is kept for root counts as neither used nor available.
  const auto usable = static_cast<double>(used + status.f_bavail);
  return Disk{std::move(path), status.f_blocks * block, status.f_bavail * block,
              usable > 0 ? 100 * static_cast<double>(used) / usable : 0};
}

}  // namespace

void ProcessorMeter::measure(const std::string& root, Cpu& cpu) {
  std::vector<ProcessorTime> now = read_processors(root);
  last_.resize(now.size());
  for (std::size_t i = 0; i < now.size(); ++i) {
    const double percent = percent_between(last_[i], now[i]);
    if (i == 0)
      cpu.load_percent = percent;
    else
      cpu.core_percents.push_back(percent);
  }
  last_ = std::move(now);
}

std::optional<double> read_load_average(const std::string& root) {
  const std::string text = text_of(root + "/proc/loadavg");
  const std::vector<std::string_view> words = split_words(text);
  return words.empty() ? std::nullopt : to_number(words[0]);
}

double read_uptime_seconds(const std::string& root) {
  const std::string text = text_of(root + "/proc/uptime");
  const std::vector<std::string_view> words = split_words(text);
  return words.empty() ? 0 : to_number(words[0]).value_or(0);
}

std::optional<Memory> read_memory(const std::string& root) {
  const std::string text = text_of(root + "/proc/meminfo");
  const std::optional<std::uint64_t> total = find_memory(text, "MemTotal:");
  const std::optional<std::uint64_t> available = find_memory(text, "MemAvailable:");
  if (!total || !available) return {};
  return Memory{*total, *available};
}

std::vector<NetworkInterface> read_network(const std::string& root) {
  const std::string text = text_of(root + "/proc/net/dev");
  std::vector<NetworkInterface> interfaces;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || interfaces.size() == items_max) continue;
    const std::vector<std::string_view> name = split_words(line.substr(0, colon));
    const std::vector<std::string_view> counts = split_words(line.substr(colon + 1));
    if (name.size() != 1 || name[0] == "lo" || counts.size() < 9) continue;
    interfaces.push_back({std::string(name[0]), to_count(counts[0]), to_count(counts[8])});
  }
  return interfaces;
}

std::vector<Disk> read_disks(const std::string& root) {
  const std::string text = text_of(root + "/proc/self/mounts");
  std::vector<Disk> disks;
  std::set<std::string_view> devices;
  for (const std::string_view line : split(text, '\n')) {
    const std::vector<std::string_view> words = split_words(line);
    if (words.size() < 3 || disks.size() == items_max) continue;
    const bool is_device =
        words[0].starts_with("/dev/") && words[2] != "squashfs" && words[2] != "iso9660";
    if ((!is_device && words[1] != "/") || !devices.insert(words[0]).second) continue;
    if (std::optional<Disk> disk = read_disk(root, unescape(words[1])))
      disks.push_back(*std::move(disk));
  }
  return disks;
}

}  // namespace malinka::agent::telemetry
