// SPDX-License-Identifier: MIT
// Names that are made to harm: each gets its clear answer, and nothing outside the root is touched.

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "agent/capability/files/test_support.h"
#include "base/unique_fd.h"

namespace malinka::agent::files {
namespace {

using test::Tree;

void check_refused(const Reply& reply, ResponseCode code, std::string_view says) {
  CAPTURE(reply.error);
  CHECK(reply.code == code);
  CHECK(reply.error.contains(says));
  CHECK_FALSE(reply.blob);
}

/// Every command that could reach `path`.
std::vector<Reply> try_all(const Tree& tree, const std::string& path) {
  std::vector<Reply> replies;
  replies.push_back(tree.run("list", {{"path", path}}));
  replies.push_back(tree.run("read", {{"path", path}}));
  replies.push_back(tree.run("write", {{"path", path + "/new"}}, "x"));
  replies.push_back(tree.run("mkdir", {{"path", path + "/new"}}));
  replies.push_back(tree.run("move", {{"from", path + "/secret"}, {"to", "stolen"}}));
  replies.push_back(tree.run("remove", {{"path", path + "/secret"}}));
  return replies;
}

}  // namespace

TEST_CASE("two dots lead nowhere but back into the root") {
  const Tree tree;
  tree.make_folder("a/b");
  tree.write("a/file", "inside");
  CHECK(tree.run("read", {{"path", "a/b/../file"}}).code == ResponseCode::done);
  check_refused(tree.run("read", {{"path", "../outside/secret"}}), ResponseCode::denied,
                "leads out");
  check_refused(tree.run("read", {{"path", "a/../../outside/secret"}}), ResponseCode::denied,
                "leads out");
  check_refused(tree.run("list", {{"path", ".."}}), ResponseCode::denied, "leads out");
  check_refused(tree.run("remove", {{"path", "a/.."}, {"recursive", true}}),
                ResponseCode::malformed, "does not end in the name");
  CHECK(tree.has("a/file"));
}

TEST_CASE("a link out of the root leads nowhere, for any command") {
  const Tree tree;
  tree.link("absolute", tree.outside());
  tree.link("relative", "../outside");
  for (const char* const name : {"absolute", "relative"}) {
    CAPTURE(name);
    for (const Reply& reply : try_all(tree, name))
      check_refused(reply, ResponseCode::denied, "leads out");
  }
  CHECK(std::filesystem::exists(tree.outside() + "/secret"));
  CHECK_FALSE(std::filesystem::exists(tree.outside() + "/new"));
}

TEST_CASE("a link to a file outside the root is not read and not written through") {
  const Tree tree;
  tree.link("link", tree.outside() + "/secret");
  check_refused(tree.run("read", {{"path", "link"}}), ResponseCode::denied, "leads out");
  check_refused(tree.run("write", {{"path", "link"}, {"overwrite", true}}, "x"),
                ResponseCode::conflict, "link");
  CHECK(tree.run("stat", {{"path", "link"}}).value->at("type") == "link");
}

TEST_CASE("links within the root are followed, relative and absolute") {
  const Tree tree;
  tree.make_folder("folder");
  tree.write("folder/file", "inside");
  tree.link("relative", "folder/file");
  tree.link("absolute", tree.path("folder"));
  CHECK(as_text(*tree.run("read", {{"path", "relative"}}).blob->content) == "inside");
  CHECK(as_text(*tree.run("read", {{"path", "absolute/file"}}).blob->content) == "inside");
  CHECK(tree.run("write", {{"path", "absolute/new"}}, "x").code == ResponseCode::done);
  CHECK(tree.read("folder/new") == "x");
}

TEST_CASE("a link of the kernel's own is not followed, even where the whole disk is offered") {
  const Roots roots({"/"});
  const Command command{"files.list",
                        "phone",
                        std::make_shared<const Json>(Json{{"path", "/proc/self/root/etc"}}),
                        {}};
  CHECK(carry_out(roots, command).code == ResponseCode::malformed);
}

TEST_CASE("links in a circle are refused") {
  const Tree tree;
  tree.link("one", "two");
  tree.link("two", "one");
  check_refused(tree.run("read", {{"path", "one"}}), ResponseCode::malformed, "one");
}

TEST_CASE("a broken link is shown as a link and cannot be read") {
  const Tree tree;
  tree.link("broken", "nowhere");
  check_refused(tree.run("read", {{"path", "broken"}}), ResponseCode::not_found,
                "link to something");
  const Reply reply = tree.run("stat", {{"path", "broken"}});
  CHECK(reply.value->at("type") == "link");
  CHECK(reply.value->at("target") == "nowhere");
  check_refused(tree.run("write", {{"path", "broken"}, {"overwrite", true}}, "x"),
                ResponseCode::conflict, "link");
  CHECK(tree.run("remove", {{"path", "broken"}}).code == ResponseCode::done);
}

TEST_CASE("a pipe is told, not waited for") {
  const Tree tree;
  REQUIRE(mkfifo(tree.path("pipe").c_str(), 0600) == 0);
  check_refused(tree.run("read", {{"path", "pipe"}}), ResponseCode::malformed, "named pipe");
  check_refused(tree.run("write", {{"path", "pipe"}, {"overwrite", true}}, "x"),
                ResponseCode::conflict, "pipe");
  check_refused(tree.run("list", {{"path", "pipe"}}), ResponseCode::malformed, "pipe");
  CHECK(tree.run("stat", {{"path", "pipe"}}).value->at("type") == "other");
}

TEST_CASE("a socket is told") {
  const Tree tree;
  const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  tree.path("socket").copy(address.sun_path, sizeof(address.sun_path) - 1);
  REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  check_refused(tree.run("read", {{"path", "socket"}}), ResponseCode::malformed, "a socket");
}

TEST_CASE("an endless device is told, not read") {
  const Roots roots({"/dev"});
  const Command command{
      "files.read", "phone", std::make_shared<const Json>(Json{{"path", "/dev/zero"}}), {}};
  check_refused(carry_out(roots, command), ResponseCode::malformed, "a device");
}

TEST_CASE("a file of /proc that says it has no bytes is read to its end") {
  const Roots roots({"/proc"});
  const Command command{
      "files.read", "phone", std::make_shared<const Json>(Json{{"path", "/proc/version"}}), {}};
  const Reply reply = carry_out(roots, command);
  REQUIRE(reply.code == ResponseCode::done);
  CHECK(reply.blob->size() > 0);
}

TEST_CASE("a NUL in a path is refused, for any command") {
  const Tree tree;
  const std::string path = tree.path(std::string("a\0b", 3));
  for (const Reply& reply : try_all(tree, path))
    check_refused(reply, ResponseCode::malformed, "NUL");
}

TEST_CASE("a name that is too long is refused") {
  const Tree tree;
  for (const Reply& reply : try_all(tree, std::string(300, 'x')))
    CHECK(reply.code == ResponseCode::malformed);
  for (const Reply& reply : try_all(tree, std::string(10'000, 'x')))
    check_refused(reply, ResponseCode::malformed, "4095");
}

TEST_CASE("a name that is not UTF-8 is shown, and said to be out of reach") {
  const Tree tree;
  tree.write("bad\xFF name", "x");
  tree.link("link", "target\xFF");
  const Reply reply = tree.run("list", {{"path", tree.root()}});
  REQUIRE(reply.code == ResponseCode::done);
  const Json& entry = reply.value->at("entries")[0];
  CHECK(entry.at("name") == "bad\uFFFD name");
  CHECK(entry.at("utf8") == false);
  CHECK_FALSE(reply.value->at("entries")[1].contains("utf8"));
  CHECK(reply.value->at("entries")[1].at("target") == "target\uFFFD");
}

TEST_CASE("a time that no clock holds is shown as the nearest that one does") {
  const Tree tree;
  tree.write("old", "x");
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
                             {.tv_sec = -8'000'000'000'000, .tv_nsec = 0}};
  utimensat(AT_FDCWD, tree.path("old").c_str(), times,
            0);  // Some file systems clamp it themselves.
  CHECK(tree.run("stat", {{"path", "old"}}).code == ResponseCode::done);
}

TEST_CASE("a path outside every root is refused, and says where to look") {
  const Tree tree;
  check_refused(tree.run("read", {{"path", "/etc/passwd"}}), ResponseCode::denied, "list /");
  check_refused(tree.run("list", {{"path", tree.outside()}}), ResponseCode::denied, "outside");
}

TEST_CASE("what the agent's user may not do is denied") {
  const Tree tree;
  tree.write("locked", "x");
  chmod(tree.path("locked").c_str(), 0);
  chmod(tree.root().c_str(), 0555);
  const pid_t child = fork();
  if (child == 0) {  // Root may do anything: without it, whoever runs the tests.
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(2);
    const bool is_read_denied = tree.run("read", {{"path", "locked"}}).code == ResponseCode::denied;
    const bool is_write_denied =
        tree.run("write", {{"path", "new"}}, "x").code == ResponseCode::denied;
    const bool is_remove_denied =
        tree.run("remove", {{"path", "locked"}}).code == ResponseCode::denied;
    _exit(is_read_denied && is_write_denied && is_remove_denied ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  chmod(tree.root().c_str(), 0755);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace malinka::agent::files
