// SPDX-License-Identifier: MIT
#include "base/json.h"

#include "base/limits.h"

namespace malinka {
namespace {

/// True unless brackets outside of strings nest deeper than the parser, which recurses in its
/// destructor, should be asked to follow.
bool has_sane_depth(std::string_view text) {
  std::size_t depth = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char character = text[i];
    if (is_in_string) {
      if (character == '\\') ++i;
      is_in_string = character != '"';
      continue;
    }
    if (character == '"') is_in_string = true;
    if ((character == '[' || character == '{') && ++depth > limits::json_depth_max) return false;
    if ((character == ']' || character == '}') && depth > 0) --depth;
  }
  return true;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  if (!has_sane_depth(text)) return fail(std::errc::invalid_argument, "JSON nested too deep");
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return fail(std::errc::invalid_argument, "not JSON");
  return value;
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* find_member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

const std::string* find_string(const Json& object, std::string_view name) {
  const Json* const member = find_member(object, name);
  return member == nullptr ? nullptr : member->get_ptr<const std::string*>();
}

std::optional<std::uint64_t> find_whole_number(const Json& object, std::string_view name) {
  const Json* const number = find_member(object, name);
  if (number == nullptr || !number->is_number_unsigned()) return std::nullopt;
  return number->get<std::uint64_t>();
}

std::string text_of(const Json& object, std::string_view name) {
  const std::string* const text = find_string(object, name);
  return text == nullptr ? std::string() : *text;
}

}  // namespace malinka
