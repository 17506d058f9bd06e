// SPDX-License-Identifier: MIT
#include "cli/live_output.h"

#include <fmt/format.h>

#include "cli/format.h"
#include "cli/printable.h"

namespace malinka::cli {
namespace {

/// Takes from `waiting` what can be shown of it, with `bytes` behind.
std::string take_whole(std::string& waiting, std::string_view bytes) {
  waiting += bytes;
  std::string whole = waiting.substr(0, whole_size(waiting));
  waiting.erase(0, whole.size());
  return whole;
}

}  // namespace

Stream::Outcome<std::string> LiveOutput::follow(Stream& stream) {
  OutputRecords records;
  while (true) {
    const auto bytes = stream.read();
    if (!bytes || !*bytes) show_rest();
    if (!bytes) return std::unexpected(bytes.error());
    if (!*bytes) return stream.result();
    if (!records.take(**bytes, [this](const OutputRecords::Piece& piece) { show(piece); }))
      return std::unexpected(
          StreamFailure{static_cast<int>(ResponseCode::malformed), "its output makes no sense"});
    if (!console_.flush())
      return std::unexpected(StreamFailure{0, "cannot write to standard output"});
  }
}

void LiveOutput::show(const OutputRecords::Piece& piece) {
  switch (piece.kind) {
    case OutputKind::standard: return show_standard(as_text(piece.bytes));
    case OutputKind::error: return show_error(as_text(piece.bytes));
    case OutputKind::gap:
      return console_.remark(
          fmt::format("malinka: {} of output are not kept any more", format_size(piece.missing)));
  }
}

void LiveOutput::show_standard(std::string_view bytes) {
  if (!console_.is_output_terminal()) return console_.print_output(bytes);
  console_.print_output(take_whole(standard_, bytes));
}

void LiveOutput::show_error(std::string_view bytes) {
  if (!console_.is_interactive()) return console_.print_error_output(bytes);
  console_.print_error_output(take_whole(error_, bytes));
}

void LiveOutput::show_rest() {
  console_.print_output(std::exchange(standard_, {}));
  console_.print_error_output(std::exchange(error_, {}));
}

}  // namespace malinka::cli
