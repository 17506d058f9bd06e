// SPDX-License-Identifier: MIT
#include "agent/capability/files/operations.h"

#include "agent/capability/files/test_support.h"
#include "base/limits.h"

namespace malinka::agent::files {
namespace {

using test::Tree;

std::vector<std::string> names_in(const Reply& reply) {
  std::vector<std::string> names;
  for (const Json& entry : reply.value->at("entries")) names.push_back(entry.at("name"));
  return names;
}

}  // namespace

TEST_CASE("a folder is listed by name, in byte order") {
  const Tree tree;
  for (const char* const name : {"b", "a", "Z", "\u00e9", ".hidden"}) tree.write(name, "x");
  const Reply reply = tree.run("list", {{"path", tree.root()}});
  CHECK(names_in(reply) == std::vector<std::string>{".hidden", "Z", "a", "b", "\u00e9"});
  CHECK(reply.value->at("total") == 5);
  CHECK(reply.value->at("path") == tree.root());
}

TEST_CASE("an entry has all that the contract promises") {
  const Tree tree;
  tree.write("file", "12345");
  chmod(tree.path("file").c_str(), 0640);
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
                             {.tv_sec = 1'000'000'000, .tv_nsec = 0}};
  utimensat(AT_FDCWD, tree.path("file").c_str(), times, 0);
  CHECK(*tree.run("stat", {{"path", "file"}}).value ==
        Json({{"name", "file"},
              {"path", tree.path("file")},
              {"type", "file"},
              {"size", 5},
              {"modified", "2001-09-09T01:46:40.000Z"},
              {"mode", "0640"}}));
}

TEST_CASE("a list comes in pages that fit together") {
  const Tree tree;
  for (int i = 0; i < 25; ++i) tree.write(std::to_string(100 + i), "");
  std::vector<std::string> all;
  for (int offset = 0; offset < 40; offset += 10) {
    const Reply reply =
        tree.run("list", {{"path", tree.root()}, {"offset", offset}, {"limit", 10}});
    CHECK(reply.value->at("total") == 25);
    for (std::string& name : names_in(reply)) all.push_back(std::move(name));
  }
  CHECK(all.size() == 25);
  CHECK(std::ranges::is_sorted(all));
}

TEST_CASE("a folder of 200,000 entries is paged like any other") {
  const Tree tree;
  // Links to one file: names cost little, files would cost minutes on a slow disk.
  tree.write("0", "");
  int made = 1;
  while (made < 200'000 &&
         link(tree.path("0").c_str(), tree.path(std::to_string(made)).c_str()) == 0)
    ++made;
  for (; made < 200'000; ++made)
    REQUIRE(mknod(tree.path(std::to_string(made)).c_str(), S_IFREG | 0600, 0) == 0);
  const Reply reply = tree.run("list", {{"path", tree.root()}, {"offset", 199'999}, {"limit", 10}});
  REQUIRE(reply.code == ResponseCode::done);
  CHECK(reply.value->at("total") == 200'000);
  CHECK(names_in(reply) == std::vector<std::string>{"99999"});
}

TEST_CASE("the top lists the roots that are there") {
  const Tree tree;
  const Roots roots({tree.root(), "/no/such/folder"});
  const Command list{"files.list", "phone", std::make_shared<const Json>(Json{{"path", "/"}}), {}};
  const Reply reply = carry_out(roots, list);
  CHECK(names_in(reply) == std::vector<std::string>{tree.root()});
  CHECK(reply.value->at("entries")[0].at("path") == tree.root());
  const Command stat{"files.stat", "phone", std::make_shared<const Json>(Json{{"path", "/"}}), {}};
  CHECK(carry_out(roots, stat).value->at("type") == "folder");
}

TEST_CASE("a root that went away and came back is there again") {
  const Tree tree;
  const Roots roots = tree.roots();
  const Command list{
      "files.list", "phone", std::make_shared<const Json>(Json{{"path", tree.root()}}), {}};
  std::filesystem::rename(tree.root(), tree.root() + "-away");
  CHECK(carry_out(roots, list).code == ResponseCode::not_found);
  CHECK(roots.problems().size() == 1);
  std::filesystem::rename(tree.root() + "-away", tree.root());
  CHECK(carry_out(roots, list).code == ResponseCode::done);
  CHECK(roots.problems().empty());
}

TEST_CASE("a file is read whole, with its entry") {
  const Tree tree;
  const std::string content("a\0\xFF\n", 4);
  tree.write("file", content);
  const Reply reply = tree.run("read", {{"path", "file"}});
  CHECK(reply.value->at("size") == 4);
  CHECK(reply.blob->name == "file");
  CHECK(as_text(*reply.blob->content) == content);
}

TEST_CASE("a file of 8 MiB is read, and one of a byte more is not") {
  const Tree tree;
  tree.write("file", "");
  REQUIRE(truncate(tree.path("file").c_str(), limits::file_message_bytes_max) == 0);
  CHECK(tree.run("read", {{"path", "file"}}).blob->size() == limits::file_message_bytes_max);
  REQUIRE(truncate(tree.path("file").c_str(), limits::file_message_bytes_max + 1) == 0);
  const Reply reply = tree.run("read", {{"path", "file"}});
  CHECK(reply.code == ResponseCode::too_large);
  CHECK(reply.error.contains("larger than 8 MiB"));
}

TEST_CASE("a folder is not read as a file, nor a file listed as a folder") {
  const Tree tree;
  tree.write("file", "x");
  CHECK(tree.run("read", {{"path", tree.root()}}).error.contains("list it instead"));
  CHECK(tree.run("list", {{"path", "file"}}).code == ResponseCode::malformed);
  CHECK(tree.run("read", {{"path", "none"}}).code == ResponseCode::not_found);
}

TEST_CASE("a file is moved, and never over another unless asked") {
  const Tree tree;
  tree.write("one", "1");
  tree.write("two", "2");
  const Reply refused = tree.run("move", {{"from", "one"}, {"to", "two"}});
  CHECK(refused.code == ResponseCode::conflict);
  CHECK(refused.error.contains("overwrite"));
  CHECK(tree.read("two") == "2");
  CHECK(tree.run("move", {{"from", "one"}, {"to", "two"}, {"overwrite", true}}).code ==
        ResponseCode::done);
  CHECK(tree.read("two") == "1");
  CHECK_FALSE(tree.has("one"));
}

TEST_CASE("a folder moves with all that is in it, but not into itself") {
  const Tree tree;
  tree.make_folder("a/b");
  tree.write("a/b/file", "x");
  CHECK(tree.run("move", {{"from", "a"}, {"to", "c"}}).value->at("type") == "folder");
  CHECK(tree.read("c/b/file") == "x");
  CHECK(tree.run("move", {{"from", "c"}, {"to", "c/b/d"}}).error.contains("into itself"));
}

TEST_CASE("a move to another file system says what to do instead") {
  const Tree tree;
  tree.write("file", "x");
  struct stat here{}, there{};
  REQUIRE(stat(tree.root().c_str(), &here) == 0);
  if (stat("/dev/shm", &there) != 0 || here.st_dev == there.st_dev ||
      access("/dev/shm", W_OK) != 0) {
    MESSAGE("skipped: there is no second file system to move to");
    return;
  }
  const std::string target = "/dev/shm/malinka-" + std::to_string(getpid());
  const Command move{
      "files.move",
      "phone",
      std::make_shared<const Json>(Json{{"from", tree.path("file")}, {"to", target}}),
      {}};
  const Reply reply = carry_out(Roots({tree.root(), "/dev/shm"}), move);
  CHECK(reply.code == ResponseCode::not_supported);
  CHECK(reply.error.contains("copy it there"));
  CHECK(tree.has("file"));
}

TEST_CASE("a folder with something in it is removed only when asked to") {
  const Tree tree;
  tree.make_folder("a/b");
  tree.write("a/file", "x");
  tree.link("a/link", tree.outside());
  const Reply refused = tree.run("remove", {{"path", "a"}});
  CHECK(refused.code == ResponseCode::conflict);
  CHECK(refused.error.contains("recursive"));
  CHECK(tree.run("remove", {{"path", "a"}, {"recursive", true}}).value->at("removed") == 4);
  CHECK_FALSE(tree.has("a"));
  CHECK(std::filesystem::exists(tree.outside() + "/secret"));
}

TEST_CASE("an empty folder, a file and a link are removed one by one") {
  const Tree tree;
  tree.make_folder("folder");
  tree.write("file", "x");
  tree.link("link", "file");
  for (const char* const name : {"folder", "link", "file"})
    CHECK(tree.run("remove", {{"path", name}}).value->at("removed") == 1);
  CHECK(tree.count() == 0);
  CHECK(tree.run("remove", {{"path", "file"}}).code == ResponseCode::not_found);
}

TEST_CASE("a root is never removed, moved or replaced, whatever path leads to it") {
  const Tree tree;
  tree.make_folder("inner");
  tree.link("link", ".");
  const Roots roots({tree.root(), tree.path("inner")});
  const auto run = [&](const char* name, Json value) {
    return carry_out(roots, {name, "phone", std::make_shared<const Json>(std::move(value)), {}});
  };
  for (const std::string& path : {tree.root(), tree.path("inner"), tree.path("link/inner")}) {
    CAPTURE(path);
    CHECK(run("files.remove", {{"path", path}, {"recursive", true}}).code == ResponseCode::denied);
    CHECK(run("files.move", {{"from", path}, {"to", tree.path("gone")}}).code ==
          ResponseCode::denied);
  }
  CHECK(tree.has("inner"));
}

TEST_CASE("a tree with a root inside is left where the root begins") {
  const Tree tree;
  tree.make_folder("a/inner");
  tree.write("a/inner/file", "x");
  const Roots roots({tree.root(), tree.path("a/inner")});
  const Command remove{
      "files.remove",
      "phone",
      std::make_shared<const Json>(Json{{"path", tree.path("a")}, {"recursive", true}}),
      {}};
  CHECK(carry_out(roots, remove).code == ResponseCode::denied);
  CHECK(tree.read("a/inner/file") == "x");
}

TEST_CASE("a tree is followed as deep as the limit says, and no deeper") {
  const Tree tree;
  const auto make_depth = [&](std::size_t depth) {
    std::string name = "deep";
    for (std::size_t i = 1; i < depth; ++i) name += "/d";
    tree.make_folder(name);
  };
  make_depth(limits::files_depth_max);
  CHECK(tree.run("remove", {{"path", "deep"}, {"recursive", true}}).value->at("removed") ==
        limits::files_depth_max);
  make_depth(limits::files_depth_max + 1);
  CHECK(tree.run("remove", {{"path", "deep"}, {"recursive", true}}).code ==
        ResponseCode::too_large);
}

TEST_CASE("a folder is made, with those above it when asked") {
  const Tree tree;
  CHECK(tree.run("mkdir", {{"path", "a"}}).value->at("type") == "folder");
  CHECK(tree.run("mkdir", {{"path", "a"}}).code == ResponseCode::conflict);
  CHECK(tree.run("mkdir", {{"path", "x/y/z"}}).code == ResponseCode::not_found);
  CHECK(tree.run("mkdir", {{"path", "x/y/z"}, {"parents", true}}).code == ResponseCode::done);
  CHECK(tree.run("mkdir", {{"path", "x/y/z"}, {"parents", true}}).code == ResponseCode::done);
  CHECK(tree.run("mkdir", {{"path", tree.root()}, {"parents", true}}).code == ResponseCode::done);
  CHECK(tree.has("x/y/z"));
}

TEST_CASE("parents are not made through two dots out of the root, nor through a file") {
  const Tree tree;
  tree.write("file", "x");
  CHECK(tree.run("mkdir", {{"path", "a/../b"}, {"parents", true}}).code == ResponseCode::done);
  CHECK(tree.has("b"));
  CHECK(tree.run("mkdir", {{"path", "../outside/c"}, {"parents", true}}).code ==
        ResponseCode::denied);
  CHECK(tree.run("mkdir", {{"path", "file/c"}, {"parents", true}}).code == ResponseCode::malformed);
  CHECK(tree.run("mkdir", {{"path", "file"}, {"parents", true}}).code == ResponseCode::malformed);
}

}  // namespace malinka::agent::files
