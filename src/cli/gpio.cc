// SPDX-License-Identifier: MIT
// malinka gpio: the lines of a device's header, listed, read, written, pulsed and watched.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/try.h"
#include "cli/end_signals.h"
#include "cli/event_text.h"
#include "cli/gpio_watch.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/table.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

constexpr std::chrono::seconds answer_allowance(15);

constexpr std::array<std::string_view, 3> edge_words = {"both", "rising", "falling"};

/// Of why a line may not be written: more would make the table too wide.
constexpr std::size_t reason_bytes_shown = 72;

using Words = std::span<const std::string>;

/// A number is a line of the header's chip, anything else a name.
Json line_of(std::string_view word) {
  if (const auto number = base::parse_number<std::int64_t>(word)) return *number;
  return std::string(word);
}

Attempt<Json> lines_of(Words words) {
  if (words.empty()) return usage_failure("which lines? as 17 or lamp; `list` shows them");
  Json lines = Json::array();
  for (const std::string& word : words) lines.push_back(line_of(word));
  return Json{{"lines", std::move(lines)}};
}

Attempt<int> value_of(std::string_view text) {
  if (text == "1" || text == "on") return 1;
  if (text == "0" || text == "off") return 0;
  return usage_failure(fmt::format("a line can be 0 or 1, not \"{}\"", printable(text)));
}

Attempt<Json> writes_of(Words words) {
  if (words.empty()) return usage_failure("which lines? as 17=1 or lamp=0");
  Json lines = Json::array();
  for (const std::string_view word : words) {
    const std::size_t equals = word.rfind('=');
    if (equals == std::string_view::npos)
      return usage_failure(fmt::format("say what {} is to be: {}=1 or {}=0", printable(word),
                                       printable(word), printable(word)));
    const int value = TRY(value_of(word.substr(equals + 1)));
    lines.push_back({{"line", line_of(word.substr(0, equals))}, {"value", value}});
  }
  return Json{{"lines", std::move(lines)}};
}

Attempt<Json> pulse_of(Words words, const Arguments& arguments) {
  if (words.size() != 2) return usage_failure("a pulse takes a line and milliseconds, as 17 200");
  const auto width = base::parse_number<std::int64_t>(words[1]);
  constexpr auto longest = static_cast<std::int64_t>(limits::gpio_pulse_milliseconds_max);
  if (!width || *width < 1 || *width > longest)
    return usage_failure(
        fmt::format("a pulse takes 1 to {} milliseconds, not {}", longest, printable(words[1])));
  Json pulse = {{"line", line_of(words[0])}, {"milliseconds", *width}};
  if (arguments.has("low")) pulse["value"] = 0;
  return pulse;
}

Attempt<Json> watch_of(Words words, const Arguments& arguments) {
  Json watch = TRY(lines_of(words));
  const std::string edges = arguments.value("edges").value_or("both");
  if (std::ranges::find(edge_words, edges) == edge_words.end())
    return usage_failure(
        fmt::format("--edges takes {}, not \"{}\"", fmt::join(edge_words, ", "), printable(edges)));
  watch["edges"] = edges;
  const auto debounce = arguments.value("debounce");
  if (!debounce) return watch;
  const auto milliseconds = base::parse_number<std::int64_t>(*debounce);
  constexpr auto longest = static_cast<std::int64_t>(limits::gpio_debounce_milliseconds_max);
  if (!milliseconds || *milliseconds < 0 || *milliseconds > longest)
    return usage_failure(fmt::format("--debounce takes 0 to {} milliseconds, as 20, not {}",
                                     longest, printable(*debounce)));
  watch["debounceMilliseconds"] = *milliseconds;
  return watch;
}

std::string value_text(const Json& line) {
  const auto value = find_whole_number(line, "value");
  return value ? std::to_string(*value) : "";
}

const Json& lines_in(const Json& reply) {
  static const Json none = Json::array();
  const Json* const lines = find_member(reply, "lines");
  return lines != nullptr && lines->is_array() ? *lines : none;
}

std::string use_text(const Json& line) {
  std::string text = printable(text_of(line, "consumer"));
  const Json* const watched = find_member(line, "watched");
  if (watched != nullptr && *watched == true) text += text.empty() ? "watched" : ", watched";
  return text;
}

/// What is odd about it, and why less than all may be done with it. What would change that takes a
/// line of its own: refusals and --json say it.
std::string notes_text(const Json& line) {
  const Json* const active_low = find_member(line, "activeLow");
  std::string text = active_low != nullptr && *active_low == true ? "active low" : "";
  const std::string reason = text_of(line, "reason");
  const std::string why = reason.substr(0, reason.find(';'));
  if (why.empty()) return text;
  text += text.empty() ? "" : "; ";
  const std::size_t size = whole_size(why.substr(0, reason_bytes_shown));
  return text + printable(why.substr(0, size)) + (size < why.size() ? "…" : "");
}

/// Why there are no lines, or some are not as agent.toml says.
std::string problems_text(const Json& reply) {
  const Json* const problems = find_member(reply, "problems");
  if (problems == nullptr || !problems->is_array()) return {};
  std::string text;
  for (const Json& problem : *problems)
    if (const auto* const words = problem.get_ptr<const std::string*>())
      text += "problem: " + printable(*words) + "\n";
  return text;
}

