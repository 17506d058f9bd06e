// SPDX-License-Identifier: MIT
#include "wire/http_fields.h"

#include <algorithm>

namespace malinka::wire {
namespace {

constexpr char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool is_token_character(char character) {
  const char small = lower(character);
  return (small >= 'a' && small <= 'z') || (character >= '0' && character <= '9') ||
         (character != '\0' && std::string_view("!#$%&'*+-.^_`|~").contains(character));
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Empty elements do not count: section 5.6.1.2.
void append_elements(std::vector<std::string_view>& elements, std::string_view list) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (const std::string_view element = trim(list.substr(0, comma)); !element.empty())
      elements.push_back(element);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

}  // namespace

const std::string* HttpFields::find(std::string_view name) const {
  const std::string* found = nullptr;
  for (const HttpField& field : all) {
    if (!equal_ignoring_case(field.name, name)) continue;
    if (found != nullptr) return nullptr;
    found = &field.value;
  }
  return found;
}

std::size_t HttpFields::count(std::string_view name) const {
  const auto matches = [name](const HttpField& field) {
    return equal_ignoring_case(field.name, name);
  };
  return static_cast<std::size_t>(std::ranges::count_if(all, matches));
}

std::vector<std::string_view> HttpFields::list(std::string_view name) const {
  std::vector<std::string_view> elements;
  for (const HttpField& field : all)
    if (equal_ignoring_case(field.name, name)) append_elements(elements, field.value);
  return elements;
}

bool HttpFields::has_token(std::string_view name, std::string_view token) const {
  return std::ranges::any_of(list(name), [token](std::string_view element) {
    return equal_ignoring_case(element, token);
  });
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

}  // namespace malinka::wire
