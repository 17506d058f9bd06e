// SPDX-License-Identifier: MIT
// The interval between two readings, where it was changed from afar, kept across restarts.

#pragma once

#include <chrono>
#include <string>

#include "malinka/result.h"

namespace malinka::agent::telemetry {

/// What was set from afar holds until the settings say something else than they did then: who
/// edits agent.toml means it. **Value.**
class KeptInterval {
 public:
  /// `configured` is what the settings say, or imply. `path` is empty where nothing can be kept.
  KeptInterval(std::string path, std::chrono::seconds configured)
      : path_(std::move(path)), configured_(configured) {}

  /// The kept one where there is one that holds, else what is configured. May block.
  [[nodiscard]] std::chrono::seconds read() const;
  /// Replaces the file whole. May block. Errors: those of base::write_private_file.
  [[nodiscard]] Result<void> write(std::chrono::seconds interval) const;

 private:
  std::string path_;
  std::chrono::seconds configured_;
};

}  // namespace malinka::agent::telemetry
