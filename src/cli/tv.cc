// SPDX-License-Identifier: MIT
// malinka tv: the TV at a device's HDMI port.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/number.h"
#include "base/try.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/table.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

/// A TV takes half a minute to wake up, and who asks may have to wait for that of another.
constexpr std::chrono::seconds tv_timeout(120);

constexpr std::string_view usage_words =
    "status, on, off, focus, mute, unmute, or volume with a percent, up or down";

/// As `turning on`, or nothing.
std::string text_or_unknown(const Json& object, std::string_view name) {
  const std::string text = printable(text_of(object, name));
  return text.empty() ? "unknown" : text;
}

std::string focus_text(const Json& tv) {
  if (text_of(tv, "power") == "standby") return "nothing";
  const Json* const focused = find_member(tv, "focused");
  if (focused == nullptr || !focused->is_boolean()) return "unknown";
  return *focused == true ? "this device" : "another";
}

std::string volume_text(const Json& tv) {
  const Json* const percent = find_member(tv, "volumePercent");
  const Json* const muted = find_member(tv, "muted");
  std::string text;
  if (percent != nullptr && percent->is_number())
    text = fmt::format("{:.0f} %", percent->get<double>());
  if (muted != nullptr && *muted == true) text += text.empty() ? "mute" : ", mute";
  return text.empty() ? "unknown" : text;
}

std::string port_text(const Json& port) {
  std::string text =
      printable(text_of(port, "device")) + " " + printable(text_of(port, "physicalAddress"));
  if (const Json* const has_tv = find_member(port, "hasTv"); has_tv != nullptr && *has_tv == true)
    text += " with the TV";
  if (const std::string problem = printable(text_of(port, "problem")); !problem.empty())
    text += ": " + problem;
  return text;
}

std::string status_text(const Json& tv) {
  Table table({{""}, {""}});
  table.add({"power", text_or_unknown(tv, "power")});
  table.add({"shows", focus_text(tv)});
  table.add({"volume", volume_text(tv)});
  const std::string name = printable(text_of(tv, "name"));
  const std::string vendor = printable(text_of(tv, "vendor"));
  if (!name.empty() || !vendor.empty())
    table.add({"TV", name + (name.empty() || vendor.empty() ? "" : ", ") + vendor});
  if (const Json* const ports = find_member(tv, "ports"); ports != nullptr && ports->is_array())
    for (const Json& port : *ports) table.add({"port", port_text(port)});
  if (const std::string problem = printable(text_of(tv, "problem")); !problem.empty())
    table.add({"problem", problem});
  return table.text();
}

struct Wish {
  std::string command;
  Json value = Json::object();
};

std::unexpected<Failure> refuse_words(const std::string& what) {
  return usage_failure(fmt::format("{}: give {}", what, usage_words));
}

/// `volume 30`, `volume up`, `volume up 5`.
Attempt<Wish> parse_volume(std::span<const std::string> words) {
  if (words.empty()) return refuse_words("volume needs more");
  const bool is_change = words[0] == "up" || words[0] == "down";
  if (words.size() > (is_change ? 2U : 1U)) return refuse_words("too many words behind volume");
  const std::string& number = words.back();
  const bool has_number = !is_change || words.size() == 2;
  const std::optional<std::int64_t> parsed = base::parse_number<std::int64_t>(number);
  if (has_number && !parsed)
    return refuse_words(fmt::format("\"{}\" is no whole number", printable(number)));
  // What is too much is for the device to say: it knows its limits.
  if (!is_change) return Wish{"tv.volume", {{"percent", *parsed}}};
  Wish wish{"tv.volume", {{"change", words[0]}}};
  if (has_number) wish.value["steps"] = *parsed;
  return wish;
}

Attempt<Wish> parse_wish(std::span<const std::string> words) {
  if (words.empty()) return Wish{"tv.status"};
  const std::string& word = words[0];
  if (word == "volume") return parse_volume(words.subspan(1));
  if (words.size() > 1) return refuse_words("too many words behind " + printable(word));
  if (word == "mute" || word == "unmute") return Wish{"tv.volume", {{"change", word}}};
  constexpr std::array<std::string_view, 4> plain = {"status", "on", "off", "focus"};
  if (std::ranges::find(plain, word) == plain.end())
    return refuse_words(fmt::format("tv does not know \"{}\"", printable(word)));
  return Wish{"tv." + word};
}

Attempt<ExitCode> run_tv(Program& program, const Arguments& arguments) {
  const std::string& device = arguments.operands.front();
  const Wish wish = TRY(parse_wish(std::span(arguments.operands).subspan(1)));
  Session session = TRY(program.join());
  const Reply reply = TRY(session.ask(
      {.device = device, .command = wish.command, .value = wish.value, .timeout = tv_timeout}));
  if (program.is_json())
    program.print_reply(device, *reply.value);
  else
    program.console().print(status_text(*reply.value));
  return ExitCode::done;
}

constexpr std::array<std::string_view, 7> wishes = {"status", "on",   "off",   "focus",
                                                    "volume", "mute", "unmute"};

}  // namespace

extern const Verb tv_verb;
constinit const Verb tv_verb = {
    .name = "tv",
    .operands =
        "DEV [status|on|off|focus|mute|unmute|volume PERCENT|volume up [N]|volume down [N]]",
    .summary = "see and control the TV at a device's HDMI port",
    .operands_min = 1,
    .operands_max = 4,
    .operand_kind = OperandKind::device,
    .words = wishes,
    .flags = {},
    .details =
        "By HDMI-CEC, which must be on in the TV's settings. What is printed is what the TV says "
        "afterwards: a TV\n"
        "may take half a minute to turn on. `focus` turns it on and has it show the device's "
        "picture. A percent is\n"
        "reached by the keys of a remote, as near as the TV's steps come.",
    .examples =
        "malinka tv kitchen                what the TV says of itself\n"
        "malinka tv kitchen on\n"
        "malinka tv kitchen focus          on, with this device's picture\n"
        "malinka tv kitchen volume 30      in percent; or up, down, up 5\n"
        "malinka tv kitchen mute",
    .run = run_tv,
};

}  // namespace malinka::cli
