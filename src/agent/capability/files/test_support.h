// SPDX-License-Identifier: MIT
// A real folder on the disk, offered by a device, and one beside it that must stay out of reach.

#pragma once

#include <dirent.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "agent/capability/files/operations.h"
#include "base/bytes.h"
#include "base/json.h"

namespace malinka::agent::files::test {

/// What a child says that was kept from what it should try.
inline constexpr int not_possible = 77;

/// What became of a child that ran without what the parent has: 0 is well.
template <typename Body>
int run_in_child(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

class Tree {
 public:
  Tree() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "malinka-files-XXXXXX").string();
    base_ = mkdtemp(pattern.data());
    chmod(base_.c_str(), 0755);
    std::filesystem::create_directory(root());
    std::filesystem::create_directory(outside());
    write_outside("secret", "do not read");
  }
  ~Tree() { std::filesystem::remove_all(base_); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  [[nodiscard]] std::string root() const { return base_ + "/root"; }
  [[nodiscard]] std::string outside() const { return base_ + "/outside"; }
  [[nodiscard]] std::string path(const std::string& name) const { return root() + "/" + name; }
  [[nodiscard]] Roots roots() const { return Roots({root()}); }

  void write(const std::string& name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  void write_outside(const std::string& name, const std::string& content) const {
    std::ofstream(outside() + "/" + name, std::ios::binary) << content;
  }
  void make_folder(const std::string& name) const {
    std::filesystem::create_directories(path(name));
  }
  void link(const std::string& name, const std::string& target) const {
    REQUIRE(symlink(target.c_str(), path(name).c_str()) == 0);
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] bool has(const std::string& name) const {
    struct stat status{};
    return lstat(path(name).c_str(), &status) == 0;
  }
  /// In a child: the root is a disk of 256 KiB from now on. False where that is not possible.
  [[nodiscard]] bool put_on_small_disk() const {
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    return mount("none", root().c_str(), "tmpfs", 0, "size=256k") == 0;
  }
  /// How many names there are in the root, hidden ones too.
  [[nodiscard]] std::size_t count() const {
    const std::filesystem::directory_iterator names(root());
    return static_cast<std::size_t>(std::distance(begin(names), end(names)));
  }

  /// Carries out a command; a path that does not begin with / lies in the root.
  Reply run(const std::string& name, Json value, std::optional<std::string> blob = {}) const {
    for (const char* const member : {"path", "from", "to"})
      if (const std::string* const given = find_string(value, member);
          given && !given->starts_with('/'))
        value[member] = path(*given);
    Command command{"files." + name, "phone", std::make_shared<const Json>(std::move(value)), {}};
    if (blob) command.blob = Blob{{}, {}, std::make_shared<const Bytes>(to_bytes(*blob))};
    return carry_out(roots(), command);
  }

 private:
  std::string base_;
};

}  // namespace malinka::agent::files::test
