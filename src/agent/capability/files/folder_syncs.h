// SPDX-License-Identifier: MIT
// A new file's name is safe from a loss of power once its folder was synced, which takes about as
// long as all else that a small file needs. Of several that are on their way to one folder, the
// last does it for all.

#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace malinka::agent::files {

/// **Thread-safe.**
class FolderSyncs : public std::enable_shared_from_this<FolderSyncs> {
 public:
  /// One file on its way to a folder.
  class Share {
   public:
    Share(std::shared_ptr<FolderSyncs> syncs, std::string folder);
    ~Share();
    Share(Share&&) noexcept = default;
    Share& operator=(Share&&) = delete;

    /// It has its name now. True where no other file is on its way there: the folder is to be
    /// synced. Only once.
    [[nodiscard]] bool settle();
    /// Its path.
    [[nodiscard]] const std::string& folder() const { return folder_; }

   private:
    std::shared_ptr<FolderSyncs> syncs_;  // Null once it was settled.
    std::string folder_;
  };

  /// For a file on its way to the place of that path.
  [[nodiscard]] Share share(std::string_view path);

 private:
  void enter(const std::string& folder);
  /// Whether nobody else is on the way there.
  bool leave(const std::string& folder);

  std::mutex mutex_;
  std::map<std::string, std::size_t> on_their_way_;  // By the folder's path.
};

}  // namespace malinka::agent::files
