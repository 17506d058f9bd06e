// SPDX-License-Identifier: MIT
#include "malinka/pairing.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "client/sealing.h"

namespace malinka {
namespace {

/// A state folder that is gone with the test.
struct StateFolder {
  StateFolder() {
    REQUIRE(::mkdtemp(outer.data()) != nullptr);
    path = outer + "/state";
  }
  ~StateFolder() { std::filesystem::remove_all(outer); }
  std::string outer = "/tmp/malinka-pairing-XXXXXX";
  std::string path;
};

mode_t mode_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a pairing is a channel that nobody knows, and a password of 128 bits") {
  const ChannelLink pairing = make_pairing("ws://h");
  CHECK(pairing.hub == "ws://h");
  CHECK(pairing.channel.starts_with("home-"));
  CHECK(pairing.channel.size() == 13);
  CHECK(pairing.password.size() == 26 + 6);  // Base32, and hyphens between groups of four.
  const ChannelLink another = make_pairing("ws://h");
  CHECK(another.channel != pairing.channel);
  CHECK(another.password != pairing.password);
}

TEST_CASE("a pairing is kept for its owner's eyes alone") {
  const StateFolder folder;
  CHECK_FALSE(read_pairing(folder.path).value());
  const ChannelLink pairing{"wss://hub.example", "home-\U0001F373", "a \"secret\"\n"};
  REQUIRE(write_pairing(folder.path, pairing));
  CHECK(read_pairing(folder.path).value() == pairing);
  CHECK(mode_of(pairing_path(folder.path)) == 0600);
  CHECK(mode_of(folder.path) == 0700);
}

TEST_CASE("a file that is no pairing is told with a way out") {
  const StateFolder folder;
  REQUIRE(write_pairing(folder.path, make_pairing("ws://h")));
  for (const char* const text : {"", "{", "[]", R"({"hub":"ws://h","channel":"home"})",
                                 R"({"hub":"ws://h","channel":"home","password":""})",
                                 R"({"hub":"ws://h","channel":"@hub","password":"secret"})"}) {
    CAPTURE(text);
    std::ofstream(pairing_path(folder.path)) << text;
    const auto pairing = read_pairing(folder.path);
    REQUIRE_FALSE(pairing);
    CHECK(pairing.error().context.contains("remove it"));
  }
}

TEST_CASE("a device's fingerprint can be told without its agent, once it has one") {
  const StateFolder folder;
  CHECK(own_fingerprint(folder.path).value().empty());
  CHECK_FALSE(std::filesystem::exists(folder.path));
  REQUIRE(client::load_identity(client::identity_path(folder.path)));
  const auto fingerprint = own_fingerprint(folder.path);
  REQUIRE(fingerprint);
  CHECK(fingerprint->size() == 26 + 6);
  CHECK(own_fingerprint(folder.path).value() == *fingerprint);
}

}  // namespace malinka
