// SPDX-License-Identifier: MIT
#include "agent/capability/terminal/terminal.h"

#include <unistd.h>

#include "agent/capability/terminal/test_support.h"
#include "base/limits.h"

namespace malinka::agent::terminal {

using test::Bench;
using test::Person;

namespace {

using namespace std::chrono_literals;

/// What a shell types out, and what it was asked to type, are never the same.
constexpr std::string_view say_hello = "echo he''llo\n";

}  // namespace

TEST_CASE("a login shell of the user begins at a terminal as it was asked for") {
  Bench bench;
  const auto phone = bench.open({{"columns", 100}, {"rows", 30}, {"term", "vt220"}});
  CHECK(phone->reply.at("columns") == 100);
  CHECK(phone->reply.at("rows") == 30);
  CHECK(phone->reply.at("user") == os::current_user().name);
  CHECK(phone->reply.at("writer") == true);
  phone->type("echo $0 $TERM $(stty size)\n");
  bench.wait_shown(*phone, "-sh vt220 30 100");
}

TEST_CASE("the environment is as small and clean as that of shell.run") {
  setenv("MALINKA_PASSWORD", "secret", 1);
  Bench bench;
  const auto phone = bench.open();
  phone->type("echo \"<$MALINKA_PASSWORD>\" $TERM $SHELL\n");
  bench.wait_shown(*phone, "<> xterm-256color /bin/sh");
  unsetenv("MALINKA_PASSWORD");
}

TEST_CASE("the end of the shell is the stream's, with its exit code and all its output") {
  Bench bench;
  const auto phone = bench.open();
  phone->type("seq 3000; exit 7\n");
  while (!phone->ended) bench.turn();
  CHECK(*phone->ended == R"({"exitCode":7})");
  CHECK(phone->shown.contains("\n3000\r\n"));
  CHECK(bench.sessions().empty());
  phone->type("more");
  CHECK(phone->taken == std::string_view("seq 3000; exit 7\nmore").size());
}

TEST_CASE("a signal that ends the shell is told") {
  Bench bench;
  const auto phone = bench.open();
  phone->type("kill -KILL $$\n");
  while (!phone->ended) bench.turn();
  CHECK(*phone->ended == R"({"signal":9})");
}

TEST_CASE("what makes no sense is refused") {
  Bench bench;
  CHECK(bench.ask("open", Json::object(), "phone", false).code == ResponseCode::malformed);
  CHECK(bench.ask("open", {{"view", true}}).code == ResponseCode::malformed);
  CHECK(bench.ask("open", {{"session", "none"}}).code == ResponseCode::not_found);
  CHECK(bench.ask("resize", {{"session", "none"}, {"columns", 1}, {"rows", 1}}).code ==
        ResponseCode::not_found);
}

TEST_CASE("a configured user that cannot be had gets no terminal") {
  Bench bench;
  bench.terminal = std::make_unique<Terminal>(*bench.loop, os::choose_user("no-such-user"));
  const Reply reply = bench.ask("open", Json::object());
  CHECK(reply.code == ResponseCode::failed);
  CHECK(reply.error.contains("no-such-user"));
  CHECK(bench.terminal->describe().at("problems").size() == 1);
}

TEST_CASE("a lost link leaves the shell, and whoever takes it up sees first what there was") {
  Bench bench;
  const auto phone = bench.open();
  phone->type("x=kept\n");
  phone->type(say_hello);
  bench.wait_shown(*phone, "hello");
  phone->lose_link();
  CHECK(bench.sessions().at(0).at("viewers") == 0);
  bench.clock.advance(299s);
  bench.turn();
  const auto tablet = bench.take_up(*phone, "tablet");
  CHECK(tablet->shown.contains("hello"));
  CHECK(tablet->reply.at("writer") == true);
  tablet->type("echo $x$x\n");
  bench.wait_shown(*tablet, "keptkept");
}

TEST_CASE("five minutes after the last link was lost, the shell is hung up on") {
  Bench bench;
  const auto phone = bench.open();
  const auto tablet = bench.take_up(*phone, "tablet");
  phone->lose_link();
  bench.clock.advance(301s);
  bench.turn();
  CHECK(bench.sessions().size() == 1);
  tablet->lose_link();
  bench.clock.advance(299s);
  bench.turn();
  CHECK(bench.sessions().size() == 1);
  bench.clock.advance(2s);
  bench.turn();
  CHECK(bench.sessions().empty());
  CHECK(bench.ask("open", {{"session", phone->reply.at("session")}}).code ==
        ResponseCode::not_found);
}

TEST_CASE("what was running goes on without a link, however much it shows") {
  Bench bench;
  const auto phone = bench.open();
  phone->type("seq 200000; echo do''ne\n");
  phone->lose_link();
  for (int i = 0; i < 200; ++i) {
    bench.clock.advance(60ms);
    bench.turn();
    if (bench.take_up(*phone, "look", {{"view", true}})->shown.contains("done")) return;
  }
  FAIL("it did not go on");
}

TEST_CASE("of two who are there both see, and the first writes") {
  Bench bench;
  const auto phone = bench.open();
  const auto tablet = bench.take_up(*phone, "tablet");
  CHECK(tablet->reply.at("writer") == false);
  CHECK(bench.sessions().at(0).at("viewers") == 2);
  tablet->type("echo ta''blet\n");
  CHECK(tablet->taken == std::string_view("echo ta''blet\n").size());
  phone->type(say_hello);
  bench.wait_shown(*phone, "hello");
  bench.wait_shown(*tablet, "hello");
  CHECK_FALSE(phone->shown.contains("blet"));
}

TEST_CASE("who asks to watch never writes, and the next who does not may") {
  Bench bench;
  const auto phone = bench.open();
  phone->lose_link();
  const auto watcher = bench.take_up(*phone, "watcher", {{"view", true}});
  CHECK(watcher->reply.at("writer") == false);
  const auto tablet = bench.take_up(*phone, "tablet");
  CHECK(tablet->reply.at("writer") == true);
}

TEST_CASE("whoever comes again under the same name takes over from the lost link") {
  Bench bench;
  const auto phone = bench.open();
  const auto again = bench.take_up(*phone, "phone");
  CHECK(again->reply.at("writer") == true);
  phone->type("echo ol''d\n");
  again->type(say_hello);
  bench.wait_shown(*again, "hello");
  CHECK_FALSE(again->shown.contains("old"));
}

TEST_CASE("the window is the writer's, and another size is taken with who takes it up") {
  Bench bench;
  const auto phone = bench.open();
  const auto tablet = bench.take_up(*phone, "tablet", {{"columns", 10}, {"rows", 10}});
  CHECK(tablet->reply.at("columns") == 80);
  const Json size = {{"session", phone->reply.at("session")}, {"columns", 90}, {"rows", 20}};
  const Reply refused = bench.ask("resize", size, "tablet");
  CHECK(refused.code == ResponseCode::conflict);
  CHECK(refused.error.contains("phone"));
  CHECK(bench.ask("resize", size, "phone").code == ResponseCode::done);
  phone->type("stty size\n");
  bench.wait_shown(*phone, "20 90");
  phone->lose_link();
  CHECK(bench.take_up(*phone, "later", {{"columns", 44}})->reply.at("columns") == 44);
}

TEST_CASE("one terminal more than may be open is refused, and says what helps") {
  Bench bench;
  std::vector<std::unique_ptr<Person>> people;
  for (std::size_t i = 0; i < limits::terminal_sessions_max; ++i) people.push_back(bench.open());
  const Reply refused = bench.ask("open", Json::object());
  CHECK(refused.code == ResponseCode::busy);
  CHECK(refused.error.contains("terminal.list"));
  people.front()->type("exit\n");
  bench.wait_sessions(limits::terminal_sessions_max - 1);
  people.push_back(bench.open());
}

TEST_CASE("one viewer more than may be at a terminal is refused") {
  Bench bench;
  std::vector<std::unique_ptr<Person>> people;
  people.push_back(bench.open());
  while (people.size() < limits::terminal_viewers_max)
    people.push_back(bench.take_up(*people.front(), "tablet", {{"view", true}}));
  CHECK(bench.ask("open", {{"session", people.front()->reply.at("session")}}).code ==
        ResponseCode::busy);
}

TEST_CASE("a stream that never came about leaves no shell behind") {
  Bench bench;
  {
    const Reply reply = bench.ask("open", Json::object());
  }
  CHECK(bench.sessions().empty());
}

TEST_CASE("when the capability is gone, so are its shells, and who was there may stay") {
  Bench bench;
  const auto phone = bench.open();
  phone->type("echo $$.\n");
  bench.wait_shown(*phone, ".\r\n");
  bench.terminal.reset();
  phone->type("x");
  phone->make_room(1);
  phone->lose_link();
}

}  // namespace malinka::agent::terminal
