// SPDX-License-Identifier: MIT
// Files that are not whole lie in the goal's folder under names of ours. What nobody has gone on
// with for a day is removed: by whoever puts the next file there. May block.

#pragma once

#include <map>
#include <mutex>
#include <string>

#include "agent/capability/files/beneath.h"
#include "base/clock.h"

namespace malinka::agent::files {

/// What a file in transfer is called until it is whole; `transfer` has letters and digits only.
[[nodiscard]] std::string part_name_of(const std::string& transfer);

/// Removes what is that old from the folder of `child`.
void remove_leftovers(const Child& child);

/// The same for many files to few folders: each folder is looked through once an hour at most.
/// **Thread-safe.**
class Leftovers {
 public:
  explicit Leftovers(const Clock& clock = system_clock()) : clock_(clock) {}

  /// Looks through the folder that `place` lies in, where that is due.
  void remove_beside(const Place& place);

 private:
  [[nodiscard]] bool is_due(const std::string& folder);

  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Steady> looked_through_;  // By path.
};

}  // namespace malinka::agent::files
