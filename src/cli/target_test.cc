// SPDX-License-Identifier: MIT
#include "cli/target.h"

#include <doctest/doctest.h>

namespace malinka::cli {
namespace {

TEST_CASE("a target splits at the first colon") {
  const auto target = parse_target("kitchen:/tmp/a:b");
  REQUIRE(target);
  CHECK(target->device == "kitchen");
  CHECK(target->path == "/tmp/a:b");
  CHECK(target->text() == "kitchen:/tmp/a:b");
}

TEST_CASE("a path here has no colon, or a slash before it") {
  for (const std::string text : {"a.txt", "./a:b", "/tmp/a:b", "..", "-"}) {
    const auto target = parse_target(text);
    REQUIRE(target);
    CHECK_FALSE(target->is_remote());
    CHECK(target->path == text);
  }
  CHECK(parse_target("-")->is_standard_stream());
}

TEST_CASE("a path on a device must be absolute") {
  const auto target = parse_target("kitchen:notes.txt");
  REQUIRE_FALSE(target);
  CHECK(target.error().exit_code == ExitCode::usage);
  CHECK(target.error().error.contains("kitchen:/notes.txt"));
  CHECK_FALSE(parse_target(":/etc"));
  CHECK_FALSE(parse_target(""));
}

TEST_CASE("a device alone means its root") {
  CHECK(parse_remote_target("kitchen")->path == "/");
  CHECK(parse_remote_target("kitchen:")->path == "/");
  CHECK(parse_remote_target("kitchen:/etc")->path == "/etc");
  CHECK_FALSE(parse_remote_target("/etc"));
}

TEST_CASE("the name of a file is the last part of its path") {
  CHECK(file_name_of("/tmp/a.txt") == "a.txt");
  CHECK(file_name_of("a.txt") == "a.txt");
  CHECK(file_name_of("/tmp/folder//") == "folder");
  CHECK(file_name_of("/").empty());
}

TEST_CASE("a path joins a folder and a name with one slash") {
  CHECK(join_path("/tmp", "a") == "/tmp/a");
  CHECK(join_path("/tmp/", "a") == "/tmp/a");
  CHECK(join_path("/", "a") == "/a");
}

}  // namespace
}  // namespace malinka::cli
