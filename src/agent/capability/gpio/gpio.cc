// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/gpio.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/capability/gpio/line_json.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent::gpio {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

WatchWish read_wish(const Command& command) {
  const Json& value = *command.value;
  WatchWish wish{.originator = command.originator,
                 .access = command.access,
                 .edges = parse_edges(value.value("edges", "both")).value_or(Edges::both),
                 .time = seconds(value.value("seconds", limits::gpio_watch_seconds))};
  if (const Json* const debounce = find_member(value, "debounceMilliseconds"))
    wish.debounce = milliseconds(debounce->get<std::int64_t>());
  return wish;
}

Attempt<void> refuse_twice(const Line& line) {
  return no(ResponseCode::malformed, fmt::format("{} is named twice", title_of(line)));
}

std::optional<bool> value_of(const Line& line) {
  if (line.holding == nullptr || line.permission.access < LineAccess::read) return {};
  const Result<Bits> bits = line.holding->lines->read();
  if (!bits) return {};
  return (*bits >> line.bit & 1U) != 0;
}

}  // namespace

Gpio::Gpio(net::Loop& loop, GpioSettings settings, EventSink sink)
    : is_simulated_(settings.is_simulated),
      driver_(std::move(settings.driver)),
      loop_(loop),
      board_(*driver_, std::move(settings.lines)),
      watches_(loop, board_, holdings_, std::move(sink)) {
  driver_->on_change([this] {
    if (looking_ != net::no_timer) return;
    looking_ = loop_.after(std::chrono::nanoseconds(0), [this] {
      looking_ = net::no_timer;
      look_again();
    });
  });
  look_again();
}

Gpio::~Gpio() {
  loop_.cancel(looking_);
  board_.each_line([this](Line& line) {
    std::optional<bool> last;
    if (line.pulse) last = line.pulse->value_after();
    if (line.settings != nullptr && line.settings->safe) last = line.settings->safe;
    const Wanted wanted[] = {{&line, last.value_or(false)}};
    // Where that fails, its chip is gone, and with it what it did.
    if (last && line.is_held_as(Role::output)) (void)holdings_.write(wanted);
    line.pulse.reset();
  });
}

Json Gpio::describe() const {
  Json json = Json::object();
  if (const std::vector<std::string> problems = board_.problems(); !problems.empty())
    json["problems"] = problems;
  return json;
}

void Gpio::run(const Command& command, Answerer answer) {
  if (board_.is_stale()) look_again();
  if (command.name == "gpio.pulse") return pulse(*command.value, std::move(answer));
  Attempt<Json> json = carry_out(command);
  answer(json ? done(*std::move(json)) : std::move(json.error()));
}

Attempt<Json> Gpio::carry_out(const Command& command) {
  if (command.name == "gpio.read") return read(*command.value);
  if (command.name == "gpio.write") return write(*command.value);
  if (command.name == "gpio.watch") return watch(command);
  return list();
}

Json Gpio::list() {
  Json json = {{"chips", Json::array()}, {"lines", Json::array()}};
  for (const auto& chip : board_.chips())
    json["chips"].push_back(chip_json(chip->chip->info(), chip.get() == board_.header()));
  board_.each_line([&](const Line& line) {
    if (json["lines"].size() >= limits::gpio_listed_lines_max) return;
    if (const Result<LineInfo> info = line.chip->look(line.offset))
      json["lines"].push_back(line_json(line, *info, value_of(line)));
  });
  if (const std::vector<std::string> problems = board_.problems(); !problems.empty())
    json["problems"] = problems;
  return json;
}

Attempt<Json> Gpio::read(const Json& value) {
  std::vector<Line*> lines;
  for (const Json& one : value.at("lines")) lines.push_back(TRY(find(one, LineAccess::read)));
  return values_of(lines);
}

Attempt<Json> Gpio::write(const Json& value) {
  std::vector<Line*> lines;
  std::vector<Wanted> wanted;
  for (const Json& one : value.at("lines")) {
    Line* const line = TRY(find(one.at("line"), LineAccess::write));
    if (std::ranges::find(lines, line) != lines.end()) TRY_VOID(refuse_twice(*line));
    lines.push_back(line);
    wanted.push_back({line, one.at("value") == 1});
  }
  TRY_VOID(change(wanted));
  for (Line* const line : lines)
    if (const auto pulse = std::exchange(line->pulse, nullptr))
      pulse->end(
          refuse(ResponseCode::conflict,
                 fmt::format("{} was written meanwhile: the pulse is over", title_of(*line))));
  return values_of(lines);
}

