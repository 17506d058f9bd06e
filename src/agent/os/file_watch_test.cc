// SPDX-License-Identifier: MIT
#include "agent/os/file_watch.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace malinka::agent::os {
namespace {

/// A watched file in a folder of its own; turns a loop until it was told of a change.
struct Scene {
  Scene() {
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    auto opened = FileWatch::open(*loop, path(), [this] { ++changes; });
    REQUIRE(opened);
    watch = *std::move(opened);
  }
  ~Scene() {
    watch.reset();
    std::filesystem::remove_all(folder);
  }
  [[nodiscard]] std::string path() const { return folder + "/pairing"; }
  void turn_until(int wanted) {
    for (int i = 0; i < 100 && changes < wanted; ++i)
      loop->run_turn(std::chrono::milliseconds(100));
  }

  std::string folder = "/tmp/malinka-watch-XXXXXX";
  std::unique_ptr<net::Loop> loop = *net::Loop::create();
  std::unique_ptr<FileWatch> watch;
  int changes = 0;
};

void write(const std::string& path) { std::ofstream(path) << "text"; }

TEST_CASE("a file that comes, is written and is replaced is told of each time") {
  Scene scene;
  write(scene.path());
  scene.turn_until(1);
  CHECK(scene.changes == 1);
  write(scene.path());
  scene.turn_until(2);
  CHECK(scene.changes == 2);
  write(scene.folder + "/new");
  std::filesystem::rename(scene.folder + "/new", scene.path());
  scene.turn_until(3);
  CHECK(scene.changes == 3);
}

TEST_CASE("of other files, and of one that goes, nothing is told") {
  Scene scene;
  write(scene.folder + "/pairing.other");
  write(scene.path());
  scene.turn_until(1);
  std::filesystem::remove(scene.path());
  write(scene.folder + "/another");
  write(scene.path());
  scene.turn_until(2);
  CHECK(scene.changes == 2);
}

TEST_CASE("a folder that is not there cannot be watched") {
  const auto loop = *net::Loop::create();
  const auto watch = FileWatch::open(*loop, "/nonexistent/pairing", [] {});
  REQUIRE_FALSE(watch);
  CHECK(watch.error().context == "/nonexistent/");
}

}  // namespace
}  // namespace malinka::agent::os
