// SPDX-License-Identifier: MIT
#include "agent/config_gpio.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/config_values.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent {
namespace {

using gpio::Edges;
using gpio::LineAccess;
using gpio::LineSettings;
using gpio::Pull;

constexpr std::size_t name_bytes_max = 64;
constexpr std::int64_t offset_max = 1023;

template <typename Value>
struct Choice {
  std::string_view name;
  Value value;
};

constexpr std::array<Choice<LineAccess>, 3> accesses = {
    {{"none", LineAccess::none}, {"read", LineAccess::read}, {"write", LineAccess::write}}};
constexpr std::array<Choice<Pull>, 3> pulls = {
    {{"up", Pull::up}, {"down", Pull::down}, {"none", Pull::none}}};
constexpr std::array<Choice<Edges>, 3> edge_sets = {
    {{"both", Edges::both}, {"rising", Edges::rising}, {"falling", Edges::falling}}};

/// The settings of one table, read key by key. Each refusal names the table.
class LineTable {
 public:
  LineTable(const Json& table, std::string path) : table_(table), path_(std::move(path)) {}

  [[nodiscard]] std::unexpected<Error> refuse(std::string_view what) const {
    return refuse_setting(fmt::format("[{}]: {}", path_, what));
  }

  /// A whole number from 0 to `max`.
  [[nodiscard]] Result<std::optional<std::int64_t>> number(std::string_view key,
                                                           std::int64_t max) const {
    const Json* const value = find_member(table_, key);
    if (value == nullptr) return std::optional<std::int64_t>();
    const auto* const number = value->get_ptr<const std::int64_t*>();
    if (number == nullptr || *number < 0 || *number > max)
      return refuse(fmt::format("{} must be a whole number from 0 to {}", key, max));
    return *number;
  }

  template <typename Value, std::size_t count>
  [[nodiscard]] Result<std::optional<Value>> choice(
      std::string_view key, const std::array<Choice<Value>, count>& choices) const {
    const Json* const value = find_member(table_, key);
    if (value == nullptr) return std::optional<Value>();
    for (const Choice<Value>& one : choices)
      if (*value == one.name) return one.value;
    std::vector<std::string_view> names;
    names.reserve(count);
    for (const Choice<Value>& one : choices) names.push_back(one.name);
    return refuse(fmt::format("{} must be one of: {}", key, fmt::join(names, ", ")));
  }

  [[nodiscard]] Result<bool> flag(std::string_view key) const {
    const Json* const value = find_member(table_, key);
    if (value == nullptr) return false;
    if (!value->is_boolean()) return refuse(fmt::format("{} must be true or false", key));
    return value->get<bool>();
  }

  [[nodiscard]] Result<std::variant<unsigned, std::string>> line() const {
    const Json* const value = find_member(table_, "line");
    if (value != nullptr && value->is_string() && !value->get_ref<const std::string&>().empty())
      return value->get<std::string>();
    if (value == nullptr || !value->is_number_integer())
      return refuse("line must be set: a number, as 17, or the kernel's name, as \"GPIO17\"");
    const std::optional<std::int64_t> offset = TRY(number("line", offset_max));
    return static_cast<unsigned>(*offset);
  }

 private:
  const Json& table_;
  const std::string path_;
};

Result<void> check(const LineTable& table, const LineSettings& line) {
  if (line.safe && line.is_input())
    return table.refuse("safe makes it an output, pull and watch make it an input: one of them");
  if (line.safe && line.access && *line.access != LineAccess::write)
    return table.refuse("safe needs access = \"write\", or none of both");
  if (line.watch != Edges::none && line.access == LineAccess::none)
    return table.refuse("watch tells its edges to all, which access = \"none\" forbids");
  if (line.is_input() && line.access == LineAccess::write)
    return table.refuse("pull and watch make it an input, which access = \"write\" would undo");
  return {};
}

Result<LineSettings> read_line(const Json& lines, const std::string& name) {
  constexpr std::string_view keys[] = {"line", "chip", "active_low", "access",
                                       "safe", "pull", "watch",      "debounce_milliseconds"};
  const std::string path = "gpio.lines." + name;
  const Json json = TRY(read_table(lines, name, keys, path));
  const LineTable table(json, path);
  if (name.empty() || name.size() > name_bytes_max)
    return table.refuse(fmt::format("a name has 1 to {} bytes", name_bytes_max));
  LineSettings line;
  line.name = name;
  line.line = TRY(table.line());
  line.chip = TRY(read_text(json, "chip")).value_or("");
  line.is_active_low = TRY(table.flag("active_low"));
  line.access = TRY(table.choice("access", accesses));
  if (const std::optional<std::int64_t> safe = TRY(table.number("safe", 1))) line.safe = *safe == 1;
  line.pull = TRY(table.choice("pull", pulls));
  line.watch = TRY(table.choice("watch", edge_sets)).value_or(Edges::none);
  constexpr auto debounce_max = static_cast<std::int64_t>(limits::gpio_debounce_milliseconds_max);
  line.debounce = std::chrono::milliseconds(
      TRY(table.number("debounce_milliseconds", debounce_max)).value_or(0));
  TRY_VOID(check(table, line));
  return line;
}

}  // namespace

Result<std::vector<LineSettings>> read_gpio(const Json& file) {
  constexpr std::string_view keys[] = {"lines"};
  const Json table = TRY(read_table(file, "gpio", keys));
  std::vector<LineSettings> all;
  const Json* const lines = find_member(table, "lines");
  if (lines == nullptr) return all;
  if (!lines->is_object())
    return refuse_setting("lines in [gpio] must be tables: [gpio.lines.lamp]");
  if (lines->size() > limits::gpio_listed_lines_max)
    return refuse_setting(
        fmt::format("[gpio.lines] has more than {} tables", limits::gpio_listed_lines_max));
  for (const auto& [name, line] : lines->items()) {
    LineSettings read = TRY(read_line(*lines, name));
    all.push_back(std::move(read));
  }
  return all;
}

}  // namespace malinka::agent
