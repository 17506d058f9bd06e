// SPDX-License-Identifier: MIT
// A made /proc, /sys, /dev and /etc, for machines that no test runs on.

#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace malinka::test {

class MachineTree {
 public:
  MachineTree() {
    std::string pattern = (std::filesystem::temp_directory_path() / "malinka-proc-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~MachineTree() { std::filesystem::remove_all(root_); }
  MachineTree(const MachineTree&) = delete;
  MachineTree& operator=(const MachineTree&) = delete;

  /// A file below the root, with the line break that the kernel ends it with.
  void write(const std::string& path, const std::string& text) const {
    const std::filesystem::path whole = root_ + path;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << text << '\n';
  }
  [[nodiscard]] const std::string& root() const { return root_; }

 private:
  std::string root_;
};

}  // namespace malinka::test
