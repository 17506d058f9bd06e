// SPDX-License-Identifier: MIT
#include "agent/config.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace malinka::agent {
namespace {

using dispatch::ChannelKind;
using dispatch::Level;

/// Reads settings from a file with `text` and more flags.
std::expected<Config, base::Exit> read(const std::string& text,
                                       std::vector<const char*> flags = {}) {
  const std::string path =
      std::filesystem::temp_directory_path() / ("malinka-agent-" + std::to_string(getpid()));
  std::ofstream(path) << text;
  std::vector<const char*> arguments = {"malinka-agent", "--config", path.c_str()};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  auto config = read_config(static_cast<int>(arguments.size()), arguments.data());
  std::filesystem::remove(path);
  return config;
}

/// What is printed for a file that is refused, with status 2.
std::string refusal(const std::string& text) {
  const auto config = read("channel = \"home\"\n" + text);
  REQUIRE_FALSE(config);
  CHECK(config.error().status == 2);
  return config.error().output;
}

}  // namespace

TEST_CASE("a channel is all that an agent needs to be told") {
  const auto config = read("channel = \"home\"");
  REQUIRE(config);
  CHECK(config->subscriber.channel == "home");
  CHECK(config->subscriber.is_device);
  CHECK(config->subscriber.key.empty());
  CHECK_FALSE(config->subscriber.name.empty());
  CHECK(config->subscriber.hub.port == 31415);
  CHECK(config->telemetry_interval == std::chrono::seconds(10));
}

TEST_CASE("without a channel, an agent says what to set") {
  const auto config = read("");
  REQUIRE_FALSE(config);
  CHECK(config.error().status == 2);
  CHECK(config.error().output.contains("--channel NAME"));
  CHECK(config.error().output.contains("--password-file"));
}

TEST_CASE("a flag beats the file") {
  const auto config =
      read("channel = \"home\"\nname = \"hall\"", {"--name", "kitchen", "--hub", "ws://h:1"});
  REQUIRE(config);
  CHECK(config->subscriber.name == "kitchen");
  CHECK(config->subscriber.hub.host == "h");
}

TEST_CASE("a simulated device tells its readings more often") {
  const auto config = read("channel = \"home\"", {"--simulate"});
  REQUIRE(config);
  CHECK(config->is_simulated);
  CHECK(config->telemetry_interval == std::chrono::seconds(2));
}

TEST_CASE("the password comes from a file or the environment") {
  setenv("MALINKA_PASSWORD", "secret", 1);
  const auto config = read("channel = \"home\"\nsealed = false");
  unsetenv("MALINKA_PASSWORD");
  REQUIRE(config);
  CHECK(config->subscriber.key == "secret");
  CHECK_FALSE(config->subscriber.sealing);
  CHECK(refusal("password_file = \"/no/such/file\"").contains("/no/such/file"));
  CHECK(refusal("password = \"view1.abc\"").contains("view1."));
}

TEST_CASE("with a password the channel is sealed, and the device has an identity that it keeps") {
  std::string folder = (std::filesystem::temp_directory_path() / "malinka-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  setenv("STATE_DIRECTORY", folder.c_str(), 1);
  setenv("MALINKA_PASSWORD", "secret", 1);
  const auto config = read("channel = \"home\"");
  const auto again = read("channel = \"home\"");
  std::ofstream(folder + "/identity") << "too short";
  const std::string problem = refusal("");
  unsetenv("MALINKA_PASSWORD");
  unsetenv("STATE_DIRECTORY");
  std::filesystem::remove_all(folder);
  REQUIRE(config);
  REQUIRE(again);
  CHECK(config->subscriber.key != "secret");
  CHECK_FALSE(client::fingerprint_of(config->subscriber).empty());
  CHECK(client::fingerprint_of(config->subscriber) == client::fingerprint_of(again->subscriber));
  CHECK(problem.contains("is not an identity"));
}

TEST_CASE("every table is read") {
  const auto config = read(
      "channel = \"home\"\n[policy.shell]\nlevel = \"view\"\n[policy.files]\nchannel = \"open\"\n"
      "[files]\nroots = [\"/srv\", \"/home\"]\n[shell]\nuser = "
      "\"pi\"\n[telemetry]\ninterval_seconds = 60");
  REQUIRE(config);
  CHECK(config->policy.rule_of("shell").level == Level::view);
  CHECK(config->policy.rule_of("shell").channel == ChannelKind::sealed);
  CHECK(config->policy.rule_of("files").level == Level::control);
  CHECK(config->policy.rule_of("files").channel == ChannelKind::open);
  CHECK(config->file_roots == std::vector<std::string>{"/srv", "/home"});
  CHECK(config->shell_user == "pi");
  CHECK(config->telemetry_interval == std::chrono::seconds(60));
}

TEST_CASE("a key, type or value that cannot be is refused by name") {
  CHECK(refusal("chanel = \"x\"").contains("chanel"));
  CHECK(refusal("[policy.gpoi]").contains("gpoi"));
  CHECK(refusal("[policy.files]\nlevle = \"view\"").contains("levle"));
  CHECK(refusal("[policy.files]\nlevel = \"all\"").contains("deny, view or control"));
  CHECK(refusal("[policy.files]\nchannel = 3").contains("channel"));
  CHECK(refusal("[files]\nroot = [\"/srv\"]").contains("known are: roots"));
  CHECK(refusal("[files]\nroots = [\"srv\"]").contains("absolute path"));
  CHECK(refusal("[files]\nroots = []").contains("list of folders"));
  CHECK(refusal("[shell]\nuser = 5").contains("user"));
  CHECK(refusal("[telemetry]\ninterval_seconds = 0").contains("from 1 to"));
  CHECK(refusal("files = 1").contains("[files]"));
  CHECK(refusal("hub = \"ftp://x\"").contains("ftp://x"));
  CHECK(refusal("name = \"@hub\"").contains("name"));
}

}  // namespace malinka::agent
