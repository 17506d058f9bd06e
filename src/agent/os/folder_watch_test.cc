// SPDX-License-Identifier: MIT
#include "agent/os/folder_watch.h"

#include <doctest/doctest.h>
#include <sys/inotify.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace malinka::agent::os {

TEST_CASE("what comes and goes in a folder is told by name, and nothing after the watch ended") {
  std::string folder = "/tmp/malinka-folder-XXXXXX";
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const auto loop = *net::Loop::create();
  std::vector<std::string> told;
  auto watch =
      FolderWatch::open(*loop, folder, IN_CREATE | IN_DELETE, [&](const FolderChanges& changes) {
        CHECK_FALSE(changes.has_lost_some);
        told.insert(told.end(), changes.names.begin(), changes.names.end());
      });
  REQUIRE(watch);
  std::ofstream(folder + "/cec0") << "x";
  std::ofstream(folder + "/cec1") << "x";
  std::filesystem::remove(folder + "/cec0");
  loop->run_turn(std::chrono::seconds(1));
  CHECK(told == std::vector<std::string>{"cec0", "cec1", "cec0"});
  watch->reset();
  std::filesystem::remove_all(folder);
  loop->run_turn(std::chrono::milliseconds(0));
  CHECK(told.size() == 3);
}

TEST_CASE("a folder that is not there cannot be watched") {
  const auto loop = *net::Loop::create();
  CHECK_FALSE(FolderWatch::open(*loop, "/no/such/folder", IN_CREATE, [](const FolderChanges&) {}));
}

}  // namespace malinka::agent::os
