// SPDX-License-Identifier: MIT
#include "agent/config_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"

namespace malinka::agent {

std::unexpected<Error> refuse_setting(const std::string& what) {
  return fail(std::errc::invalid_argument, what);
}

Result<Json> read_table(const Json& parent, std::string_view name,
                        std::span<const std::string_view> known, std::string_view path) {
  if (path.empty()) path = name;
  const Json* const table = find_member(parent, name);
  if (table == nullptr) return Json::object();
  if (!table->is_object())
    return refuse_setting(fmt::format("{} must be a table: [{}]", name, path));
  for (const auto& [key, value] : table->items())
    if (std::ranges::find(known, key) == known.end())
      return refuse_setting(
          fmt::format("unknown key {} in [{}]; known are: {}", key, path, fmt::join(known, ", ")));
  return *table;
}

Result<std::optional<std::string>> read_text(const Json& table, std::string_view key) {
  const Json* const value = find_member(table, key);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return refuse_setting(fmt::format("{} must be a text", key));
  return value->get<std::string>();
}

}  // namespace malinka::agent
