// SPDX-License-Identifier: MIT
#include "agent/capability/files/whole_file.h"

#include "agent/capability/files/new_file.h"

#include <sys/resource.h>
#include <utime.h>

#include <csignal>

#include "agent/capability/files/test_support.h"
#include "base/limits.h"
#include "base/sha256.h"

namespace malinka::agent::files {
namespace {

using test::run_in_child;
using test::Tree;

mode_t mode_of(const Tree& tree, const char* name) {
  struct stat status{};
  REQUIRE(lstat(tree.path(name).c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a new file has its content, its mode and nothing beside it") {
  const Tree tree;
  const Reply reply = tree.run("write", {{"path", "file"}}, "content");
  CHECK(reply.value->at("size") == 7);
  CHECK(tree.read("file") == "content");
  CHECK(mode_of(tree, "file") == 0644);
  CHECK(tree.count() == 1);
}

TEST_CASE("a mode that is asked for is given, whatever the umask is") {
  const Tree tree;
  const mode_t before = umask(0077);
  CHECK(tree.run("write", {{"path", "a"}, {"mode", "0600"}}, "x").value->at("mode") == "0600");
  CHECK(tree.run("write", {{"path", "b"}, {"mode", "755"}}, "x").value->at("mode") == "0755");
  CHECK(tree.run("write", {{"path", "c"}}, "x").value->at("mode") == "0644");
  umask(before);
}

TEST_CASE("a file without content is a file") {
  const Tree tree;
  CHECK(tree.run("write", {{"path", "empty"}}, "").value->at("size") == 0);
  CHECK(tree.has("empty"));
}

TEST_CASE("an existing file is never replaced unless asked, and then keeps its mode") {
  const Tree tree;
  tree.write("file", "old");
  chmod(tree.path("file").c_str(), 0751);
  const Reply refused = tree.run("write", {{"path", "file"}}, "new");
  CHECK(refused.code == ResponseCode::conflict);
  CHECK(refused.error.contains("overwrite"));
  CHECK(tree.read("file") == "old");
  CHECK(tree.run("write", {{"path", "file"}, {"overwrite", true}}, "new").code ==
        ResponseCode::done);
  CHECK(tree.read("file") == "new");
  CHECK(mode_of(tree, "file") == 0751);
  CHECK(tree.count() == 1);
}

TEST_CASE("who reads a file while it is replaced has the old one to its end") {
  const Tree tree;
  tree.write("file", "old");
  std::ifstream reader(tree.path("file"));
  REQUIRE(tree.run("write", {{"path", "file"}, {"overwrite", true}}, "new").code ==
          ResponseCode::done);
  std::string content;
  reader >> content;
  CHECK(content == "old");
}

TEST_CASE("a folder is never replaced by a file") {
  const Tree tree;
  tree.make_folder("folder");
  const Reply reply = tree.run("write", {{"path", "folder"}, {"overwrite", true}}, "x");
  CHECK(reply.code == ResponseCode::conflict);
  CHECK(reply.error.contains("folder"));
  CHECK(tree.run("write", {{"path", tree.root()}}, "x").code == ResponseCode::denied);
}

TEST_CASE("a replaced file keeps its owner") {
  if (geteuid() != 0) return;  // Only root may give files away.
  const Tree tree;
  tree.write("file", "old");
  REQUIRE(chown(tree.path("file").c_str(), 65534, 65534) == 0);
  REQUIRE(tree.run("write", {{"path", "file"}, {"overwrite", true}}, "new").code ==
          ResponseCode::done);
  struct stat status{};
  REQUIRE(stat(tree.path("file").c_str(), &status) == 0);
  CHECK(status.st_uid == 65534);
}

TEST_CASE("more than 8 MiB are not written") {
  const Tree tree;
  const Reply reply =
      tree.run("write", {{"path", "file"}}, std::string(limits::file_message_bytes_max + 1, 'x'));
  CHECK(reply.code == ResponseCode::too_large);
  CHECK(tree.count() == 0);
  CHECK(tree.run("write", {{"path", "file"}}, std::string(limits::file_message_bytes_max, 'x'))
            .code == ResponseCode::done);
}

TEST_CASE("a write that fails half way leaves the old file, and nothing else") {
  const Tree tree;
  tree.write("file", "old");
  const int outcome = run_in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 100'000, .rlim_max = 100'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    const Reply reply =
        tree.run("write", {{"path", "file"}, {"overwrite", true}}, std::string(200'000, 'x'));
    return reply.code == ResponseCode::too_large ? 0 : 1;
  });
  CHECK(outcome == 0);
  CHECK(tree.read("file") == "old");
  CHECK(tree.count() == 1);
}

TEST_CASE("a full disk is told with 507, and nothing is left on it") {
  const Tree tree;
  const int outcome = run_in_child([&] {
    if (!tree.put_on_small_disk()) return test::not_possible;
    tree.write("file", "old");
    const Reply reply =
        tree.run("write", {{"path", "file"}, {"overwrite", true}}, std::string(1 << 20, 'x'));
    if (reply.code != ResponseCode::full) return 1;
    return tree.read("file") == "old" && tree.count() == 1 ? 0 : 2;
  });
  if (outcome == test::not_possible)
    MESSAGE("skipped: no file system may be mounted here");
  else
    CHECK(outcome == 0);
}

TEST_CASE("a file that comes in one message keeps the time that was said") {
  const Tree tree;
  const Json value = {{"path", "file"}, {"modified", "2019-05-04T03:02:01Z"}};
  REQUIRE(tree.run("write", value, "text").code == ResponseCode::done);
  CHECK(tree.run("stat", {{"path", "file"}}).value->at("modified") == "2019-05-04T03:02:01.000Z");
  const Reply refused = tree.run("write", {{"path", "other"}, {"modified", "yesterday"}}, "text");
  CHECK(refused.code == ResponseCode::malformed);
  CHECK_FALSE(tree.has("other"));
}

TEST_CASE("a file that does not hash to what was said is not written") {
  const Tree tree;
  CHECK(tree.run("write", {{"path", "file"}, {"sha256", std::string(64, '0')}}, "text").code ==
        ResponseCode::failed);
  CHECK_FALSE(tree.has("file"));
  CHECK(
      tree.run("write", {{"path", "file"}, {"sha256", base::sha256_hex(as_bytes("text"))}}, "text")
          .code == ResponseCode::done);
  CHECK(tree.read("file") == "text");
}

TEST_CASE("what a crash left behind is cleared up, and what is being written is not") {
  const Tree tree;
  tree.write("file", "old");
  tree.write(".malinka-0123456789abcdef.part", "half");
  tree.write(".malinka-fedcba9876543210.part", "half");
  const utimbuf yesterday{.actime = 0, .modtime = 0};
  REQUIRE(utime(tree.path(".malinka-0123456789abcdef.part").c_str(), &yesterday) == 0);
  REQUIRE(tree.run("write", {{"path", "file"}, {"overwrite", true}}, "new").code ==
          ResponseCode::done);
  CHECK_FALSE(tree.has(".malinka-0123456789abcdef.part"));
  CHECK(tree.has(".malinka-fedcba9876543210.part"));
}

TEST_CASE("a new file that is never put in its place leaves nothing") {
  const Tree tree;
  const Child child{UniqueFd(open(tree.root().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)), "file"};
  {
    Result<NewFile> file = NewFile::create(child);
    REQUIRE(file);
    REQUIRE(file->fill(as_bytes("half"), {}));
  }
  CHECK(tree.count() == 0);
}

TEST_CASE("of two writers of one new name, one wins whole") {
  const Tree tree;
  const Child child{UniqueFd(open(tree.root().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)), "file"};
  Result<NewFile> one = NewFile::create(child);
  Result<NewFile> other = NewFile::create(child);
  REQUIRE(one->fill(as_bytes("one"), {}));
  REQUIRE(other->fill(as_bytes("other"), {}));
  CHECK(one->put(Replacing::no));
  const Result<void> late = other->put(Replacing::no);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == std::errc::file_exists);
  CHECK(tree.read("file") == "one");
}

}  // namespace malinka::agent::files
