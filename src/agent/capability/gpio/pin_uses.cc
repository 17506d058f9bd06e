// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/pin_uses.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "base/files.h"
#include "base/number.h"

namespace malinka::agent::gpio {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t property_bytes_max = 4096;
constexpr int depth_max = 16;
/// The serial port that Raspberry Pi OS calls the first one, on the header's GPIO14 and GPIO15; but
/// on a Pi 5 that name may be its debug connector, which has pins of its own.
constexpr const char* serial_port = "/dev/serial0";
constexpr std::string_view debug_connector = "ttyAMA10";

std::string property(const fs::path& node, const char* name) {
  return base::read_file(node / name, property_bytes_max).value_or("");
}

/// A property of whole numbers: 32 bits each, the highest byte first.
std::vector<std::uint32_t> numbers_of(const std::string& bytes) {
  std::vector<std::uint32_t> numbers;
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t number = 0;
    for (std::size_t i = at; i < at + 4; ++i)
      number = number << 8U | static_cast<unsigned char>(bytes[i]);
    numbers.push_back(number);
  }
  return numbers;
}

/// A list of texts, each ended by a zero, as "gpio14\0gpio15\0".
std::vector<std::uint32_t> pins_by_name(const std::string& bytes) {
  constexpr std::string_view prefix = "gpio";
  std::vector<std::uint32_t> pins;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::string_view name = bytes.c_str() + at;
    at += name.size() + 1;
    if (!name.starts_with(prefix)) continue;
    if (const auto pin = base::parse_number<std::uint32_t>(name.substr(prefix.size())))
      pins.push_back(*pin);
  }
  return pins;
}

/// What is disabled is not gone into.
void each_node(const fs::path& node, const std::function<void(const fs::path&)>& visit,
               int depth = 0) {
  const std::string status = property(node, "status");
  if (!status.empty() && !status.starts_with("ok")) return;
  visit(node);
  if (depth == depth_max) return;
  std::error_code error;
  fs::directory_iterator entry(node, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error))
    if (entry->is_directory(error) && !entry->is_symlink(error))
      each_node(entry->path(), visit, depth + 1);
}

using PinGroups = std::map<std::uint32_t, std::vector<std::uint32_t>>;

/// By phandle: the pins of a group that a device may ask for.
PinGroups read_groups(const fs::path& controller) {
  PinGroups groups;
  each_node(controller, [&](const fs::path& node) {
    const std::vector<std::uint32_t> handles = numbers_of(property(node, "phandle"));
    if (handles.empty()) return;
    std::vector<std::uint32_t> pins = numbers_of(property(node, "brcm,pins"));
    std::ranges::copy(pins_by_name(property(node, "pins")), std::back_inserter(pins));
    groups[handles[0]] = std::move(pins);
  });
  return groups;
}

}  // namespace

std::map<unsigned, std::string> read_pin_uses(const std::string& root, const std::string& chip) {
  std::map<unsigned, std::string> uses;
  std::error_code error;
  const fs::path controller =
      fs::canonical(root + "/sys/bus/gpio/devices/" + chip + "/of_node", error);
  if (error) return uses;  // A machine without a device tree.
  const PinGroups groups = read_groups(controller);
  each_node(root + "/sys/firmware/devicetree/base", [&](const fs::path& node) {
    for (const std::uint32_t handle : numbers_of(property(node, "pinctrl-0")))
      if (const auto group = groups.find(handle); group != groups.end())
        for (const std::uint32_t pin : group->second) uses.emplace(pin, node.filename());
  });
  // The firmware connects this one, whatever the device tree says of its pins.
  const fs::path serial = fs::read_symlink(root + serial_port, error);
  if (!error && serial.filename() != debug_connector)
    for (const unsigned pin : {14U, 15U}) uses.emplace(pin, serial_port);
  return uses;
}

}  // namespace malinka::agent::gpio
