// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/kept_interval.h"

#include <optional>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/private_files.h"

namespace malinka::agent::telemetry {
namespace {

constexpr std::size_t file_bytes_max = 4096;
constexpr const char* interval_key = "intervalSeconds";
constexpr const char* configured_key = "configuredSeconds";

std::optional<std::uint64_t> find_seconds(const Json& file, const char* key) {
  const std::optional<std::uint64_t> seconds = find_whole_number(file, key);
  const bool can_be =
      seconds && *seconds >= 1 && *seconds <= limits::telemetry_interval_seconds_max;
  return can_be ? seconds : std::nullopt;
}

}  // namespace

std::chrono::seconds KeptInterval::read() const {
  const Result<std::string> text = base::read_file(path_, file_bytes_max);
  if (!text) return configured_;
  const auto file = parse_json(*text);
  if (!file || !file->is_object()) return configured_;
  const std::optional<std::uint64_t> interval = find_seconds(*file, interval_key);
  const auto configured = static_cast<std::uint64_t>(configured_.count());
  if (!interval || find_seconds(*file, configured_key) != configured) return configured_;
  return std::chrono::seconds(*interval);
}

Result<void> KeptInterval::write(std::chrono::seconds interval) const {
  if (path_.empty()) return fail(std::errc::no_such_file_or_directory, "its user has no home");
  const Json file = {{interval_key, interval.count()}, {configured_key, configured_.count()}};
  return base::write_private_file(path_, dump_json(file) + "\n");
}

}  // namespace malinka::agent::telemetry
