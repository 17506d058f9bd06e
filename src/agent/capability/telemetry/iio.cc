// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/iio.h"

#include <algorithm>

#include "agent/capability/telemetry/channel.h"
#include "agent/capability/telemetry/kernel_text.h"

namespace malinka::agent::telemetry {
namespace {

/// drivers/iio/humidity/dht11.c, of DHT11 and DHT22 alike: it gives what it measured for two
/// seconds without asking the sensor again (DHT11_DATA_VALID_TIME), which is as often as that may
/// be asked. After a failure it would ask again at once.
constexpr std::chrono::seconds dht11_rest{2};

/// A DHT11 is known by its driver's name in the device tree; devices there are called as they like.
bool is_dht11(const std::string& folder, const std::string& name) {
  constexpr std::string_view compatible = "dht11";
  return name.starts_with(compatible) ||
         read_text(folder + "/of_node/compatible").value_or("").starts_with(compatible);
}

/// Where its files begin, as `in_temp`, `in_voltage0` or `in_concentration_co2`.
struct Stem {
  const Kind& kind;
  std::string text;
};

std::optional<std::string_view> without_ending(std::string_view file) {
  for (const std::string_view ending : {"_input", "_raw"})
    if (file.ends_with(ending)) return file.substr(0, file.size() - ending.size());
  return {};
}

/// Those with a value that can be read, each once, in order.
std::vector<Stem> find_stems(const std::string& folder) {
  std::vector<Stem> stems;
  for (const std::string& file : list_names(folder)) {
    const std::optional<std::string_view> stem = without_ending(file);
    if (!stem || stem->ends_with("_mean") || stem->ends_with("_peak")) continue;
    const auto kind = std::ranges::find_if(
        iio_kinds, [&](const Kind& one) { return stem->starts_with(one.stem); });
    const bool is_new = std::ranges::find(stems, *stem, &Stem::text) == stems.end();
    if (kind != iio_kinds.end() && is_new) stems.push_back({*kind, std::string(*stem)});
  }
  return stems;
}

/// An attribute of the channel, or of all channels of its kind.
Result<double> read_shared(const std::string& folder, const Stem& stem, const char* attribute) {
  Result<double> own = read_number(folder + "/" + stem.text + attribute);
  return own ? own : read_number(folder + "/" + std::string(stem.kind.stem) + attribute);
}

/// Ready-made, or raw with its offset and scale.
Result<double> read_value(const std::string& folder, const Stem& stem) {
  Result<double> input = read_number(folder + "/" + stem.text + "_input");
  if (input || input.error().code != std::errc::no_such_file_or_directory) return input;
  const Result<double> raw = read_number(folder + "/" + stem.text + "_raw");
  if (!raw) return raw;
  return (*raw + read_shared(folder, stem, "_offset").value_or(0)) *
         read_shared(folder, stem, "_scale").value_or(1);
}

/// `[min step max]`, where the driver says so.
Range read_range(const std::string& folder, const Stem& stem) {
  const std::string text = read_text(folder + "/" + stem.text + "_input_available").value_or("");
  if (!text.starts_with('[') || !text.ends_with(']')) return {};
  const std::vector<std::string_view> words =
      split_words(std::string_view(text).substr(1, text.size() - 2));
  if (words.size() != 3) return {};
  const auto limit = [&](std::string_view word) -> std::optional<double> {
    const std::optional<double> number = to_number(word);
    return number ? to_limit(stem.kind, *number) : std::nullopt;
  };
  return {limit(words[0]), limit(words[2])};
}

/// What the device tree calls it, else what tells it from others of its kind, as `0` or `co2`.
std::string label_of(const std::string& folder, const Stem& stem) {
  if (Result<std::string> label = read_text(folder + "/" + stem.text + "_label"))
    return *std::move(label);
  std::string_view rest = std::string_view(stem.text).substr(stem.kind.stem.size());
  if (rest.starts_with('_')) rest.remove_prefix(1);
  return std::string(rest);
}

}  // namespace

ProbeResult read_iio_device(const std::string& folder) {
  ProbeResult result;
  result.sensor.name = read_text(folder + "/name").value_or("iio");
  const bool is_slow = is_dht11(folder, result.sensor.name);
  if (is_slow) result.rest = dht11_rest;
  for (const Stem& stem : find_stems(folder)) {
    add_measured(result, {stem.kind, label_of(folder, stem), read_range(folder, stem)},
                 read_value(folder, stem));
    if (is_slow && result.is_transient) break;  // Its next channel would ask it again at once.
  }
  return result;
}

}  // namespace malinka::agent::telemetry
