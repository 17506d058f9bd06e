// SPDX-License-Identifier: MIT
// What may be under the name of a part, and what is done with it.
#include "agent/capability/files/part_file.h"

#include "agent/capability/files/files_error.h"
#include "agent/capability/files/transfer_test_support.h"

namespace malinka::agent::files {
namespace {

using test::hash_of;
using test::Tree;

constexpr const char* part_name = ".malinka-0123456789abcdef.part";

Result<PartFile> open_part(const Tree& tree, std::uint64_t bytes = 4,
                           Replacing replacing = Replacing::no) {
  const auto place = tree.roots().find(tree.path("file"));
  REQUIRE(place);
  return PartFile::open(
      *place,
      {.name = "0123456789abcdef", .bytes = bytes, .wish = {.replacing = replacing, .mode = {}}},
      *std::make_shared<FolderSyncs>());
}

void fill(PartFile& part, std::string_view text) {
  REQUIRE(part.sink().catch_up());
  REQUIRE(part.sink().append(as_bytes(text)));
}

}  // namespace

TEST_CASE("a link under the name of a part makes room, and what it leads to is not touched") {
  const Tree tree;
  tree.write("mine", "mine");
  tree.link(part_name, "mine");
  auto part = open_part(tree);
  REQUIRE(part);
  CHECK(part->size() == 0);
  fill(*part, "text");
  REQUIRE(part->put(hash_of("text")));
  CHECK(tree.read("file") == "text");
  CHECK(tree.read("mine") == "mine");
}

TEST_CASE("a file that has another name too is not written to") {
  const Tree tree;
  tree.write("mine", "mi");
  REQUIRE(::link(tree.path("mine").c_str(), tree.path(part_name).c_str()) == 0);
  auto part = open_part(tree);
  REQUIRE(part);
  CHECK(part->size() == 0);
  fill(*part, "text");
  REQUIRE(part->put(hash_of("text")));
  CHECK(tree.read("mine") == "mi");
}

TEST_CASE("a file of somebody else is not gone on with, nor handed on as ours") {
  if (geteuid() != 0) {
    MESSAGE("skipped: only root gives files away");
    return;
  }
  const Tree tree;
  tree.write(part_name, "te");
  REQUIRE(chown(tree.path(part_name).c_str(), 12345, 12345) == 0);
  auto part = open_part(tree);
  REQUIRE(part);
  CHECK(part->size() == 0);
  fill(*part, "text");
  REQUIRE(part->put(hash_of("text")));
  struct stat status{};
  REQUIRE(stat(tree.path("file").c_str(), &status) == 0);
  CHECK(status.st_uid == 0);
}

TEST_CASE("what is no file under the name of a part is left alone, and told of") {
  const Tree tree;
  REQUIRE(mkfifo(tree.path(part_name).c_str(), 0600) == 0);
  const auto part = open_part(tree);
  REQUIRE_FALSE(part);
  CHECK(part.error().code == FilesError::special_in_the_way);
  CHECK(part.error().context == tree.path("file"));
  CHECK(tree.has(part_name));
}

TEST_CASE("a part that was put in its place is not gone on with") {
  const Tree tree;
  {
    auto part = open_part(tree);
    REQUIRE(part);
    fill(*part, "text");
    REQUIRE(part->put(hash_of("text")));
  }
  const auto again = open_part(tree, 4, Replacing::yes);
  REQUIRE(again);
  CHECK(again->size() == 0);
  CHECK(tree.read("file") == "text");
}

TEST_CASE("a part that is discarded while it is open makes way for the next attempt") {
  const Tree tree;
  auto first = open_part(tree);
  REQUIRE(first);
  fill(*first, "te");
  first->discard();
  const auto second = open_part(tree);
  REQUIRE(second);
  CHECK(second->size() == 0);
}

TEST_CASE("a part is nobody else's to read") {
  const Tree tree;
  const auto part = open_part(tree);
  struct stat status{};
  REQUIRE(stat(tree.path(part_name).c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
}

}  // namespace malinka::agent::files
