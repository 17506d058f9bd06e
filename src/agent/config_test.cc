// SPDX-License-Identifier: MIT
#include "agent/config.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "agent/test_support.h"
#include "malinka/pairing.h"

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
  CHECK(config->place.subscriber.channel == "home");
  CHECK(config->place.subscriber.is_device);
  CHECK(config->place.subscriber.key.empty());
  CHECK_FALSE(config->place.subscriber.name.empty());
  CHECK(config->place.subscriber.hub.port == 31415);
  CHECK(config->telemetry_interval == std::chrono::seconds(10));
}

TEST_CASE("with a password and no channel, an agent says what to set") {
  setenv("MALINKA_PASSWORD", "secret", 1);
  const auto config = read("");
  unsetenv("MALINKA_PASSWORD");
  REQUIRE_FALSE(config);
  CHECK(config.error().status == 2);
  CHECK(config.error().output.contains("--channel NAME"));
}

TEST_CASE("with neither channel nor password a device makes both, and keeps them") {
  const StateFolder state;
  const auto config = read("hub = \"ws://one\"");
  REQUIRE(config);
  REQUIRE(config->place.paired);
  CHECK(config->place.paired->is_new);
  CHECK(config->place.paired->link.hub == "ws://one/bus");
  CHECK(config->place.subscriber.channel == config->place.paired->link.channel);
  CHECK(config->place.subscriber.sealing);
  CHECK_FALSE(config->place.is_password_weak);

  const auto again = read("hub = \"ws://two\"");
  REQUIRE(again);
  CHECK_FALSE(again->place.paired->is_new);
  CHECK(again->place.subscriber.key == config->place.subscriber.key);
  CHECK(read_pairing(state.path).value()->hub == "ws://two/bus");
  CHECK_FALSE(read("channel = \"home\"")->place.paired);
}

TEST_CASE("a device is not paired by settings that are refused") {
  const StateFolder state;
  CHECK_FALSE(read("[files]\nroot = [\"/srv\"]"));
  CHECK_FALSE(read_pairing(state.path).value());
}

TEST_CASE("a pairing that is none is told with a way out") {
  const StateFolder state;
  std::ofstream(pairing_path(state.path)) << "{}";
  const auto config = read("");
  REQUIRE_FALSE(config);
  CHECK(config.error().output.contains("remove it"));
}

TEST_CASE("a password that a hub's operator could guess is known as such") {
  CHECK(read("channel = \"home\"\nsealed = false\npassword = \"eleven char\"")
            ->place.is_password_weak);
  CHECK_FALSE(read("channel = \"home\"\nsealed = false\npassword = \"twelve chars\"")
                  ->place.is_password_weak);
  CHECK_FALSE(read("channel = \"home\"")->place.is_password_weak);
}

TEST_CASE("a flag beats the file") {
  const auto config =
      read("channel = \"home\"\nname = \"hall\"", {"--name", "kitchen", "--hub", "ws://h:1"});
  REQUIRE(config);
  CHECK(config->place.subscriber.name == "kitchen");
  CHECK(config->place.subscriber.hub.host == "h");
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
  CHECK(config->place.subscriber.key == "secret");
  CHECK_FALSE(config->place.subscriber.sealing);
  CHECK(refusal("password_file = \"/no/such/file\"").contains("/no/such/file"));
  CHECK(refusal("password = \"view1.abc\"").contains("view1."));
}

TEST_CASE("with a password the channel is sealed, and the device has an identity that it keeps") {
  const StateFolder state;
  setenv("MALINKA_PASSWORD", "secret", 1);
  const auto config = read("channel = \"home\"");
  const auto again = read("channel = \"home\"");
  std::ofstream(state.path + "/identity") << "too short";
  const std::string problem = refusal("");
  unsetenv("MALINKA_PASSWORD");
  REQUIRE(config);
  REQUIRE(again);
  CHECK(config->place.subscriber.key != "secret");
  CHECK_FALSE(client::fingerprint_of(config->place.subscriber).empty());
  CHECK(client::fingerprint_of(config->place.subscriber) ==
        client::fingerprint_of(again->place.subscriber));
  CHECK(problem.contains("is not an identity"));
}

