// SPDX-License-Identifier: MIT
#include "agent/capability/files/folder_syncs.h"

#include <sys/stat.h>

#include <utility>

namespace malinka::agent::files {

FolderSyncs::Share::Share(std::shared_ptr<FolderSyncs> syncs, Identity folder)
    : syncs_(std::move(syncs)), folder_(folder) {
  syncs_->enter(folder_);
}

FolderSyncs::Share::~Share() {
  if (syncs_) syncs_->leave(folder_);
}

bool FolderSyncs::Share::settle() { return std::exchange(syncs_, nullptr)->leave(folder_); }

FolderSyncs::Share FolderSyncs::share(const Child& child) {
  struct stat status{};
  const bool is_known = fstat(child.folder.get(), &status) == 0;
  return {shared_from_this(), is_known ? Identity{status.st_dev, status.st_ino} : Identity{}};
}

void FolderSyncs::enter(const Identity& folder) {
  const std::scoped_lock lock(mutex_);
  ++on_their_way_[folder];
}

bool FolderSyncs::leave(const Identity& folder) {
  const std::scoped_lock lock(mutex_);
  const auto found = on_their_way_.find(folder);
  if (--found->second > 0) return false;
  on_their_way_.erase(found);
  return true;
}

}  // namespace malinka::agent::files
