// SPDX-License-Identifier: MIT
#include "hub/session/drop_ledger.h"

#include <utility>

#include "base/limits.h"
#include "protocol/names.h"

namespace malinka::hub {

void DropLedger::note(const ParcelLabel& label) {
  switch (label.type) {
    case MessageType::broadcast: ++count_for(label.sender_name).broadcasts; return;
    case MessageType::response: ++count_for(label.sender_name).responses; return;
    case MessageType::command: return;
  }
}

void DropLedger::add(const DropCounts& counts) {
  for (const auto& [name, count] : counts) {
    protocol::DropCount& total = count_for(name);
    total.broadcasts += count.broadcasts;
    total.responses += count.responses;
  }
}

DropCounts DropLedger::take() { return std::exchange(counts_, {}); }

protocol::DropCount& DropLedger::count_for(const std::string& sender_name) {
  const auto known = counts_.find(sender_name);
  if (known != counts_.end()) return known->second;
  const bool has_room = counts_.size() < limits::dropped_names_max;
  return counts_[has_room ? sender_name : std::string(protocol::all_others)];
}

}  // namespace malinka::hub
