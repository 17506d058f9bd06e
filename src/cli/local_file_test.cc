// SPDX-License-Identifier: MIT
#include "cli/local_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/limits.h"
#include "base/random.h"

namespace malinka::cli {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with the test.
struct TemporaryFolder {
  fs::path path = fs::temp_directory_path() / ("malinka-" + base::random_text(48));
  TemporaryFolder() { fs::create_directory(path); }
  ~TemporaryFolder() { fs::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return path / name; }
  [[nodiscard]] std::ptrdiff_t count() const {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
  }
};

TEST_CASE("a file comes back as it was written, mode included") {
  const TemporaryFolder folder;
  REQUIRE(write_local_file(folder.file("a"), as_bytes("hello"), "0600", Overwrite::no));
  const auto read = read_local_file(folder.file("a"));
  REQUIRE(read);
  CHECK(read->content == "hello");
  CHECK(read->mode == "0600");
  CHECK(folder.count() == 1);
}

TEST_CASE("an existing file is written over only when asked, and keeps its mode") {
  const TemporaryFolder folder;
  REQUIRE(write_local_file(folder.file("a"), as_bytes("one"), "0600", Overwrite::no));
  const auto refused = write_local_file(folder.file("a"), as_bytes("two"), "0644", Overwrite::no);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().error.contains("-f"));
  CHECK(read_local_file(folder.file("a"))->content == "one");
  REQUIRE(write_local_file(folder.file("a"), as_bytes("two"), "0644", Overwrite::yes));
  CHECK(read_local_file(folder.file("a"))->content == "two");
  CHECK(read_local_file(folder.file("a"))->mode == "0600");
  CHECK(folder.count() == 1);
}

TEST_CASE("a link is followed, not replaced") {
  const TemporaryFolder folder;
  REQUIRE(write_local_file(folder.file("a"), as_bytes("one"), "", Overwrite::no));
  fs::create_symlink("a", folder.file("link"));
  REQUIRE(write_local_file(folder.file("link"), as_bytes("two"), "", Overwrite::yes));
  CHECK(fs::is_symlink(folder.file("link")));
  CHECK(read_local_file(folder.file("a"))->content == "two");
}

TEST_CASE("a device is written to, not replaced") {
  CHECK(write_local_file("/dev/null", as_bytes("gone"), "", Overwrite::yes));
  CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("a file that is too large, a folder and an absent file say what is wrong") {
  const TemporaryFolder folder;
  std::ofstream(folder.file("big")).close();
  fs::resize_file(folder.file("big"), limits::file_message_bytes_max + 1);
  CHECK(read_local_file(folder.file("big")).error().error.contains("streams"));
  CHECK(read_local_file(folder.path).error().error.contains("folder"));
  CHECK(read_local_file(folder.file("absent")).error().error.contains("No such file"));
  CHECK_FALSE(write_local_file(folder.file("absent/a"), as_bytes("x"), "", Overwrite::no));
}

}  // namespace
}  // namespace malinka::cli
