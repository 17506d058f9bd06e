// SPDX-License-Identifier: MIT
// Joins: one that is accepted has names and keys within their limits, and is the same when it is
// written and read again. Answers to joins are read from the same input.

#include <cstdint>
#include <string>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "protocol/join.h"
#include "protocol/names.h"

namespace malinka::protocol {
namespace {

void check_join(const Join& join) {
  ASSERT(is_name(join.channel) && is_name(join.subscriber));
  ASSERT(join.key.size() <= limits::key_bytes_max);
  ASSERT(join.instance.size() <= limits::instance_bytes_max);
  const std::string text = make_join(join);
  const auto again = parse_join(text);
  ASSERT(again.has_value());
  ASSERT(again->channel == join.channel && again->subscriber == join.subscriber);
  ASSERT(again->key == join.key && again->instance == join.instance);
  ASSERT(make_join(*again) == text);
}

void check_outcome(const JoinOutcome& outcome) {
  ASSERT(outcome.answer.has_value() != outcome.refusal.has_value());
  const std::string text =
      outcome.answer ? make_join_answer(*outcome.answer) : make_join_refusal(*outcome.refusal);
  ASSERT(parse_join_outcome(text).has_value());
}

void check(std::string_view text) {
  if (const auto join = parse_join(text)) check_join(*join);
  if (const auto outcome = parse_join_outcome(text)) check_outcome(*outcome);
}

}  // namespace
}  // namespace malinka::protocol

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  malinka::protocol::check(malinka::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}
