// SPDX-License-Identifier: MIT
// HTTP heads: what was decided on the first bytes must not change by those that follow, and nothing
// is read past the end. The first two bytes of the input choose the limit and where it is cut.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "base/assert.h"
#include "wire/handshake.h"
#include "wire/http_head.h"

namespace malinka::wire {
namespace {

/// A head or an error or neither, in a form that compares.
struct Outcome {
  std::error_code error;
  std::size_t head_bytes = 0;  ///< 0 while it is not whole.
  std::string first;           ///< Method and target, or status.
  std::vector<std::pair<std::string, std::string>> fields;
  bool operator==(const Outcome&) const = default;
};

std::string first_of(const RequestHead& head) {
  return head.method + " " + head.target + " " + std::to_string(head.content_bytes);
}

std::string first_of(const ResponseHead& head) { return std::to_string(head.status); }

template <typename Head>
Outcome outcome_of(const Result<std::optional<Head>>& head) {
  Outcome outcome;
  if (!head) outcome.error = head.error().code;
  if (!head || !*head) return outcome;
  outcome.head_bytes = (*head)->head_bytes;
  outcome.first = first_of(**head);
  for (const HttpField& field : (*head)->fields.all)
    outcome.fields.emplace_back(field.name, field.value);
  return outcome;
}

/// Uses what the head says, as the handshake does.
void use(const RequestHead& head) {
  (void)parse_target(head.target);
  (void)check_upgrade_request(head);
  ASSERT(head.fields.find("Host") != nullptr);
}

void use(const ResponseHead& head) {
  (void)check_upgrade_response(head, "dGhlIHNhbXBsZSBub25jZQ==", {"malinka.v1"});
}

template <auto parse_head>
Outcome parse(ByteView input, std::size_t head_bytes_max) {
  const Bytes bytes(input.begin(), input.end());  // In memory of its own size.
  const auto head = parse_head(bytes, head_bytes_max);
  if (head && *head) {
    ASSERT((*head)->head_bytes <= std::min(bytes.size(), head_bytes_max));
    use(**head);
  }
  return outcome_of(head);
}

template <auto parse_head>
void check(ByteView input, std::size_t head_bytes_max, std::size_t cut) {
  const Outcome incomplete;
  const Outcome whole = parse<parse_head>(input, head_bytes_max);
  const Outcome early = parse<parse_head>(input.first(cut), head_bytes_max);
  ASSERT(early == incomplete || early == whole);
  if (whole.head_bytes == 0) return;
  ASSERT(parse<parse_head>(input.first(whole.head_bytes), head_bytes_max) == whole);
  ASSERT(parse<parse_head>(input.first(whole.head_bytes - 1), head_bytes_max) == incomplete);
}

void check(ByteView input) {
  if (input.size() < 2) return;
  const std::size_t head_bytes_max = std::to_integer<std::size_t>(input[0]) * 8;
  const std::size_t cut = std::to_integer<std::size_t>(input[1]);
  input = input.subspan(2);
  check<parse_request_head>(input, head_bytes_max, std::min(cut, input.size()));
  check<parse_response_head>(input, head_bytes_max, std::min(cut, input.size()));
}

}  // namespace
}  // namespace malinka::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  malinka::wire::check(std::as_bytes(std::span(data, size)));
  return 0;
}
