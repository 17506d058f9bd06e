// SPDX-License-Identifier: MIT
#include "base/private_files.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

TEST_CASE("a private file that root replaces stays its owner's") {
  if (geteuid() != 0) return;  // Nobody else may give files away.
  constexpr uid_t service = 12345;
  const Folder folder;
  const std::string path = folder.path + "/secret";
  REQUIRE(write_private_file(path, "one"));
  REQUIRE(chown(path.c_str(), service, service) == 0);
  REQUIRE(write_private_file(path, "two"));
  struct stat status{};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK(status.st_uid == service);
  CHECK(mode_of(path) == 0600);
}

TEST_CASE("a private file that is there already is not created again") {
  const Folder folder;
  const std::string path = folder.path + "/a/secret";
  REQUIRE(create_private_file(path, "one"));
  CHECK(mode_of(path) == 0600);
  CHECK(create_private_file(path, "two").error().code == std::errc::file_exists);
  CHECK(text_of(path) == "one");
  const std::filesystem::directory_iterator files(folder.path + "/a");
  CHECK(std::distance(begin(files), end(files)) == 1);
}

TEST_CASE("a locked file grows by lines, and one that was cut short swallows none") {
  const Folder folder;
  const std::string path = folder.path + "/a/list";
  REQUIRE(LockedFile::open(path)->append_line("one"));
  std::ofstream(path, std::ios::app) << "cut";
  const auto file = LockedFile::open(path);
  REQUIRE(file);
  REQUIRE(file->append_line("two"));
  CHECK(file->read(100) == "one\ncut\ntwo\n");
  CHECK(mode_of(path) == 0600);
  CHECK(file->read(3).error().code == std::errc::file_too_large);
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
