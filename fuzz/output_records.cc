// SPDX-License-Identifier: MIT
// What a device's command has said, as its records: however the bytes are cut, they are the same
// pieces, and no byte of an output is lost or made up.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/assert.h"
#include "base/bytes.h"
#include "cli/output_records.h"

namespace malinka::cli {
namespace {

/// What was told: each output's bytes, and what is missing.
struct Told {
  std::string standard, error;
  std::uint64_t missing = 0;

  bool operator==(const Told&) const = default;
};

/// Nothing where it is refused.
std::optional<Told> read(ByteView bytes, std::size_t step) {
  OutputRecords records;
  Told told;
  const auto note = [&told](const OutputRecords::Piece& piece) {
    told.missing += piece.missing;
    if (piece.kind == OutputKind::standard) told.standard += as_text(piece.bytes);
    if (piece.kind == OutputKind::error) told.error += as_text(piece.bytes);
  };
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(step, bytes.size())))
    if (!records.take(bytes.first(std::min(step, bytes.size())), note)) return std::nullopt;
  return told;
}

void check(ByteView bytes) {
  const std::optional<Told> told = read(bytes, bytes.size() + 1);
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}})
    ASSERT(read(bytes, step) == told);
  if (told) ASSERT(told->standard.size() + told->error.size() <= bytes.size());
}

}  // namespace
}  // namespace malinka::cli

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  malinka::cli::check(std::as_bytes(std::span(data, size)));
  return 0;
}
