// SPDX-License-Identifier: MIT
#include "agent/capability/agent/system.h"

#include <sys/utsname.h>

#include <optional>

#include "base/files.h"
#include "base/json.h"

namespace malinka::agent::self {
namespace {

constexpr std::size_t text_bytes_max = 65536;

/// Up to the first line break or NUL; nothing where that is nothing.
std::optional<std::string> read_line(const std::string& path) {
  const Result<std::string> text = base::read_file(path, text_bytes_max);
  if (!text) return {};
  std::string line = text->substr(0, text->find_first_of(std::string_view("\n\0", 2)));
  if (line.empty()) return {};
  return line;
}

/// A Pi says it in its device tree, a PC in its firmware.
std::optional<std::string> find_model(const std::string& root) {
  if (std::optional<std::string> model = read_line(root + "/proc/device-tree/model")) return model;
  return read_line(root + "/sys/class/dmi/id/product_name");
}

/// PRETTY_NAME of os-release(5).
std::optional<std::string> find_system_name(const std::string& root) {
  constexpr std::string_view key = "PRETTY_NAME=";
  const std::string text =
      "\n" + base::read_file(root + "/etc/os-release", text_bytes_max).value_or("");
  const std::size_t at = text.find("\n" + std::string(key));
  if (at == std::string::npos) return {};
  const std::size_t begin = at + 1 + key.size();
  std::string name = text.substr(begin, text.find('\n', begin) - begin);
  std::erase(name, '"');
  return name;
}

}  // namespace

Json describe_system(const std::string& root) {
  Json json = Json::object();
  if (const std::optional<std::string> model = find_model(root)) json["model"] = *model;
  if (const std::optional<std::string> name = find_system_name(root)) json["os"] = *name;
  utsname names{};
  if (uname(&names) != 0) return json;
  json["kernel"] = std::string(static_cast<const char*>(names.release));
  json["architecture"] = std::string(static_cast<const char*>(names.machine));
  return json;
}

}  // namespace malinka::agent::self
