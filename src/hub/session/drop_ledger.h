// SPDX-License-Identifier: MIT
// What was dropped for one recipient, until it can be told. docs/protocol.md section 4,
// hub.dropped.

#pragma once

#include <map>
#include <string>

#include "hub/channel/parcel.h"
#include "protocol/hub_message.h"

namespace malinka::hub {

using DropCounts = std::map<std::string, protocol::DropCount, std::less<>>;

/// Counts by sender, at most limits::dropped_names_max of them; the rest under `*`. **Loop-bound.**
class DropLedger {
 public:
  /// Commands are left out: their senders are told, and the recipient waits for nothing.
  void note(const ParcelLabel& label);
  /// What was dropped elsewhere.
  void add(const DropCounts& counts);
  [[nodiscard]] bool is_empty() const { return counts_.empty(); }
  [[nodiscard]] DropCounts take();

 private:
  [[nodiscard]] protocol::DropCount& count_for(const std::string& sender_name);

  DropCounts counts_;
};

}  // namespace malinka::hub
