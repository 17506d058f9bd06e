// SPDX-License-Identifier: MIT
#include "cli/local_ends.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "base/random.h"
#include "base/sha256.h"

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
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream stream(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
};

std::string hash_of(std::string_view text) { return base::sha256_hex(as_bytes(text)); }

StreamBytes chunk(std::string_view text) { return std::make_shared<const Bytes>(to_bytes(text)); }

FileFacts facts_of(std::string_view text, std::string mode = "0600") {
  return {.bytes = text.size(), .mode = std::move(mode), .modified = "2001-09-09T01:46:40.500Z"};
}

/// Writes all of it in one attempt.
Attempt<void> write(const std::string& path, std::string_view text, Overwrite overwrite,
                    const FileFacts& facts) {
  const auto sink = make_local_sink(path, overwrite);
  if (auto begun = sink->begin(facts, "transfer1"); !begun) return std::unexpected(begun.error());
  if (auto written = sink->write(chunk(text)); !written) return written;
  if (auto finished = sink->finish(hash_of(text)); !finished)
    return std::unexpected(finished.error());
  return {};
}

TEST_CASE("a file has the content, mode and time that it was sent with, and nothing is beside it") {
  const TemporaryFolder folder;
  REQUIRE(write(folder.file("a"), "hello", Overwrite::no, facts_of("hello")));
  CHECK(folder.read("a") == "hello");
  struct stat status{};
  REQUIRE(::stat(folder.file("a").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(status.st_mtim.tv_sec == 1'000'000'000);
  CHECK(status.st_mtim.tv_nsec == 500'000'000);
  CHECK(folder.count() == 1);
  const auto facts = make_local_source(folder.file("a"))->look();
  REQUIRE(facts);
  CHECK(facts->bytes == 5);
  CHECK(facts->mode == "0600");
  CHECK(facts->modified == "2001-09-09T01:46:40.500Z");
}

TEST_CASE("an existing file is written over only when asked, and keeps its mode") {
  const TemporaryFolder folder;
  REQUIRE(write(folder.file("a"), "one", Overwrite::no, facts_of("one")));
  const auto refused = write(folder.file("a"), "two", Overwrite::no, facts_of("two", "0644"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().error.contains("-f"));
  CHECK(folder.read("a") == "one");
  REQUIRE(write(folder.file("a"), "two", Overwrite::yes, facts_of("two", "0644")));
  CHECK(folder.read("a") == "two");
  CHECK(make_local_source(folder.file("a"))->look()->mode == "0600");
}

TEST_CASE("a link is followed, not replaced") {
  const TemporaryFolder folder;
  REQUIRE(write(folder.file("a"), "one", Overwrite::no, facts_of("one")));
  fs::create_symlink("a", folder.file("link"));
  REQUIRE(write(folder.file("link"), "two", Overwrite::yes, facts_of("two")));
  CHECK(fs::is_symlink(folder.file("link")));
  CHECK(folder.read("a") == "two");
}

TEST_CASE("what broke off is gone on with, and its hash is that of the whole") {
  const TemporaryFolder folder;
  {
    const auto sink = make_local_sink(folder.file("a"), Overwrite::no);
    REQUIRE(sink->begin(facts_of("onetwo"), "transfer1") == 0);
    REQUIRE(sink->write(chunk("one")));
  }
  CHECK_FALSE(fs::exists(folder.file("a")));
  const auto sink = make_local_sink(folder.file("a"), Overwrite::no);
  REQUIRE(sink->begin(facts_of("onetwo"), "transfer1") == 3);
  REQUIRE(sink->write(chunk("two")));
  REQUIRE(sink->finish(hash_of("onetwo")));
  CHECK(folder.read("a") == "onetwo");
  CHECK(folder.count() == 1);
}

TEST_CASE("what has another hash than was sent is not kept") {
  const TemporaryFolder folder;
  const auto sink = make_local_sink(folder.file("a"), Overwrite::no);
  REQUIRE(sink->begin(facts_of("one"), "transfer1"));
  REQUIRE(sink->write(chunk("one")));
  CHECK(sink->finish(hash_of("two")).error().error.contains("its hash differs"));
  CHECK(folder.count() == 0);
}

TEST_CASE("two copies of the same file at once do not spoil each other") {
  const TemporaryFolder folder;
  const auto first = make_local_sink(folder.file("a"), Overwrite::no);
  const auto second = make_local_sink(folder.file("a"), Overwrite::no);
  REQUIRE(first->begin(facts_of("one"), "transfer1"));
  CHECK(second->begin(facts_of("one"), "transfer1").error().error.contains("another malinka"));
}

TEST_CASE("a device is written to, not replaced") {
  CHECK(write("/dev/null", "gone", Overwrite::yes, facts_of("gone")));
  CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("a source is read from where it is asked for, again and again") {
  const TemporaryFolder folder;
  REQUIRE(write(folder.file("a"), "onetwo", Overwrite::no, facts_of("onetwo")));
  const auto source = make_local_source(folder.file("a"));
  for (const std::size_t offset : {3UL, 0UL, 6UL}) {
    REQUIRE(source->begin(offset));
    std::string read;
    for (auto bytes = source->read(); !(*bytes)->empty(); bytes = source->read())
      read += as_text(**bytes);
    CHECK(read == std::string("onetwo").substr(offset));
    CHECK(source->hash() == hash_of("onetwo"));
  }
}

TEST_CASE("a folder and an absent file say what is wrong") {
  const TemporaryFolder folder;
  CHECK(make_local_source(folder.path)->look().error().error.contains("-r"));
  CHECK(make_local_source(folder.file("absent"))->look().error().error.contains("No such file"));
  CHECK_FALSE(write(folder.file("absent/a"), "x", Overwrite::no, facts_of("x")));
}

}  // namespace
}  // namespace malinka::cli
