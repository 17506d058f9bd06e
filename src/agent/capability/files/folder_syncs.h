// SPDX-License-Identifier: MIT
// A new file's name is safe from a loss of power once its folder was synced, which takes about as
// long as all else that a small file needs. Of several that are on their way to one folder, the
// last does it for all.

#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

#include "agent/capability/files/beneath.h"
#include "agent/capability/files/roots.h"

namespace malinka::agent::files {

/// **Thread-safe.**
class FolderSyncs : public std::enable_shared_from_this<FolderSyncs> {
 public:
  /// One file on its way to a folder.
  class Share {
   public:
    Share(std::shared_ptr<FolderSyncs> syncs, Identity folder);
    ~Share();
    Share(Share&&) noexcept = default;
    Share& operator=(Share&&) = delete;

    /// It has its name now. True where no other file is on its way there: the folder is to be
    /// synced. Only once.
    [[nodiscard]] bool settle();

   private:
    std::shared_ptr<FolderSyncs> syncs_;  // Null once it was settled.
    Identity folder_;
  };

  /// For a file on its way to the folder of `child`.
  [[nodiscard]] Share share(const Child& child);

 private:
  void enter(const Identity& folder);
  /// Whether nobody else is on the way there.
  bool leave(const Identity& folder);

  std::mutex mutex_;
  std::map<Identity, std::size_t> on_their_way_;
};

}  // namespace malinka::agent::files
