// SPDX-License-Identifier: MIT
#include "cli/event_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json.h"
#include "cli/format.h"
#include "cli/printable.h"

namespace malinka::cli {
namespace {

constexpr std::size_t value_bytes_shown = 200;
constexpr std::size_t edges_shown = 4;

void append_part(std::string& text, std::string_view separator, const std::string& part) {
  if (part.empty()) return;
  if (!text.empty()) text += separator;
  text += part;
}

/// A number with its unit, or nothing where it is none.
std::string quantity(const Json& object, std::string_view name, int decimals,
                     std::string_view unit) {
  const Json* const number = find_member(object, name);
  if (number == nullptr || !number->is_number()) return {};
  return fmt::format("{:.{}f} {}", number->get<double>(), decimals, unit);
}

std::string labelled(std::string_view label, const std::string& text) {
  return text.empty() ? std::string() : std::string(label) + " " + text;
}

/// `21.4 °C`, or nothing where it is none.
std::string value_text(const Json& value) {
  const std::string* const unit = find_string(value, "unit");
  if (unit == nullptr) return {};
  const std::string* const quantity_name = find_string(value, "quantity");
  const bool is_coarse = quantity_name != nullptr && *quantity_name == "humidity";
  return quantity(value, "value", is_coarse ? 0 : 1, printable(*unit));
}

/// All that the sensor measures; of an older device, what it knows to say.
std::string values_text(const Json& sensor) {
  std::string text;
  if (const Json* const values = find_member(sensor, "values");
      values != nullptr && values->is_array())
    for (const Json& value : *values) append_part(text, ", ", value_text(value));
  if (!text.empty()) return text;
  text = quantity(sensor, "temperatureCelsius", 1, "°C");
  append_part(text, ", ", quantity(sensor, "humidityPercent", 0, "%"));
  return text;
}

std::string sensor_text(const Json& sensor) {
  const std::string* const name = find_string(sensor, "name");
  std::string text = values_text(sensor);
  const Json* const age = find_member(sensor, "ageSeconds");
  if (!text.empty() && age != nullptr && age->is_number())
    text += " " + format_duration(age->get<double>()) + " ago";
  if (const std::string* const error = find_string(sensor, "error"))
    append_part(text, ": ", printable(*error));
  return labelled(name == nullptr ? "sensor" : printable(*name), text);
}

/// What is wrong with its power or its cooling, now.
std::string throttled_text(const Json& throttled) {
  constexpr std::pair<const char*, const char*> words[] = {
      {"underVoltage", "under-voltage"},
      {"frequencyCapped", "frequency capped"},
      {"throttled", "throttled"},
      {"softTemperatureLimit", "hot"},
  };
  std::string text;
  for (const auto& [member, word] : words)
    if (const Json* const flag = find_member(throttled, member); flag != nullptr && *flag == true)
      append_part(text, ", ", word);
  return text;
}

/// Of tv.power; nothing where it does not say what the power is.
std::string tv_text(const Json& value) {
  const std::string* const power = find_string(value, "power");
  if (power == nullptr) return {};
  const Json* const focused = find_member(value, "focused");
  const bool is_shown = focused != nullptr && *focused == true;
  return "TV " + printable(*power) + (is_shown ? ", showing this device" : "");
}

std::string presence_text(const Message& event, const Json& value) {
  if (event.name == "hub.joined") return "joined";
  if (event.name == "hub.presence")
    if (const auto count = find_whole_number(value, "subscriberCount"))
      return std::to_string(*count) + " subscribers";
  if (event.name != "hub.left") return {};
  const std::string* const reason = find_string(value, "reason");
  return reason == nullptr ? "left" : "left (" + printable(*reason) + ")";
}

std::string other_text(const Message& event) {
  std::string text = printable(event.name);
  if (!event.value.empty()) text += " " + printable(event.value.substr(0, value_bytes_shown));
  if (event.value.size() > value_bytes_shown) text += "…";
  if (event.blob)
    text += " [" + printable(event.blob->name) + " " + format_size(event.blob->size()) + "]";
  return text;
}

}  // namespace

std::string reading_text(const Json& reading) {
  std::string text;
  if (const Json* const cpu = find_member(reading, "cpu")) {
    std::string part = quantity(*cpu, "loadPercent", 0, "%");
    append_part(part, ", ", quantity(*cpu, "temperatureCelsius", 1, "°C"));
    append_part(text, "; ", labelled("cpu", part));
  }
  if (const Json* const memory = find_member(reading, "memory"))
    append_part(text, "; ", labelled("memory", quantity(*memory, "usedPercent", 0, "%")));
  if (const Json* const sensors = find_member(reading, "sensors");
      sensors != nullptr && sensors->is_array())
    for (const Json& sensor : *sensors) append_part(text, "; ", sensor_text(sensor));
  if (const Json* const throttled = find_member(reading, "throttled"))
    append_part(text, "; ", throttled_text(*throttled));
  const Json* const uptime = find_member(reading, "uptimeSeconds");
  if (uptime != nullptr && uptime->is_number())
    append_part(text, "; ", "up " + format_duration(uptime->get<double>()));
  return text;
}

std::string line_title(const Json& line) {
  if (const std::string* const name = find_string(line, "name")) return printable(*name);
  const auto number = find_whole_number(line, "line");
  return number ? std::to_string(*number) : "?";
}

std::string edges_text(const Json& event) {
  const Json* const edges = find_member(event, "edges");
  if (edges == nullptr || !edges->is_array()) return {};
  std::string text;
  for (std::size_t i = 0; i < std::min(edges->size(), edges_shown); ++i) {
    const Json& edge = edges->at(i);
    append_part(text, "; ", line_title(edge) + " " + printable(text_of(edge, "edge")));
  }
  if (edges->size() > edges_shown)
    append_part(text, "; ", fmt::format("{} more", edges->size() - edges_shown));
  if (const auto lost = find_whole_number(event, "lost"))
    append_part(text, "; ", fmt::format("{} lost", *lost));
  return text;
}

std::string subject_of(const Message& event) {
  if (event.originator == "@hub")
    if (const auto value = parse_json(event.value))
      if (const std::string* const name = find_string(*value, "subscriber")) return *name;
  return event.originator;
}

std::string event_text(const Message& event) {
  const auto value = parse_json(event.value);
  std::string text;
  if (value && event.originator == "@hub") text = presence_text(event, *value);
  if (value && event.name == "telemetry.reading") text = reading_text(*value);
  if (value && event.name == "gpio.edge") text = edges_text(*value);
  if (value && event.name == "tv.power") text = tv_text(*value);
  return text.empty() ? other_text(event) : text;
}

}  // namespace malinka::cli