TEST_CASE("every table is read") {
  const auto config = read(
      "channel = \"home\"\n[policy.shell]\nlevel = \"view\"\n[policy.files]\nchannel = \"open\"\n"
      "[files]\nroots = [\"/srv\", \"/home\"]\n[shell]\nuser = "
      "\"pi\"\n[telemetry]\ninterval_seconds = 60\n[tv]\ndevice = \"/dev/cec1\"\nname = \"Pi\"");
  REQUIRE(config);
  CHECK(config->policy.rule_of("shell").level == Level::view);
  CHECK(config->policy.rule_of("shell").channel == ChannelKind::sealed);
  CHECK(config->policy.rule_of("files").level == Level::control);
  CHECK(config->policy.rule_of("files").channel == ChannelKind::open);
  CHECK(config->file_roots == std::vector<std::string>{"/srv", "/home"});
  CHECK(config->shell_user == "pi");
  CHECK(config->telemetry_interval == std::chrono::seconds(60));
  CHECK(config->tv_device == "/dev/cec1");
  CHECK(config->tv_name == "Pi");
}

TEST_CASE("lines of GPIO are read with all that can be said of them") {
  const auto config = read(
      "channel = \"home\"\n"
      "[gpio.lines.lamp]\nline = 17\nactive_low = true\nsafe = 0\n"
      "[gpio.lines.door]\nline = \"GPIO27\"\nchip = \"pinctrl-rp1\"\npull = \"up\"\n"
      "watch = \"both\"\ndebounce_milliseconds = 20\n"
      "[gpio.lines.meter]\nline = 5\naccess = \"read\"");
  REQUIRE(config);
  REQUIRE(config->gpio_lines.size() == 3);
  const gpio::LineSettings& door = config->gpio_lines[0];
  CHECK(door.name == "door");
  CHECK(std::get<std::string>(door.line) == "GPIO27");
  CHECK(door.chip == "pinctrl-rp1");
  CHECK(door.pull == gpio::Pull::up);
  CHECK(door.watch == gpio::Edges::both);
  CHECK(door.debounce == std::chrono::milliseconds(20));
  CHECK_FALSE(door.safe);
  const gpio::LineSettings& lamp = config->gpio_lines[1];
  CHECK(std::get<unsigned>(lamp.line) == 17);
  CHECK(lamp.is_active_low);
  CHECK(lamp.safe == false);
  CHECK(config->gpio_lines[2].access == gpio::LineAccess::read);
}

TEST_CASE("a line of GPIO that cannot be so is refused with its table's name and what can be") {
  const auto refused = [](const std::string& settings) {
    return refusal("[gpio.lines.lamp]\n" + settings);
  };
  CHECK(refused("").contains("[gpio.lines.lamp]: line must be set"));
  CHECK(refused("line = -1").contains("whole number from 0 to 1023"));
  CHECK(refused("line = 1.5").contains("line must be set: a number"));
  CHECK(refused("line = \"\"").contains("line must be set"));
  CHECK(refused("line = 5\npin = 5").contains("unknown key pin in [gpio.lines.lamp]"));
  CHECK(refused("line = 5\nsafe = 2").contains("safe must be a whole number from 0 to 1"));
  CHECK(refused("line = 5\nsafe = true").contains("safe must be"));
  CHECK(refused("line = 5\nactive_low = 1").contains("active_low must be true or false"));
  CHECK(refused("line = 5\naccess = \"all\"").contains("one of: none, read, write"));
  CHECK(refused("line = 5\npull = \"left\"").contains("one of: up, down, none"));
  CHECK(refused("line = 5\nwatch = \"none\"").contains("one of: both, rising, falling"));
  CHECK(refused("line = 5\ndebounce_milliseconds = 1001").contains("0 to 1000"));
  CHECK(refused("line = 5\nsafe = 1\npull = \"up\"").contains("one of them"));
  CHECK(refused("line = 5\nsafe = 1\naccess = \"read\"").contains("access = \"write\""));
  CHECK(refused("line = 5\nwatch = \"both\"\naccess = \"write\"").contains("would undo"));
  CHECK(refusal("[gpio]\nlamp = 1").contains("unknown key lamp in [gpio]"));
  CHECK(refusal("[gpio]\nlines = 1").contains("[gpio.lines.lamp]"));
  CHECK(refusal("[gpio.lines]\nlamp = 17").contains("must be a table"));
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
  CHECK(refusal("[tv]\ndevice = \"hdmi\"").contains("must be a CEC device"));
  CHECK(refusal("[tv]\nname = \"\"").contains("1 to 14 letters"));
  CHECK(refusal("[tv]\nname = \"fifteen letters\"").contains("1 to 14 letters"));
  CHECK(refusal("files = 1").contains("[files]"));
  CHECK(refusal("hub = \"ftp://x\"").contains("ftp://x"));
  CHECK(refusal("name = \"@hub\"").contains("name"));
}

}  // namespace malinka::agent
