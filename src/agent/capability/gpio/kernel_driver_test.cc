// SPDX-License-Identifier: MIT
// What can be seen without a chip; the rest is seen in tests/hardware.
#include "agent/capability/gpio/kernel_driver.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace malinka::agent::gpio {
namespace {

namespace fs = std::filesystem;

struct Folder {
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "malinka-dev-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    path = root + "/dev";
    fs::create_directory(path);
  }
  ~Folder() { fs::remove_all(root); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void add(const std::string& name) const { std::ofstream(path + "/" + name) << ""; }

  std::string root;
  std::string path;
};

}  // namespace

TEST_CASE("chips are found by number, without links and other devices") {
  const Folder folder;
  for (const char* const name : {"gpiochip10", "gpiochip2", "gpiochip0", "null"}) folder.add(name);
  fs::create_symlink("gpiochip0", folder.path + "/gpiochip4");
  const auto loop = *net::Loop::create();
  const KernelDriver driver(*loop, folder.root);
  CHECK(driver.chip_names() == std::vector<std::string>{"gpiochip0", "gpiochip2", "gpiochip10"});
}

TEST_CASE("what is no chip is not opened") {
  const Folder folder;
  folder.add("gpiochip0");
  const auto loop = *net::Loop::create();
  KernelDriver driver(*loop, folder.root);
  CHECK_FALSE(driver.open("gpiochip0"));
  CHECK_FALSE(driver.open("gpiochip1"));
}

TEST_CASE("a chip that comes or goes is told") {
  const Folder folder;
  const auto loop = *net::Loop::create();
  KernelDriver driver(*loop, folder.root);
  int changes = 0;
  driver.on_change([&] { ++changes; });
  folder.add("null");
  loop->run_turn(std::chrono::milliseconds(0));
  CHECK(changes == 0);
  folder.add("gpiochip0");
  loop->run_turn(std::chrono::seconds(10));
  CHECK(changes == 1);
  fs::remove(folder.path + "/gpiochip0");
  loop->run_turn(std::chrono::seconds(10));
  CHECK(changes == 2);
}

}  // namespace malinka::agent::gpio
