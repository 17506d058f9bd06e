// SPDX-License-Identifier: MIT
#include "protocol/stream_part.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <variant>

#include "base/json.h"
#include "protocol/vector_agreement.h"
#include "vectors.h"

namespace malinka::protocol {
namespace {

/// The enumerator, as vectors say it.
std::string_view word_of(const Error& error) {
  constexpr auto words = std::to_array<std::string_view>(
      {"not_an_object", "bad_id", "bad_number", "bad_abort", "not_one_thing"});
  return words.at(static_cast<std::size_t>(error.code.value() - 1));
}

Json tell(const StreamOpening& opening) { return {{"is", "opening"}, {"window", opening.window}}; }
Json tell(const StreamChunk& chunk) { return {{"is", "chunk"}, {"seq", chunk.seq}}; }
Json tell(const StreamCredit& credit) { return {{"is", "credit"}, {"bytes", credit.bytes}}; }
Json tell(const StreamFinish& finish) { return {{"is", "finish"}, {"seq", finish.seq}}; }
Json tell(const StreamAbort& abort) {
  return {{"is", "abort"}, {"code", abort.code}, {"error", abort.error}};
}

Json describe_outcome(const Result<StreamPart>& part) {
  if (!part) return {{"ok", false}, {"error", word_of(part.error())}};
  Json seen = std::visit([](const auto& what) { return tell(what); }, part->what);
  seen.update({{"ok", true}, {"id", part->id}});
  return seen;
}

}  // namespace

TEST_CASE("the vectors of stream parts hold") {
  for (const auto& vector : test::load_vectors("streams/parts")) {
    CAPTURE(vector.file);
    const Json seen = describe_outcome(parse_stream_part(vector.input));
    CAPTURE(dump_json(seen));
    CHECK(agrees(seen, vector.expect));
  }
}

TEST_CASE("a part that is written is read again") {
  const auto parts = std::to_array<StreamPart>({
      {.id = {}, .what = StreamOpening{131072}},
      {.id = R"("k1")", .what = StreamChunk{7}},
      {.id = "42", .what = StreamCredit{1}},
      {.id = R"("k1")", .what = StreamFinish{0}},
      {.id = R"("k1")", .what = StreamAbort{.code = 507, .error = "it is \"full\""}},
      {.id = R"("k1")", .what = StreamAbort{.code = 404, .error = ""}},
  });
  for (const StreamPart& part : parts) {
    CAPTURE(make_stream_part(part));
    CHECK(describe_outcome(parse_stream_part(make_stream_part(part))) == describe_outcome(part));
  }
}

}  // namespace malinka::protocol
