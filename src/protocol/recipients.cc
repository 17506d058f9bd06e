// SPDX-License-Identifier: MIT
#include "protocol/recipients.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/limits.h"
#include "base/try.h"
#include "protocol/envelope_error.h"
#include "protocol/json_scanner.h"
#include "protocol/json_string.h"
#include "protocol/names.h"

namespace malinka::protocol {
namespace {

Result<std::string> read_recipient(JsonScanner& scanner, std::size_t index) {
  const std::string_view token = TRY(scanner.value());
  std::optional<std::string> name = unquote_json(token);
  if (!name || !(is_recipient(*name) || *name == all_others))
    return fail(EnvelopeError::bad_recipients, fmt::format("recipients[{}]", index));
  return *std::move(name);
}

/// Keeps the first of equal names. By sorting, not hashing, so that nobody can choose names that
/// collide.
void drop_repeated(std::vector<std::string>& names) {
  std::vector<std::size_t> order(names.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t i) {
    return std::pair<std::string_view, std::size_t>(names[i], i);
  });
  std::vector<bool> is_repeated(names.size());
  for (std::size_t i = 1; i < order.size(); ++i)
    is_repeated[order[i]] = names[order[i]] == names[order[i - 1]];
  std::size_t index = 0;
  std::erase_if(names, [&](const std::string&) { return is_repeated[index++]; });
}

}  // namespace

Result<std::vector<std::string>> read_recipients(std::string_view array) {
  std::vector<std::string> names;
  JsonScanner scanner(array);
  if (scanner.peek() != '[') return fail(EnvelopeError::bad_recipients, "recipients");
  const auto read_element = [&]() -> Result<void> {
    if (names.size() == limits::recipients_max)
      return fail(EnvelopeError::too_many_recipients, "recipients");
    names.push_back(TRY(read_recipient(scanner, names.size())));
    return {};
  };
  TRY_VOID(scanner.array(read_element));
  if (names.size() > 1) drop_repeated(names);
  return names;
}

}  // namespace malinka::protocol
