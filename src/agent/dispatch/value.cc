// SPDX-License-Identifier: MIT
#include "agent/dispatch/value.h"

#include "base/json.h"
#include "base/limits.h"

namespace malinka::agent::dispatch {
namespace {

/// True where brackets and commas outside of strings are as few as a command has use for.
bool has_few_items(std::string_view text) {
  std::size_t count = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char character = text[i];
    if (is_in_string && character == '\\') ++i;
    if (character == '"') is_in_string = !is_in_string;
    const bool begins_item = character == ',' || character == '[' || character == '{';
    if (!is_in_string && begins_item && ++count > limits::command_items_max) return false;
  }
  return true;
}

}  // namespace

Result<Json> parse_value(std::string_view text) {
  if (text.empty()) return Json::object();
  if (!has_few_items(text))
    return fail(std::errc::invalid_argument, "more members than any command has");
  return parse_json(text);
}

}  // namespace malinka::agent::dispatch
