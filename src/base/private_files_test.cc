// SPDX-License-Identifier: MIT
#include "base/private_files.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/files.h"

namespace malinka::base {
namespace {

struct Folder {
  Folder() {
    path = (std::filesystem::temp_directory_path() / "malinka-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path;
};

unsigned mode_of(const std::string& path) {
  struct stat status{};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

std::string text_of(const std::string& path) { return read_file(path, 1000).value_or("none"); }

}  // namespace

TEST_CASE("a private file, and the folders that it needs, are nobody else's") {
  const Folder folder;
  const std::string path = folder.path + "/a/b/secret";
  REQUIRE(write_private_file(path, "one"));
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(folder.path + "/a") == 0700);
  CHECK(mode_of(folder.path + "/a/b") == 0700);
}

TEST_CASE("a private file is replaced whole, and nothing else is left there") {
  const Folder folder;
  const std::string path = folder.path + "/secret";
  REQUIRE(write_private_file(path, "one, and longer"));
  REQUIRE(write_private_file(path, "two"));
  CHECK(text_of(path) == "two");
  const std::filesystem::directory_iterator files(folder.path);
  CHECK(std::distance(begin(files), end(files)) == 1);
}

TEST_CASE("a private file grows by what is appended") {
  const Folder folder;
  const std::string path = folder.path + "/a/list";
  REQUIRE(append_private_file(path, "one\n"));
  REQUIRE(append_private_file(path, "two\n"));
  CHECK(text_of(path) == "one\ntwo\n");
  CHECK(mode_of(path) == 0600);
}

TEST_CASE("a private file that cannot be written says which, and leaves what was there") {
  const Folder folder;
  std::filesystem::create_directory(folder.path + "/taken");
  const auto written = write_private_file(folder.path + "/taken", "x");
  REQUIRE_FALSE(written);
  CHECK(written.error().context == folder.path + "/taken");
  CHECK(std::filesystem::is_directory(folder.path + "/taken"));
  const std::filesystem::directory_iterator files(folder.path);
  CHECK(std::distance(begin(files), end(files)) == 1);
}

TEST_CASE("the state folder is systemd's first, or in the person's home") {
  setenv("STATE_DIRECTORY", "/var/lib/malinka:/var/lib/other", 1);
  CHECK(state_folder() == "/var/lib/malinka");
  unsetenv("STATE_DIRECTORY");
  const std::string home = getenv("HOME") == nullptr ? "" : getenv("HOME");
  setenv("HOME", "/home/pi", 1);
  CHECK(state_folder() == "/home/pi/.local/state/malinka");
  if (home.empty())
    unsetenv("HOME");
  else
    setenv("HOME", home.c_str(), 1);
}

}  // namespace malinka::base
