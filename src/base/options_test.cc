// SPDX-License-Identifier: MIT
#include "base/options.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/json.h"

namespace {

using malinka::base::Exit;
using malinka::base::OptionKind;
using malinka::base::Options;
using malinka::base::OptionSpec;
using malinka::base::ProgramSpec;

constexpr OptionSpec option_table[] = {
    {"some-name", "NAME", "a name"},
    {"count", "N", "a number"},
    {"simulate", "", "a toggle", OptionKind::toggle},
    {"password", "", "a secret", OptionKind::not_flag},
};
constexpr std::string_view tables[] = {"policy"};
constexpr ProgramSpec program{.name = "thing",
                              .about = "Does things.",
                              .options = option_table,
                              .config_path = "/nonexistent/thing.toml",
                              .tables = tables,
                              .examples = "Examples: thing --count 3"};

/// A configuration file and an environment that are gone with the test.
class Surroundings {
 public:
  explicit Surroundings(std::string_view toml) {
    char pattern[] = "/tmp/malinka-options-XXXXXX";
    folder_ = ::mkdtemp(pattern);
    std::ofstream(path()) << toml;
  }
  ~Surroundings() {
    std::filesystem::remove_all(folder_);
    for (const std::string& name : variables_) ::unsetenv(name.c_str());
  }
  void set(const std::string& name, const std::string& value) {
    ::setenv(name.c_str(), value.c_str(), 1);
    variables_.push_back(name);
  }
  [[nodiscard]] std::string path() const { return folder_ + "/thing.toml"; }

 private:
  std::string folder_;
  std::vector<std::string> variables_;
};

std::expected<Options, Exit> read(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"thing"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return Options::read(program, static_cast<int>(argv.size()), argv.data());
}

}  // namespace

TEST_CASE("a flag beats the environment, which beats the file") {
  Surroundings surroundings("some_name = \"file\"\n");
  const std::string& config = surroundings.path();
  CHECK(read({"--config", config})->text("some-name") == "file");
  surroundings.set("MALINKA_SOME_NAME", "environment");
  CHECK(read({"--config", config})->text("some-name") == "environment");
  CHECK(read({"--config", config, "--some-name", "flag"})->text("some-name") == "flag");
}

TEST_CASE("what ps must not show is no flag") {
  const auto options = read({"--password", "secret"});
  REQUIRE_FALSE(options);
  CHECK(options.error().status == 2);
  Surroundings surroundings("password = \"from file\"\n");
  CHECK(read({"--config", surroundings.path()})->text("password") == "from file");
}

TEST_CASE("a toggle is set by its flag alone, or by true in the file") {
  CHECK_FALSE(read({})->is_set("simulate"));
  CHECK(read({"--simulate"})->is_set("simulate"));
  Surroundings surroundings("simulate = true\n");
  CHECK(read({"--config", surroundings.path()})->is_set("simulate"));
}

TEST_CASE("a configuration file that was asked for must be there, the default one need not") {
  CHECK(read({}));
  const auto options = read({"--config", "/nonexistent/other.toml"});
  REQUIRE_FALSE(options);
  CHECK(options.error().output.contains("/nonexistent/other.toml"));
}

TEST_CASE("an unknown key of the file is refused by name") {
  Surroundings surroundings("colour = \"red\"\n[policy.shell]\nlevel = \"deny\"\n");
  const auto options = read({"--config", surroundings.path()});
  REQUIRE_FALSE(options);
  CHECK(options.error().output.contains("`colour`"));
}

TEST_CASE("bad TOML is refused with its line") {
  Surroundings surroundings("count = 1\ncount = = 2\n");
  const auto options = read({"--config", surroundings.path()});
  REQUIRE_FALSE(options);
  CHECK(options.error().output.contains("thing.toml:2"));
}

TEST_CASE("tables come through as JSON") {
  Surroundings surroundings("[policy.files]\nroots = [\"/srv\", \"/home\"]\n");
  const auto options = read({"--config", surroundings.path()});
  REQUIRE(options);
  CHECK(malinka::dump_json(options->file()["policy"]) == R"({"files":{"roots":["/srv","/home"]}})");
}

TEST_CASE("a number outside its range is refused with the range") {
  CHECK(read({"--count", "7"})->number("count", 1, 0, 10) == 7U);
  CHECK(read({})->number("count", 1, 0, 10) == 1U);
  for (const char* const bad : {"11", "-1", "1e3", "", "7x"}) {
    const auto number = read({"--count", bad})->number("count", 1, 0, 10);
    REQUIRE_FALSE(number);
    CHECK(number.error().context.contains("0 to 10"));
  }
}

TEST_CASE("--help shows each flag and the examples, and ends well") {
  const auto help = read({"--help"});
  REQUIRE_FALSE(help);
  CHECK(help.error().status == 0);
  for (const char* const text : {"--some-name", "--simulate", "--config", "--version", "Examples:"})
    CHECK(help.error().output.contains(text));
  CHECK_FALSE(help.error().output.contains("--password "));
}
