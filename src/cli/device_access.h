// SPDX-License-Identifier: MIT
// Whether a user may use the devices of a machine, and what would let them.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace malinka::cli {

/// Who is in which group, as /etc/passwd and /etc/group below `root` say.
class Groups {
 public:
  [[nodiscard]] static Groups read(const std::string& root);

  /// The group's name, or its number where it has none.
  [[nodiscard]] std::string name_of(unsigned group) const;
  [[nodiscard]] bool has(const std::string& user, unsigned group) const;
  [[nodiscard]] std::optional<unsigned> id_of(const std::string& user) const;

 private:
  struct Group {
    std::string name;
    unsigned id;
    std::vector<std::string> members;
  };
  struct User {
    std::string name;
    unsigned id;
    unsigned group;
  };

  std::vector<Group> groups_;
  std::vector<User> users_;
};

/// Nothing where `user` may read and write the device at `path`; else a sentence that says why not,
/// and the command that helps.
struct Refusal {
  std::string reason;
  std::string fix;
};
[[nodiscard]] std::optional<Refusal> check_access(const Groups& groups, const std::string& user,
                                                  const std::string& root, const std::string& path);

}  // namespace malinka::cli
