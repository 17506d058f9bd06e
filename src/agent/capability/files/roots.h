// SPDX-License-Identifier: MIT
// The folders that a device offers, and the path of whatever lies below them.

#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "malinka/result.h"

namespace malinka::agent::files {

/// An absolute path of the device, split at the root that it lies under.
struct Place {
  std::string path;      ///< Without repeated or trailing slashes; `..` stays.
  std::string root;      ///< Its beginning.
  std::string relative;  ///< The rest; `.` for the root itself. The kernel alone resolves it.

  [[nodiscard]] bool is_root() const { return relative == "."; }
};

/// The path of the folder that a path lies in; empty for the top.
[[nodiscard]] std::string folder_of(std::string_view path);

/// Which folder it is, whatever it is called.
struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const Identity&, const Identity&) = default;
};

/// **Value**, and never changes: threads may share it. A root is opened each time that it is
/// needed, so one that was away (an unplugged disk) is there again when it has come back.
class Roots {
 public:
  explicit Roots(const std::vector<std::string>& paths);

  /// The place of `path` under the deepest root that it begins with. Errors: FilesError::bad_path,
  /// outside_roots.
  [[nodiscard]] Result<Place> find(std::string_view path) const;
  /// True for `/` where that is no root: the folder of the roots.
  [[nodiscard]] bool is_folder_of_roots(std::string_view path) const;
  [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }

  /// The roots that are there. May block.
  [[nodiscard]] std::vector<Identity> identities() const;
  /// A sentence for each root that cannot be read, and why. May block.
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  std::vector<std::string> paths_;  // Normal, without duplicates, sorted.
};

}  // namespace malinka::agent::files
