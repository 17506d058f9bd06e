// SPDX-License-Identifier: MIT
#include "agent/capability/files/folder_syncs.h"

#include <utility>

#include "agent/capability/files/roots.h"

namespace malinka::agent::files {

FolderSyncs::Share::Share(std::shared_ptr<FolderSyncs> syncs, std::string folder)
    : syncs_(std::move(syncs)), folder_(std::move(folder)) {
  syncs_->enter(folder_);
}

FolderSyncs::Share::~Share() {
  if (syncs_) syncs_->leave(folder_);
}

bool FolderSyncs::Share::settle() { return std::exchange(syncs_, nullptr)->leave(folder_); }

FolderSyncs::Share FolderSyncs::share(std::string_view path) {
  return {shared_from_this(), folder_of(path)};
}

void FolderSyncs::enter(const std::string& folder) {
  const std::scoped_lock lock(mutex_);
  ++on_their_way_[folder];
}

bool FolderSyncs::leave(const std::string& folder) {
  const std::scoped_lock lock(mutex_);
  const auto found = on_their_way_.find(folder);
  if (--found->second > 0) return false;
  on_their_way_.erase(found);
  return true;
}

}  // namespace malinka::agent::files
