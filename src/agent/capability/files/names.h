// SPDX-License-Identifier: MIT
// The names of one folder, of which a page is wanted in order, in little more memory than they have
// bytes: for folders of hundreds of thousands.

#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace malinka::agent::files {

/// **Value**, but not copied.
class Names {
 public:
  /// `bytes_max`: of all names, and of what it takes to sort them.
  explicit Names(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// `name` has at most 255 bytes and no NUL. False once there are too many.
  [[nodiscard]] bool add(std::string_view name);

  /// At most `limit` from the `offset`th on in byte order, each ending in a NUL; they live as long
  /// as this does.
  [[nodiscard]] std::vector<const char*> sort(std::size_t offset, std::size_t limit) const;

  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  // Never moved: what grows by copying needs, for a moment, three times as much.
  struct Block {
    std::unique_ptr<char[]> text;
    std::size_t used = 0;
  };
  [[nodiscard]] std::vector<const char*> all() const;

  std::size_t bytes_max_;
  std::vector<Block> blocks_;
  std::size_t count_ = 0;
};

}  // namespace malinka::agent::files
