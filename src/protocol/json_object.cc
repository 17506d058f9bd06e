// SPDX-License-Identifier: MIT
#include "protocol/json_object.h"

#include "protocol/json_string.h"

namespace malinka::protocol {

JsonObject& JsonObject::json(std::string_view name, std::string_view value) {
  begin(name);
  text_ += value;
  return *this;
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  begin(name);
  append_quoted(value);
  return *this;
}

JsonObject& JsonObject::number(std::string_view name, std::uint64_t value) {
  return json(name, std::to_string(value));
}

JsonObject& JsonObject::flag(std::string_view name, bool value) {
  return json(name, value ? "true" : "false");
}

void JsonObject::begin(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  append_quoted(name);
  text_ += ':';
}

void JsonObject::append_quoted(std::string_view text) { text_ += quote_json(text); }

}  // namespace malinka::protocol