std::string list_text(const Json& reply) {
  Table table({{"LINE", Align::right},
               {"NAME"},
               {"KERNEL"},
               {"DIRECTION"},
               {"VALUE"},
               {"ACCESS"},
               {"USED BY"},
               {"NOTES"}});
  for (const Json& line : lines_in(reply)) {
    const auto number = find_whole_number(line, "line");
    if (number)
      table.add({std::to_string(*number), printable(text_of(line, "name")),
                 printable(text_of(line, "kernelName")), printable(text_of(line, "direction")),
                 value_text(line), printable(text_of(line, "access")), use_text(line),
                 notes_text(line)});
  }
  return (table.empty() ? "no lines\n" : table.text()) + problems_text(reply);
}

/// As `17=1`, which `write` takes.
std::string values_text(const Json& reply) {
  std::string text;
  for (const Json& line : lines_in(reply))
    text += fmt::format("{}={}\n", line_title(line), value_text(line));
  return text;
}

std::string pulse_text(const Json&) { return {}; }

/// What a word of the command line asks of the device, and how its answer looks.
struct Ask {
  std::string_view command;
  Json value;
  std::string (*text)(const Json& reply);
};

Attempt<Ask> read_ask(std::string_view action, Words words, const Arguments& arguments) {
  if (action == "list") {
    if (!words.empty()) return usage_failure("list takes nothing more");
    return Ask{"gpio.list", Json::object(), list_text};
  }
  if (action == "read") {
    Json value = TRY(lines_of(words));
    return Ask{"gpio.read", std::move(value), values_text};
  }
  if (action == "write") {
    Json value = TRY(writes_of(words));
    return Ask{"gpio.write", std::move(value), values_text};
  }
  if (action == "pulse") {
    Json value = TRY(pulse_of(words, arguments));
    return Ask{"gpio.pulse", std::move(value), pulse_text};
  }
  if (action == "watch") {
    Json value = TRY(watch_of(words, arguments));
    return Ask{"gpio.watch", std::move(value), values_text};
  }
  return usage_failure(
      fmt::format("gpio can list, read, write, pulse and watch, not \"{}\"", printable(action)));
}

Attempt<ExitCode> run_gpio(Program& program, const Arguments& arguments) {
  const std::string& device = arguments.operands[0];
  const Words words = std::span(arguments.operands).subspan(1);
  const std::string action = words.empty() ? "list" : words[0];
  const Ask ask = TRY(read_ask(action, words.subspan(words.empty() ? 0 : 1), arguments));
  const bool is_watch = action == "watch";
  if (!is_watch && (arguments.has("edges") || arguments.has("debounce")))
    return usage_failure("--edges and --debounce are for watch");
  if (action != "pulse" && arguments.has("low")) return usage_failure("--low is for pulse");
  std::optional<EndSignals> end_signals;
  if (is_watch) end_signals.emplace();
  Session session = TRY(program.join());
  if (is_watch) {
    TRY_VOID(session.check_device(device));
    return watch_lines(program, session, device, ask.value, *end_signals);
  }
  const auto width =
      std::chrono::milliseconds(find_whole_number(ask.value, "milliseconds").value_or(0));
  const Reply reply = TRY(session.ask({.device = device,
                                       .command = std::string(ask.command),
                                       .value = ask.value,
                                       .timeout = width + answer_allowance}));
  if (program.is_json())
    program.print_reply(device, *reply.value);
  else
    program.console().print(ask.text(*reply.value));
  return ExitCode::done;
}

constexpr std::array<std::string_view, 5> actions = {"list", "read", "write", "pulse", "watch"};

constexpr std::array flags = {
    Flag{"edges", 'e', "EDGES", "of watch: both, rising or falling [both]"},
    Flag{"debounce", 'd', "MILLISECONDS", "of watch: how long a line must be still [0]"},
    Flag{"low", 'l', "", "of pulse: low, then high"},
};

}  // namespace

extern const Verb gpio_verb;
constinit const Verb gpio_verb = {
    .name = "gpio",
    .operands = "DEV [list|read LINE…|write LINE=VALUE…|pulse LINE MILLISECONDS|watch LINE…]",
    .summary = "list, read, write, pulse or watch the lines of a device's GPIO header",
    .operands_min = 1,
    .operands_max = any_number,
    .operand_kind = OperandKind::device,
    .words = actions,
    .flags = flags,
    .details =
        "LINE is a number of the chip that carries the header (17 for GPIO17), a name that the "
        "device's\n"
        "agent.toml gives it (lamp), or the kernel's. To read changes nothing of a line. What is "
        "written is\n"
        "held for as long as the device's agent runs; several lines of one write change at once "
        "where they can,\n"
        "or none does. A pulse is over when the command is. watch prints edges with the kernel's "
        "time, in\n"
        "seconds since the device was started, until Ctrl-C.",
    .examples =
        "malinka gpio kitchen                        all lines, and what may be done with them\n"
        "malinka gpio kitchen read 17 lamp\n"
        "malinka gpio kitchen write 17=1 lamp=0      both or none\n"
        "malinka gpio kitchen pulse 17 200           on for a fifth of a second\n"
        "malinka gpio kitchen watch -d 20 door       a button, without its bounces\n"
        "malinka --json gpio kitchen watch 27 | jq .timeNanoseconds",
    .run = run_gpio,
};

}  // namespace malinka::cli
