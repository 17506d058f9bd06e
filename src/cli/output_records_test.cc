// SPDX-License-Identifier: MIT
#include "cli/output_records.h"

#include <doctest/doctest.h>

#include "vectors.h"

namespace malinka::cli {
namespace {

std::string_view name_of(OutputKind kind) {
  switch (kind) {
    case OutputKind::gap: return "gap";
    case OutputKind::standard: return "stdout";
    case OutputKind::error: return "stderr";
  }
  return "";
}

/// As the vectors say it; pieces of one output that follow each other are one.
Json outcome_of(std::string_view bytes, std::size_t step) {
  OutputRecords records;
  Json told = Json::array();
  const auto add = [&told](const OutputRecords::Piece& piece) {
    if (piece.kind == OutputKind::gap)
      return told.push_back({{"output", "gap"}, {"bytes", piece.missing}});
    if (told.empty() || told.back().at("output") != name_of(piece.kind))
      told.push_back({{"output", name_of(piece.kind)}, {"text", ""}});
    Json& text = told.back().at("text");
    text = text.get<std::string>() + to_text(piece.bytes);
  };
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size())))
    if (!records.take(as_bytes(bytes.substr(0, step)), add))
      return {{"ok", false}, {"error", "unknown_kind"}};
  if (!records.is_complete()) return {{"ok", false}, {"error", "cut_off"}};
  return {{"ok", true}, {"records", told}};
}

}  // namespace

TEST_CASE("every vector of outputs is read as it says, whole and byte by byte") {
  for (const test::Vector& vector : test::load_vectors("streams/outputs")) {
    CAPTURE(vector.file);
    CHECK(outcome_of(vector.input, vector.input.size() + 1) == vector.expect);
    CHECK(outcome_of(vector.input, 1) == vector.expect);
  }
}

}  // namespace malinka::cli
