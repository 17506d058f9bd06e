// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/hwmon.h"

#include <algorithm>

#include "agent/capability/telemetry/channel.h"
#include "agent/capability/telemetry/kernel_text.h"

namespace malinka::agent::telemetry {
namespace {

constexpr std::string_view input_ending = "_input";

/// The kind of `temp1_input`; null for any other file.
const Kind* kind_of(std::string_view file) {
  if (!file.ends_with(input_ending)) return nullptr;
  for (const Kind& kind : hwmon_kinds) {
    if (!file.starts_with(kind.stem)) continue;
    const std::string_view number =
        file.substr(kind.stem.size(), file.size() - kind.stem.size() - input_ending.size());
    if (to_number(number)) return &kind;
  }
  return nullptr;
}

/// The first of these limits that the chip has.
std::optional<double> read_limit(const Kind& kind, const std::string& stem, const char* usual,
                                 const char* critical) {
  const std::optional<double> limit = to_limit(kind, read_number(stem + usual));
  return limit ? limit : to_limit(kind, read_number(stem + critical));
}

Range read_range(const Kind& kind, const std::string& stem) {
  const Range range{read_limit(kind, stem, "_min", "_lcrit"),
                    read_limit(kind, stem, "_max", "_crit")};
  if (range.min && range.max && *range.min >= *range.max) return {};  // Never set.
  return range;
}

/// The chip's own word for it, else the file's where there are several.
std::string label_of(const std::string& stem, std::string_view number, bool is_only) {
  if (const Result<std::string> label = read_text(stem + "_label")) return *label;
  return is_only ? "" : std::string(number);
}

}  // namespace

ProbeResult read_hwmon_chip(const std::string& folder) {
  ProbeResult result;
  result.sensor.name = read_text(folder + "/name").value_or("hwmon");
  std::vector<std::string> inputs = list_names(folder);
  std::erase_if(inputs, [](const std::string& file) { return kind_of(file) == nullptr; });
  for (const std::string& input : inputs) {
    const Kind& kind = *kind_of(input);
    const std::string channel = input.substr(0, input.size() - input_ending.size());
    const auto is_alike = [&](const std::string& other) { return kind_of(other) == &kind; };
    const bool is_only = std::ranges::count_if(inputs, is_alike) == 1;
    const std::string stem = folder + "/" + channel;
    add_measured(result,
                 {kind, label_of(stem, std::string_view(channel).substr(kind.stem.size()), is_only),
                  read_range(kind, stem)},
                 read_number(folder + "/" + input));
  }
  return result;
}

}  // namespace malinka::agent::telemetry
