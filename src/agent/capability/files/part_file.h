// SPDX-License-Identifier: MIT
// A file on its way to a folder: beside its goal under a name of its transfer, so that what broke
// off can be gone on with, and nobody sees it under its own name until it is whole. May block.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/capability/files/folder_syncs.h"
#include "agent/capability/files/goal.h"
#include "base/file_sink.h"

namespace malinka::agent::files {

struct Transfer {
  std::string name;  ///< The same for another attempt: letters and digits.
  /// Of the whole file. Where they are not known, nothing of another attempt is gone on with.
  std::optional<std::uint64_t> bytes{};
  WriteWish wish{};
};

/// Destroying it keeps the part, unless discard() was called.
class PartFile {
 public:
  /// Goes on with what there is of that transfer. Errors: as open_parent and find_replaceable;
  /// FilesError::in_transfer where it is being written already, special_in_the_way; those of openat
  /// and unlinkat.
  [[nodiscard]] static Result<PartFile> open(const Place& place, Transfer transfer,
                                             FolderSyncs& syncs);

  /// How much is there already.
  [[nodiscard]] std::uint64_t size() const { return sink_.size(); }
  [[nodiscard]] base::FileSink& sink() { return sink_; }
  /// Puts it in its place, where it is whole and has that hash. Errors: FilesError::hash_differs,
  /// size_differs, exists_already; those of fsync and rename.
  [[nodiscard]] Result<void> put(const std::string& sha256);
  /// Nothing is left of it.
  void discard();

 private:
  PartFile(Place place, Child child, Transfer transfer, std::string name, base::FileSink sink,
           FolderSyncs::Share share)
      : place_(std::move(place)),
        child_(std::move(child)),
        transfer_(std::move(transfer)),
        name_(std::move(name)),
        sink_(std::move(sink)),
        share_(std::move(share)) {}

  Place place_;
  Child child_;
  Transfer transfer_;
  std::string name_;  // In the goal's folder.
  base::FileSink sink_;
  FolderSyncs::Share share_;
};

}  // namespace malinka::agent::files
