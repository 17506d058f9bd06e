// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/line_json.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace malinka::agent::gpio {
namespace {

constexpr std::array<const char*, 4> edge_names = {"none", "rising", "falling", "both"};
constexpr std::array<const char*, 3> access_names = {"none", "read", "write"};

int digit(bool is_high) { return is_high ? 1 : 0; }

}  // namespace

const char* to_text(Direction direction) {
  return direction == Direction::output ? "output" : "input";
}

const char* to_text(Edges edges) { return edge_names.at(static_cast<std::size_t>(edges)); }

std::optional<Edges> parse_edges(const std::string& text) {
  const auto found = std::ranges::find(edge_names, text);
  if (found == edge_names.end()) return {};
  return static_cast<Edges>(found - edge_names.begin());
}

Json label_json(const LineLabel& label) {
  Json json = {{"line", label.offset}};
  if (!label.name.empty()) json["name"] = label.name;
  if (!label.chip.empty()) json["chip"] = label.chip;
  return json;
}

Json value_json(const Line& line, const LineValue& value) {
  Json json = label_json(label_of(line));
  json["value"] = digit(value.is_high);
  json["direction"] = to_text(value.direction);
  return json;
}

Json edge_json(const LineLabel& label, const Edge& edge) {
  Json json = label_json(label);
  json["edge"] = edge.is_rising ? "rising" : "falling";
  json["value"] = digit(edge.is_rising);
  json["timeNanoseconds"] = edge.time_nanoseconds;
  json["sequence"] = edge.sequence;
  return json;
}

Json line_json(const Line& line, const LineInfo& info, std::optional<bool> value) {
  Json json = label_json(label_of(line));
  json["chip"] = line.chip->info().name;
  json["direction"] = to_text(info.direction);
  json["held"] = line.holding != nullptr;
  json["activeLow"] = line.is_active_low() || info.is_active_low;
  json["access"] = access_names.at(static_cast<std::size_t>(line.permission.access));
  if (!line.kernel_name.empty()) json["kernelName"] = line.kernel_name;
  if (info.is_used) json["consumer"] = info.consumer;
  if (value) json["value"] = digit(*value);
  if (!line.permission.reason.empty()) json["reason"] = line.permission.reason;
  if (line.is_watched()) json["watched"] = true;
  return json;
}

Json chip_json(const ChipInfo& chip, bool is_header) {
  return {{"name", chip.name}, {"label", chip.label}, {"lines", chip.lines}, {"header", is_header}};
}

}  // namespace malinka::agent::gpio
