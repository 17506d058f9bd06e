// SPDX-License-Identifier: MIT
#include "cli/live_output.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/format.h"
#include "cli/printable.h"

namespace malinka::cli {
namespace {

/// A longer line comes in pieces.
constexpr std::size_t line_bytes_max = 65536;

/// Takes from `waiting` its first `size` bytes.
std::string take(std::string& waiting, std::size_t size) {
  std::string taken = waiting.substr(0, size);
  waiting.erase(0, size);
  return taken;
}

/// `lines` with the prefix before each, whole at its end.
std::string prefixed(std::string_view lines, const std::string& prefix) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    text += prefix;
    text += lines.substr(0, end);
    text += '\n';
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return text;
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
  const bool is_shown_as_it_is = line_prefix_.empty() && !console_.is_output_terminal();
  console_.print_output(is_shown_as_it_is ? std::string(bytes) : take_ready(standard_, bytes));
}

void LiveOutput::show_error(std::string_view bytes) {
  const bool is_shown_as_it_is = line_prefix_.empty() && !console_.is_interactive();
  console_.print_error_output(is_shown_as_it_is ? std::string(bytes) : take_ready(error_, bytes));
}

/// What can be shown by now, of `waiting` and `bytes` behind it.
std::string LiveOutput::take_ready(std::string& waiting, std::string_view bytes) const {
  waiting += bytes;
  if (line_prefix_.empty()) return take(waiting, whole_size(waiting));
  const bool is_too_long = waiting.size() > line_bytes_max && !waiting.contains('\n');
  const std::size_t size = is_too_long ? waiting.size() : waiting.rfind('\n') + 1;
  return prefixed(take(waiting, size), line_prefix_);
}

void LiveOutput::show_all(std::string_view standard, std::string_view error) {
  show_standard(standard);
  show_error(error);
  show_rest();
}

void LiveOutput::show_rest() {
  console_.print_output(prefixed_rest(standard_));
  console_.print_error_output(prefixed_rest(error_));
}

std::string LiveOutput::prefixed_rest(std::string& waiting) const {
  const std::string rest = take(waiting, waiting.size());
  return line_prefix_.empty() ? rest : prefixed(rest, line_prefix_);
}

}  // namespace malinka::cli
