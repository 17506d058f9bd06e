// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/holdings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include "agent/capability/gpio/change.h"
#include "base/try.h"

namespace malinka::agent::gpio {
namespace {

/// A Pi's controller makes an input of a line that is freed: of an input it makes nothing else.
bool is_harmless_to_free(const Line& line, Direction direction) {
  return direction == Direction::input && line.use.empty();
}

}  // namespace

Attempt<LineInfo> look_at(const Line& line) {
  Result<LineInfo> info = line.chip->look(line.offset);
  if (!info) return std::unexpected(explain(info.error(), line));
  return *std::move(info);
}

Attempt<LineInfo> look_at_free(const Line& line) {
  LineInfo info = TRY(look_at(line));
  if (info.is_used) return std::unexpected(explain(fail_errno(EBUSY).error(), line));
  return info;
}

Attempt<LineValue> Holdings::read(Line& line) {
  const bool was_held = line.holding != nullptr;
  if (!was_held) {
    (void)TRY(look_at_free(line));
    Line* const alone[] = {&line};
    TRY_VOID(take(alone, {}));
  }
  const Result<Bits> bits = line.holding->lines->read();
  const Result<LineInfo> info = line.chip->look(line.offset);
  const unsigned bit = line.bit;
  if (!was_held && (!info || is_harmless_to_free(line, info->direction))) free(line);
  if (!bits) return std::unexpected(explain(bits.error(), line));
  if (!info) return std::unexpected(explain(info.error(), line));
  return LineValue{(*bits >> bit & 1U) != 0, info->direction};
}

Attempt<void> Holdings::write(std::span<const Wanted> wanted) {
  std::vector<Line*> taken;
  Attempt<void> done = take_new(wanted, taken);
  if (done) {
    Change change;
    for (const Wanted& one : wanted) change.add(*one.line, one.is_high);
    done = change.carry_out();
  }
  // Whatever is an output by now stays held.
  for (Line* const line : taken)
    if (!done && line->holding != nullptr && !line->is_held_as(Role::output)) {
      const Result<LineInfo> info = line->chip->look(line->offset);
      if (!info || is_harmless_to_free(*line, info->direction)) free(*line);
    }
  return done;
}

/// As they are, so that nothing is changed yet. Inputs of a chip together, so that from now on they
/// change together; what is not to be freed again each for itself.
Attempt<void> Holdings::take_new(std::span<const Wanted> wanted, std::vector<Line*>& taken) {
  std::map<Chip*, std::vector<Line*>> inputs;
  std::vector<std::vector<Line*>> groups;
  for (const Wanted& one : wanted) {
    Line& line = *one.line;
    if (line.is_held_as(Role::input))
      return no(ResponseCode::conflict,
                fmt::format("{} is watched: to write it would make it an output; end its watch "
                            "first, or wait until that is over",
                            title_of(line)));
    if (line.holding != nullptr) continue;
    const LineInfo info = TRY(look_at_free(line));
    if (is_harmless_to_free(line, info.direction))
      inputs[line.chip].push_back(&line);
    else
      groups.push_back({&line});
  }
  for (auto& [chip, lines] : inputs) groups.push_back(std::move(lines));
  for (const std::vector<Line*>& group : groups) {
    TRY_VOID(take(group, {}));
    taken.insert(taken.end(), group.begin(), group.end());
  }
  return {};
}

Attempt<void> Holdings::listen(Line& line, const LineConfig& config, EdgeSink sink) {
  if (line.holding == nullptr) {
    Line* const alone[] = {&line};
    return take(alone, config, std::move(sink));
  }
  LineConfig wanted = config;
  wanted.active_low = line.holding->config.active_low;
  if (const Result<void> done = line.holding->lines->configure(wanted); !done)
    return std::unexpected(explain(done.error(), line));
  line.holding->config = wanted;
  return {};
}

Attempt<void> Holdings::take(std::span<Line* const> lines, LineConfig config, EdgeSink sink) {
  std::vector<unsigned> offsets;
  for (std::size_t bit = 0; bit < lines.size(); ++bit) {
    offsets.push_back(lines[bit]->offset);
    if (lines[bit]->is_active_low()) config.active_low |= Bits{1} << bit;
  }
  auto held = lines[0]->chip->hold(offsets, config, std::move(sink));
  if (!held) {
    const auto is_busy = [](const Line* line) { return !look_at_free(*line); };
    const auto busy = std::ranges::find_if(lines, is_busy);
    return std::unexpected(explain(held.error(), busy == lines.end() ? *lines[0] : **busy));
  }
  auto holding = std::make_unique<Holding>(
      Holding{*std::move(held), config, std::vector<Line*>(lines.begin(), lines.end())});
  for (unsigned bit = 0; bit < lines.size(); ++bit) {
    lines[bit]->holding = holding.get();
    lines[bit]->bit = bit;
  }
  all_.push_back(std::move(holding));
  return {};
}

/// With all that are held with it.
void Holdings::free(Line& line) {
  Holding* const freed = line.holding;
  for (Line* const member : freed->members) member->holding = nullptr;
  std::erase_if(all_, [&](const auto& holding) { return holding.get() == freed; });
}

void Holdings::forget(const Chip& chip) {
  std::erase_if(all_, [&](const auto& holding) {
    if (holding->members[0]->chip != &chip) return false;
    for (Line* const member : holding->members) member->holding = nullptr;
    return true;
  });
}

}  // namespace malinka::agent::gpio
