// SPDX-License-Identifier: MIT
#include "base/password.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace malinka::base {
namespace {

constexpr OptionSpec option_table[] = {
    {"password-file", "FILE", "where it is"},
    {"password", "", "", OptionKind::not_flag},
};
constexpr ProgramSpec program{.name = "thing",
                              .about = {},
                              .options = option_table,
                              .config_path = "/nonexistent/thing.toml",
                              .tables = {},
                              .examples = {}};

/// A folder with a password file, and a program's settings.
class Surroundings {
 public:
  explicit Surroundings(const std::string& content) {
    char pattern[] = "/tmp/malinka-password-XXXXXX";
    folder_ = ::mkdtemp(pattern);
    std::ofstream(file()) << content;
  }
  ~Surroundings() {
    std::filesystem::remove_all(folder_);
    ::unsetenv("MALINKA_PASSWORD");
  }
  [[nodiscard]] std::string file() const { return folder_ + "/password"; }

  Result<std::optional<std::string>> read(const std::string& settings,
                                          const std::vector<const char*>& flags = {}) {
    const std::string config = folder_ + "/thing.toml";
    std::ofstream(config) << settings;
    std::vector<const char*> arguments = {"thing", "--config", config.c_str()};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const auto options =
        Options::read(program, static_cast<int>(arguments.size()), arguments.data());
    REQUIRE(options);
    return read_password(*options);
  }

 private:
  std::string folder_;
};

TEST_CASE("of the password and its file, the one set in the stronger way counts") {
  Surroundings surroundings("filed\n");
  const std::string in_file = "password_file = \"" + surroundings.file() + "\"\n";
  CHECK_FALSE(surroundings.read("").value());
  CHECK(surroundings.read(in_file).value() == "filed");
  CHECK(surroundings.read(in_file + "password = \"plain\"\n").value() == "plain");
  const std::string flag = "--password-file=" + surroundings.file();
  CHECK(surroundings.read("password = \"plain\"\n", {flag.c_str()}).value() == "filed");
  ::setenv("MALINKA_PASSWORD", "environment", 1);
  CHECK(surroundings.read(in_file).value() == "environment");
  CHECK(surroundings.read(in_file, {flag.c_str()}).value() == "filed");
}

TEST_CASE("an empty password is none, an empty or missing file a mistake") {
  Surroundings surroundings("\n");
  CHECK_FALSE(surroundings.read("password = \"\"").value());
  const auto empty = surroundings.read("password_file = \"" + surroundings.file() + "\"");
  REQUIRE_FALSE(empty);
  CHECK(empty.error().context.contains("is empty"));
  const auto missing = surroundings.read("password_file = \"/no/such/file\"");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().context.contains("/no/such/file"));
}

}  // namespace
}  // namespace malinka::base
