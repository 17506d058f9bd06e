// SPDX-License-Identifier: MIT
#include "agent/dispatch/schema.h"

#include <fmt/format.h>
#include <regex.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/assert.h"
#include "base/json.h"

namespace malinka::agent::dispatch {
namespace {

using Violation = std::optional<std::string>;

constexpr double integer_max = 9007199254740992.0;  // 2^53

/// How much of a name that a peer made up is repeated to it.
constexpr std::size_t quoted_bytes_max = 64;

bool is_whole(const Json& value) {
  if (!value.is_number()) return false;
  const double number = value.get<double>();
  return std::abs(number) <= integer_max && std::trunc(number) == number;
}

bool has_type(const Json& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "number") return value.is_number();
  if (type == "integer") return is_whole(value);
  ASSERT(type == "null");
  return value.is_null();
}

/// Characters, not bytes: JSON Schema 2020-12 validation, 6.3.1.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (byte & 0xC0) != 0x80; }));
}

/// A POSIX extended regular expression that is known to be right.
class Pattern {
 public:
  explicit Pattern(const std::string& text) {
    ASSERT(regcomp(&compiled_, text.c_str(), REG_EXTENDED) == 0);
  }
  ~Pattern() { regfree(&compiled_); }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  [[nodiscard]] bool matches(const std::string& text) const {
    // REG_STARTEND: the text may have a NUL inside, behind which nothing may hide.
    regmatch_t range{.rm_so = 0, .rm_eo = static_cast<regoff_t>(text.size())};
    return regexec(&compiled_, text.c_str(), 1, &range, REG_STARTEND) == 0;
  }

 private:
  regex_t compiled_{};
};

/// Compiling one takes longer than all else that is checked; a contract has a handful.
const Pattern& compiled(const std::string& pattern) {
  thread_local std::map<std::string, Pattern> patterns;
  return patterns.try_emplace(pattern, pattern).first->second;
}

Violation check_number(const Json& schema, const Json& value, const std::string& where) {
  const double number = value.get<double>();
  if (const Json* const min = find_member(schema, "minimum"); min && number < min->get<double>())
    return fmt::format("{} must be at least {}", where, min->dump());
  if (const Json* const min = find_member(schema, "exclusiveMinimum");
      min && number <= min->get<double>())
    return fmt::format("{} must be more than {}", where, min->dump());
  if (const Json* const max = find_member(schema, "maximum"); max && number > max->get<double>())
    return fmt::format("{} must be at most {}", where, max->dump());
  return {};
}

Violation check_text(const Json& schema, const std::string& text, const std::string& where) {
  const std::size_t size = count_characters(text);
  if (const Json* const min = find_member(schema, "minLength");
      min && size < min->get<std::size_t>())
    return fmt::format("{} must have at least {} characters", where, min->dump());
  if (const Json* const max = find_member(schema, "maxLength");
      max && size > max->get<std::size_t>())
    return fmt::format("{} must have at most {} characters", where, max->dump());
  if (const std::string* const pattern = find_string(schema, "pattern");
      pattern && !compiled(*pattern).matches(text))
    return fmt::format("{} must look like {}", where, *pattern);
  return {};
}

Violation check_required(const Json& schema, const Json& object, const std::string& where) {
  const Json* const required = find_member(schema, "required");
  if (required == nullptr) return {};
  for (const Json& name : *required)
    if (!object.contains(name.get_ref<const std::string&>()))
      return fmt::format("{} must have the member {}", where, name.dump());
  return {};
}

Violation check_members(const Json& schema, const Json& object, const std::string& where) {
  const Json* const properties = find_member(schema, "properties");
  const Json* const additional = find_member(schema, "additionalProperties");
  const bool is_closed = additional != nullptr && *additional == false;
  for (const auto& [name, member] : object.items()) {
    const Json* const property = properties ? find_member(*properties, name) : nullptr;
    if (property == nullptr && is_closed)
      return fmt::format("{} takes no member \"{}\"", where, name.substr(0, quoted_bytes_max));
    if (property == nullptr) continue;
    if (Violation violation = find_violation(*property, member, where + "." + name))
      return violation;
  }
  return {};
}

Violation check_elements(const Json& schema, const Json& array, const std::string& where) {
  if (const Json* const min = find_member(schema, "minItems");
      min && array.size() < min->get<std::size_t>())
    return fmt::format("{} must have at least {} elements", where, min->dump());
  if (const Json* const max = find_member(schema, "maxItems");
      max && array.size() > max->get<std::size_t>())
    return fmt::format("{} must have at most {} elements", where, max->dump());
  const Json* const items = find_member(schema, "items");
  for (std::size_t i = 0; items && i < array.size(); ++i)
    if (Violation violation = find_violation(*items, array[i], fmt::format("{}[{}]", where, i)))
      return violation;
  return {};
}

/// `type` is one, or a list of which any will do.
bool fits_type(const Json& type, const Json& value) {
  if (type.is_string()) return has_type(value, type.get_ref<const std::string&>());
  return std::ranges::any_of(type, [&](const Json& one) { return fits_type(one, value); });
}

Violation check_kind(const Json& schema, const Json& value, const std::string& where) {
  if (const Json* const type = find_member(schema, "type"); type && !fits_type(*type, value))
    return fmt::format("{} must be of type {}", where,
                       type->is_string() ? type->get_ref<const std::string&>() : type->dump());
  const Json* const choices = find_member(schema, "enum");
  if (choices && std::ranges::find(*choices, value) == choices->end())
    return fmt::format("{} must be one of {}", where, choices->dump());
  return {};
}

}  // namespace

std::optional<std::string> find_violation(const Json& schema, const Json& value,
                                          const std::string& where) {
  if (Violation violation = check_kind(schema, value, where)) return violation;
  if (value.is_number()) return check_number(schema, value, where);
  if (value.is_string()) return check_text(schema, value.get_ref<const std::string&>(), where);
  if (value.is_array()) return check_elements(schema, value, where);
  if (!value.is_object()) return {};
  if (Violation violation = check_required(schema, value, where)) return violation;
  return check_members(schema, value, where);
}

}  // namespace malinka::agent::dispatch