Attempt<void> Gpio::change(std::span<const Wanted> wanted) {
  for (const Wanted& one : wanted) watches_.end_for_viewers(*one.line);
  return holdings_.write(wanted);
}

Attempt<Json> Gpio::watch(const Command& command) {
  const WatchWish wish = read_wish(command);
  std::vector<Line*> lines;
  for (const Json& one : command.value->at("lines"))
    lines.push_back(TRY(find(one, LineAccess::read)));
  TRY_VOID(watches_.set(lines, wish));
  Json json = {{"lines", Json::array()}};
  for (Line* const line : lines) {
    const LineValue value = TRY(holdings_.read(*line));
    Json one = value_json(*line, value);
    one.erase("direction");
    one["edges"] = to_text(wish.edges);
    one["seconds"] = wish.edges == Edges::none ? 0 : wish.time.count();
    json["lines"].push_back(std::move(one));
  }
  return json;
}

void Gpio::pulse(const Json& value, Answerer answer) {
  const milliseconds width(value.at("milliseconds").get<std::int64_t>());
  const bool is_high = value.value("value", 1) == 1;
  Attempt<Line*> line = find(value.at("line"), LineAccess::write);
  if (!line) return answer(std::move(line.error()));
  if ((*line)->pulse)
    return answer(refuse(ResponseCode::conflict,
                         fmt::format("a pulse of {} is not over yet", title_of(**line))));
  const Wanted wanted[] = {{*line, is_high}};
  Attempt<void> begun = change(wanted);
  if (!begun) return answer(std::move(begun.error()));
  (*line)->pulse = std::make_unique<Pulse>(loop_, !is_high, std::move(answer));
  (*line)->pulse->begin(width, [this, line = *line, width] { end_pulse(*line, width); });
}

void Gpio::end_pulse(Line& line, milliseconds width) {
  const std::unique_ptr<Pulse> pulse = std::exchange(line.pulse, nullptr);
  const Wanted wanted[] = {{&line, pulse->value_after()}};
  Attempt<void> ended = holdings_.write(wanted);
  if (!ended) return pulse->end(std::move(ended.error()));
  Json json = label_json(label_of(line));
  json["milliseconds"] = width.count();
  pulse->end(done(std::move(json)));
}

Attempt<Line*> Gpio::find(const Json& name, LineAccess wanted) {
  Line* const line = TRY(board_.find(name));
  const Permission& permission = line->permission;
  if (permission.access >= wanted) return line;
  return no(ResponseCode::denied,
            fmt::format("{} may not be {}: {}", title_of(*line),
                        wanted == LineAccess::write ? "written" : "read", permission.reason));
}

Attempt<Json> Gpio::values_of(const std::vector<Line*>& lines) {
  Json json = {{"lines", Json::array()}};
  for (Line* const line : lines) {
    const LineValue value = TRY(holdings_.read(*line));
    json["lines"].push_back(value_json(*line, value));
  }
  return json;
}

void Gpio::look_again() {
  board_.refresh([this](const Chip& chip) { holdings_.forget(chip); });
  begin_configured();
}

/// What agent.toml says of lines that are not held yet. Where somebody else has one, it is tried
/// again as soon as that has let it go.
void Gpio::begin_configured() {
  std::map<Chip*, std::vector<Line*>> outputs;
  board_.each_line([&](Line& line) {
    line.problem.clear();
    if (line.settings == nullptr || line.holding != nullptr) return;
    if (!line.settings->safe && !line.settings->is_input()) return;
    Attempt<LineInfo> info = look_at_free(line);
    if (!info) {
      line.problem = std::move(info.error().error);
      line.chip->await_release(line.offset);
    } else if (line.settings->safe) {
      outputs[line.chip].push_back(&line);
    } else if (Attempt<void> begun = watches_.begin_configured(line); !begun) {
      line.problem = std::move(begun.error().error);
    }
  });
  for (auto& [chip, lines] : outputs) begin_outputs(std::move(lines));
}

/// At once, so that they can change at once from now on.
void Gpio::begin_outputs(std::vector<Line*> lines) {
  lines.resize(std::min(lines.size(), limits::gpio_lines_max));
  LineConfig config{.role = Role::output};
  for (std::size_t bit = 0; bit < lines.size(); ++bit)
    if (*lines[bit]->settings->safe) config.values |= Bits{1} << bit;
  if (Attempt<void> begun = holdings_.take(lines, config); !begun)
    for (Line* const line : lines) line->problem = begun.error().error;
}

}  // namespace malinka::agent::gpio
