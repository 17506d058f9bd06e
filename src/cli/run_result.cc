// SPDX-License-Identifier: MIT
#include "cli/run_result.h"

#include <algorithm>

#include "base/base64.h"
#include "base/json.h"
#include "cli/printable.h"
#include "cli/table.h"

namespace malinka::cli {
namespace {

/// An integer of the reply; nothing where it is null or absent.
std::optional<std::int64_t> integer_of(const RunResult& result, std::string_view name) {
  const Json* const number = result.reply ? find_member(*result.reply, name) : nullptr;
  if (number == nullptr || !number->is_number_integer()) return std::nullopt;
  return number->get<std::int64_t>();
}

const Json* find_output(const RunResult& result, std::string_view name) {
  return result.reply ? find_member(*result.reply, name) : nullptr;
}

bool is_true(const Json* flag) { return flag != nullptr && *flag == true; }

/// Lines for a table: each printable, tabs as spaces, none empty at the end.
std::string cell_text(std::string_view output) {
  std::string text;
  while (output.ends_with('\n')) output.remove_suffix(1);
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    std::string line;
    for (const char letter : output.substr(0, end))
      line += letter == '\t' ? std::string(4, ' ') : std::string(1, letter);
    if (line.ends_with('\r')) line.pop_back();
    text += (text.empty() ? "" : "\n") + printable(line);
    output.remove_prefix(std::min(end + 1, output.size()));
  }
  return text;
}

std::string table_output(const RunResult& result) {
  std::string text = cell_text(output_of(result, "stdout"));
  const auto append_lines = [&text](const std::string& lines) {
    if (!lines.empty()) text += (text.empty() ? "" : "\n") + lines;
  };
  append_lines(cell_text(output_of(result, "stderr")));
  if (result.failure) append_lines(printable(result.failure->error));
  if (is_output_cut(result)) append_lines("(more was cut)");
  return text;
}

}  // namespace

RunResult make_run_result(std::string device, std::string_view end_value) {
  RunResult result{.device = std::move(device), .reply = nullptr, .failure = std::nullopt};
  auto value = parse_json(end_value);
  if (value && value->is_object() && value->contains("exitCode"))
    result.reply = std::make_shared<const Json>(std::move(*value));
  return result;
}

RunResult make_run_result(const Answer& answer, std::optional<Failure> failure) {
  RunResult result = make_run_result(answer.from, answer.value);
  result.failure = std::move(failure);
  return result;
}

bool is_done(const RunResult& result) {
  return !result.failure && integer_of(result, "exitCode") == 0;
}

std::string end_text(const RunResult& result) {
  if (!result.reply) return "-";
  if (is_true(find_member(*result.reply, "timedOut"))) return "time";
  if (const auto code = integer_of(result, "exitCode")) return std::to_string(*code);
  if (const auto signal = integer_of(result, "signal")) return "signal " + std::to_string(*signal);
  return "-";
}

std::string output_of(const RunResult& result, std::string_view name) {
  const Json* const output = find_output(result, name);
  if (output == nullptr) return {};
  if (const std::string* const text = find_string(*output, "text")) return *text;
  const std::string* const base64 = find_string(*output, "base64");
  const auto decoded = base64 == nullptr ? Bytes() : base::decode_base64(*base64).value_or(Bytes());
  return to_text(decoded);
}

bool is_output_cut(const RunResult& result) {
  return std::ranges::any_of(std::array{"stdout", "stderr"}, [&](const char* name) {
    const Json* const output = find_output(result, name);
    return output != nullptr && is_true(find_member(*output, "cut"));
  });
}

std::string run_table(const std::vector<RunResult>& results) {
  Table table({{"DEVICE"}, {"EXIT", Align::right}, {"OUTPUT"}});
  for (const RunResult& result : results)
    table.add({printable(result.device), end_text(result), table_output(result)});
  return table.text();
}

ExitCode exit_code_of(const std::vector<RunResult>& results) {
  ExitCode worst = ExitCode::done;
  for (const RunResult& result : results) {
    if (is_done(result)) continue;
    if (!result.failure || result.failure->exit_code != ExitCode::no_device)
      return ExitCode::failed;
    worst = ExitCode::no_device;
  }
  return worst;
}

}  // namespace malinka::cli
