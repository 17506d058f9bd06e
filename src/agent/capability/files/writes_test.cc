// SPDX-License-Identifier: MIT
#include "agent/capability/files/writes.h"

#include "agent/capability/files/test_support.h"
#include "base/sha256.h"

namespace malinka::agent::files {
namespace {

using test::Tree;

Json file(const Tree& tree, const std::string& name, std::size_t size) {
  return {{"path", tree.path(name)}, {"size", size}};
}

Reply unpack(const Tree& tree, Json files, const std::string& contents) {
  return tree.run("unpack", {{"files", std::move(files)}}, contents);
}

int code_of(const Reply& reply, std::size_t index) {
  return reply.value->at("files").at(index).value("code", 200);
}

}  // namespace

TEST_CASE("each of many files has its part of the contents, and its entry") {
  const Tree tree;
  Json files = Json::array();
  std::string contents;
  for (int i = 0; i < 40; ++i) {
    const std::string content(static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
    files.push_back(file(tree, std::to_string(i), content.size()));
    files.back()["sha256"] = base::sha256_hex(as_bytes(content));
    contents += content;
  }
  const Reply reply = unpack(tree, files, contents);
  REQUIRE(reply.code == ResponseCode::done);
  REQUIRE(reply.value->at("files").size() == 40);
  CHECK(reply.value->at("files").at(7).at("path") == tree.path("7"));
  CHECK(reply.value->at("files").at(7).at("size") == 7);
  CHECK(tree.read("0").empty());
  CHECK(tree.read("39") == std::string(39, 'n'));
  CHECK(tree.count() == 40);
}

TEST_CASE("a file that cannot be written keeps none of the others back") {
  const Tree tree;
  tree.write("there", "old");
  Json files = {file(tree, "one", 1), file(tree, "there", 1), file(tree, "no/folder", 1),
                file(tree, "other", 1), file(tree, "last", 1)};
  files[3]["sha256"] = std::string(64, '0');
  files.push_back({{"path", "/etc/outside"}, {"size", 1}});
  const Reply reply = unpack(tree, files, "123456");
  REQUIRE(reply.code == ResponseCode::done);
  CHECK(code_of(reply, 0) == 200);
  CHECK(code_of(reply, 1) == 409);
  CHECK(code_of(reply, 2) == 404);
  CHECK(code_of(reply, 3) == 500);
  CHECK(code_of(reply, 4) == 200);
  CHECK(code_of(reply, 5) == 403);
  CHECK(reply.value->at("files").at(1).at("error").get<std::string>().contains("overwrite"));
  CHECK(tree.read("there") == "old");
  CHECK(tree.read("last") == "5");
  CHECK(tree.count() == 3);
}

TEST_CASE("sizes that are not those of the contents write nothing") {
  const Tree tree;
  CHECK(unpack(tree, {file(tree, "a", 2), file(tree, "b", 2)}, "abc").code != ResponseCode::done);
  CHECK(unpack(tree, {file(tree, "a", 1), file(tree, "b", 1)}, "abc").code != ResponseCode::done);
  CHECK(unpack(tree, {file(tree, "a", 8388608), file(tree, "b", 8388608)}, "").code !=
        ResponseCode::done);
  CHECK(tree.count() == 0);
}

TEST_CASE("of two files of one name in a message, the first is there") {
  const Tree tree;
  const Reply reply = unpack(tree, {file(tree, "a", 1), file(tree, "a", 1)}, "12");
  CHECK(code_of(reply, 0) == 200);
  CHECK(code_of(reply, 1) == 409);
  CHECK(tree.read("a") == "1");
  CHECK(tree.count() == 1);
}

TEST_CASE("a disk that fills up is said of each file that had no room, and keeps none of it") {
  const Tree tree;
  const int ended = test::run_in_child([&] {
    if (!tree.put_on_small_disk()) return test::not_possible;
    Json files = Json::array();
    for (int i = 0; i < 8; ++i) files.push_back(file(tree, std::to_string(i), 65536));
    const Reply reply = unpack(tree, files, std::string(8 * 65536, 'x'));
    std::size_t written = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      if (code_of(reply, i) == 200)
        ++written;
      else if (code_of(reply, i) != 507)
        return 1;
    }
    return written > 0 && written < 8 && tree.count() == written ? 0 : 2;
  });
  if (ended == test::not_possible) return;
  CHECK(ended == 0);
}

}  // namespace malinka::agent::files
