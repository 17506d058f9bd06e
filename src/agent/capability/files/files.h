// SPDX-License-Identifier: MIT
// The capability `files`: what lies below the allowed folders, on the workers.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/capability/capability.h"
#include "agent/capability/files/folder_syncs.h"
#include "agent/capability/files/leftovers.h"
#include "agent/capability/files/roots.h"
#include "agent/capability/files/sample_folder.h"
#include "agent/os/worker_pool.h"

namespace malinka::agent::files {

struct FilesSettings {
  std::vector<std::string> roots;             ///< Absolute paths.
  std::optional<SampleFolder> sample_folder;  ///< Of a simulated device, whose one root it is.
};

/// **Loop-bound.**
class Files final : public Capability {
 public:
  /// Looks at the roots once, which may block. `workers` must outlive it.
  Files(os::WorkerPool& workers, FilesSettings settings);

  [[nodiscard]] std::string_view name() const override { return "files"; }
  [[nodiscard]] bool is_simulated() const override { return sample_folder_.has_value(); }
  [[nodiscard]] Json describe() const override;
  void run(const Command& command, Answerer answer) override;

 private:
  /// One for each file that comes in a message.
  [[nodiscard]] std::vector<FolderSyncs::Share> shares_of(const Command& command);

  os::WorkerPool& workers_;
  std::optional<SampleFolder> sample_folder_;
  std::shared_ptr<const Roots> roots_;
  std::shared_ptr<Leftovers> leftovers_;
  std::shared_ptr<FolderSyncs> syncs_;
  std::vector<std::string> problems_;  // As of the last command.
  std::shared_ptr<Files*> self_;       // Tells a job's end that we are gone.
};

}  // namespace malinka::agent::files
