// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/change.h"

#include <algorithm>

#include "base/try.h"

namespace malinka::agent::gpio {

void Change::add(Line& line, bool is_high) {
  auto part = std::ranges::find(parts_, line.holding, &Part::holding);
  if (part == parts_.end()) part = parts_.insert(part, Part{.holding = line.holding});
  part->mask |= Bits{1} << line.bit;
  if (is_high) part->values |= Bits{1} << line.bit;
}

Attempt<void> Change::carry_out() {
  for (auto part = parts_.begin(); part != parts_.end(); ++part) {
    const Result<void> done = apply(*part);
    if (done) continue;
    while (part != parts_.begin()) undo(*--part);
    return std::unexpected(explain(done.error(), *parts_.front().holding->members[0]));
  }
  return {};
}

/// Lines that are held as they are, all of which are to be written, become outputs with their
/// values at once: no other value is seen between.
Result<void> Change::apply(Part& part) const {
  Holding& holding = *part.holding;
  // A single part that fails has changed nothing: the usual write is one ioctl.
  if (parts_.size() > 1) part.before = TRY(holding.lines->read());
  if (holding.config.role == Role::output) return holding.lines->write(part.mask, part.values);
  const Line& first = *holding.members[0];
  part.direction_before = TRY(first.chip->look(first.offset)).direction;
  LineConfig config{.role = Role::output, .values = part.values};
  config.active_low = holding.config.active_low;
  TRY_VOID(holding.lines->configure(config));
  holding.config = config;
  return {};
}

void Change::undo(const Part& part) {
  Holding& holding = *part.holding;
  if (part.direction_before == Direction::output)
    return (void)holding.lines->write(part.mask, part.before);
  LineConfig config{.role = Role::input};
  config.active_low = holding.config.active_low;
  if (holding.lines->configure(config)) holding.config.role = Role::as_is;
}

}  // namespace malinka::agent::gpio
