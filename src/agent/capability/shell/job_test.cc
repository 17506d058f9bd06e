// SPDX-License-Identifier: MIT
#include "agent/capability/shell/job.h"

#include <doctest/doctest.h>

#include "agent/capability/shell/test_support.h"
#include "agent/os/test_support.h"
#include "base/limits.h"

namespace malinka::agent::shell {
namespace {

using namespace std::chrono_literals;
using test::Asker;
using test::Bench;

/// One that stays ends the test from outside.
void wait_gone(Bench& bench, std::string_view pid) {
  bench.wait([&] { return os::test::is_gone(os::test::to_pid(pid)); });
}

std::string job_of(const Asker& asker) { return asker.reply.at("job").get<std::string>(); }

}  // namespace

TEST_CASE("output comes before the command has ended, and the end says how it did") {
  Bench bench;
  const auto asker = bench.stream({{"command", "echo out; echo err >&2; read line; exit 3"}});
  bench.wait([&] { return asker->output(1) == "out\n" && asker->output(2) == "err\n"; });
  CHECK_FALSE(asker->ended);
  asker->type("go\n");
  bench.wait_end(*asker);
  const Json& end = *asker->ended;
  CHECK(end.at("exitCode") == 3);
  CHECK(end.at("signal").is_null());
  CHECK(end.at("timedOut") == false);
  CHECK(end.at("cancelled") == false);
  CHECK(end.at("stdout") == Json({{"bytes", 4}}));
  CHECK(end.at("stderr") == Json({{"bytes", 4}}));
  CHECK(asker->taken == 3);
}

TEST_CASE("the id of a job is of 16 random bytes, and once it has ended nothing of it is left") {
  Bench bench;
  const auto asker = bench.stream({{"command", "true"}});
  CHECK(job_of(*asker).size() == 26);
  bench.wait_end(*asker);
  CHECK(bench.jobs().empty());
  CHECK(bench.ask("output", {{"job", job_of(*asker)}}).code == ResponseCode::not_found);
}

TEST_CASE("input goes to the command as it takes it, and its end is an end of file") {
  Bench bench;
  const auto asker = bench.stream({{"command", "wc -c"}, {"input", "first"}});
  const std::string mebibyte(1 << 20, 'x');
  asker->type(mebibyte);
  CHECK(asker->taken < mebibyte.size());
  asker->task->on_end({});
  bench.wait_end(*asker);
  CHECK(asker->output(1) == "1048581\n");
  CHECK(asker->taken == mebibyte.size());
}

TEST_CASE("input that nobody reads any more is passed over") {
  Bench bench;
  const auto asker = bench.stream({{"command", "exit 0"}});
  const std::string mebibyte(1 << 20, 'x');
  asker->type(mebibyte);
  bench.wait_end(*asker);
  asker->type("late");
  CHECK(asker->taken == mebibyte.size() + 4);
}

TEST_CASE("without room the command waits, and all of it comes when there is room") {
  Bench bench;
  const auto asker =
      bench.stream({{"command", "head -c 3000000 /dev/zero; echo done >&2; sleep 0.1"}});
  asker->room = 1;
  for (int i = 0; i < 50; ++i) bench.turn();
  CHECK(asker->records.size() < 500'000);
  CHECK(bench.jobs()[0].at("outputBytes").get<std::size_t>() < 1'000'000);
  while (!asker->ended) {
    asker->make_room(50'000);
    bench.turn();
  }
  CHECK(asker->output(1) == std::string(3'000'000, '\0'));
  CHECK(asker->output(2) == "done\n");
  CHECK(asker->ended->at("exitCode") == 0);
}

TEST_CASE("what a command has said that ended long ago waits for who is slow") {
  Bench bench;
  const auto asker = bench.stream({{"command", "head -c 1000000 /dev/zero"}});
  asker->room = 1;
  const auto until = std::chrono::steady_clock::now() + 1500ms;
  while (std::chrono::steady_clock::now() < until) bench.turn();
  while (!asker->ended) {
    asker->make_room(100'000);
    bench.turn();
  }
  CHECK(asker->output(1).size() == 1'000'000);
}

TEST_CASE("a lost link ends the whole process group") {
  Bench bench;
  const auto asker = bench.stream({{"command", "sh -c 'echo $$; sleep 1000'; sleep 1000"}});
  bench.wait([&] { return !asker->output(1).empty(); });
  asker->lose_link();
  bench.wait([&] { return bench.jobs().empty(); });
  wait_gone(bench, asker->output(1));
}

TEST_CASE("a command is cancelled by its id, and says so; what ignores that is killed") {
  Bench bench;
  const auto asker =
      bench.stream({{"command", "trap 'echo no' TERM; echo ready; while :; do sleep 0.1; done"}});
  bench.wait([&] { return asker->output(1) == "ready\n"; });
  CHECK(bench.ask("cancel", {{"job", job_of(*asker)}}).code == ResponseCode::done);
  bench.wait_end(*asker);
  CHECK(asker->output(1) == "ready\nno\n");
  CHECK(asker->ended->at("cancelled") == true);
  CHECK(asker->ended->at("signal") == SIGKILL);
}

TEST_CASE("a time limit ends a streamed command, and is said in its end") {
  Bench bench;
  const auto asker = bench.stream({{"command", "echo begun; sleep 1000"}, {"timeoutSeconds", 0.2}});
  bench.wait_end(*asker);
  CHECK(asker->ended->at("timedOut") == true);
  CHECK(asker->output(1) == "begun\n");
}

TEST_CASE("a command that cannot begin aborts its stream with the reason") {
  Bench bench;
  const auto asker = bench.stream({{"command", "pwd"}, {"directory", "/no/such"}});
  bench.wait_end(*asker);
  REQUIRE(asker->failure);
  CHECK(asker->failure->code == 404);
  CHECK(asker->failure->error.contains("directory"));
  CHECK(bench.jobs().empty());
}

TEST_CASE("a command whose stream does not come about has not begun") {
  Bench bench;
  Reply reply = bench.ask("run", {{"command", "true"}}, true);
  reply.stream.reset();
  bench.turn();
  CHECK(bench.jobs().empty());
}

TEST_CASE("a detached command is answered at once, and its output is had later") {
  Bench bench;
  const Reply reply =
      bench.ask("run", {{"command", "echo out; echo err >&2; exit 4"}, {"detach", true}});
  CHECK(reply.value->size() == 1);
  CHECK_FALSE(reply.stream);
  bench.wait([&] { return bench.jobs()[0].at("state") == "ended"; });
  const Json output = *bench.ask("output", *reply.value).value;
  CHECK(output.at("stdout") == Json({{"text", "out\n"}, {"bytes", 4}, {"cut", false}}));
  CHECK(output.at("stderr").at("text") == "err\n");
  CHECK(output.at("exitCode") == 4);
  CHECK(output.at("detached") == true);
  CHECK(output.at("outputBytes") == 8);
  CHECK(output.at("command") == "echo out; echo err >&2; exit 4");
}

TEST_CASE("a detached command has no time limit unless it was given one") {
  Bench bench;
  const Reply reply =
      bench.ask("run", {{"command", "sleep 1000"}, {"detach", true}, {"timeoutSeconds", 0.1}});
  bench.wait([&] { return bench.jobs()[0].at("state") == "ended"; });
  CHECK(bench.jobs()[0].at("timedOut") == true);
}

TEST_CASE("the output of a job is followed until it ends, and from a place on") {
  Bench bench;
  const Reply reply =
      bench.ask("run", {{"command", "echo one; sleep 0.2; echo two"}, {"detach", true}});
  const auto all = bench.open("output", *reply.value);
  Json from = *reply.value;
  from["offset"] = 4;
  const auto rest = bench.open("output", from);
  CHECK(all->reply.at("state") == "running");
  CHECK_FALSE(all->reply.contains("stdout"));
  bench.wait([&] { return all->ended && rest->ended; });
  CHECK(all->output(1) == "one\ntwo\n");
  CHECK(rest->output(1) == "two\n");
  CHECK(all->ended->at("exitCode") == 0);
}

TEST_CASE("a job that is detached while it runs goes on without its stream and its limit") {
  Bench bench;
  const auto asker = bench.stream(
      {{"command", "echo one; read line; sleep 0.5; echo two"}, {"timeoutSeconds", 0.3}});
  bench.wait([&] { return asker->output(1) == "one\n"; });
  CHECK(bench.ask("detach", {{"job", job_of(*asker)}}).value->at("detached") == true);
  asker->lose_link();
  bench.wait([&] { return bench.jobs()[0].at("state") == "ended"; });
  const Json output = *bench.ask("output", {{"job", job_of(*asker)}}).value;
  CHECK(output.at("stdout").at("text") == "one\ntwo\n");
  CHECK(output.at("timedOut") == false);
}

TEST_CASE("who listens to a job holds it not back, and is told of what it missed") {
  Bench bench;
  const Reply reply =
      bench.ask("run", {{"command", "head -c 5000000 /dev/zero"}, {"detach", true}});
  const auto listener = bench.open("output", *reply.value);
  listener->room = 1;
  bench.wait([&] { return bench.jobs()[0].at("state") == "ended"; });
  listener->make_room(1 << 30);
  bench.wait_end(*listener);
  CHECK(listener->output(1).size() < 5'000'000);
  CHECK(listener->ended->at("stdout").at("bytes") == 5'000'000);
}

TEST_CASE("an asker that is detached with a stream loses only the stream") {
  Bench bench;
  const auto asker = bench.stream({{"command", "read line; echo got $line"}, {"detach", true}});
  asker->type("it\n");
  asker->lose_link();
  bench.wait([&] { return bench.jobs()[0].at("state") == "ended"; });
  CHECK(bench.ask("output", asker->reply).value->at("stdout").at("text") == "got it\n");
}

TEST_CASE("only so many ended jobs are kept, and the oldest goes first") {
  Bench bench;
  std::vector<Json> ids;
  for (std::size_t i = 0; i <= limits::shell_ended_jobs_max; ++i) {
    ids.push_back(bench.ask("run", {{"command", "true"}, {"detach", true}}).value->at("job"));
    bench.wait([&] { return bench.jobs().back().at("state") == "ended"; });
  }
  CHECK(bench.jobs().size() == limits::shell_ended_jobs_max);
  CHECK(bench.jobs()[0].at("job") == ids[1]);
}

TEST_CASE("an ended job is kept for its time, and who still listens then is told") {
  ManualClock clock;
  Bench bench;
  bench.shell.reset();
  bench.loop = *net::Loop::create(clock);
  bench.shell = std::make_unique<Shell>(*bench.loop, os::choose_user({}));
  const Reply reply = bench.ask("run", {{"command", "head -c 100000 /dev/zero"}, {"detach", true}});
  const auto listener = bench.open("output", *reply.value);
  listener->room = 0;
  bench.wait([&] { return bench.jobs()[0].at("state") == "ended"; });
  clock.advance(std::chrono::seconds(limits::shell_kept_seconds) + 1s);
  bench.wait([&] { return bench.jobs().empty(); });
  REQUIRE(listener->failure);
  CHECK(listener->failure->code == 404);
}

TEST_CASE("streamed and detached commands count as those that run at once") {
  Bench bench;
  std::vector<std::unique_ptr<Asker>> askers;
  for (std::size_t i = 0; i < limits::shell_jobs_max - 1; ++i)
    askers.push_back(bench.stream({{"command", "sleep 1000"}}));
  (void)bench.ask("run", {{"command", "sleep 1000"}, {"detach", true}});
  CHECK(bench.ask("run", {{"command", "true"}}, true).code == ResponseCode::busy);
  CHECK(bench.ask("run", {{"command", "true"}, {"detach", true}}).code == ResponseCode::busy);
  askers.back()->lose_link();
  bench.wait([&] { return bench.jobs().size() == limits::shell_jobs_max - 1; });
  CHECK(bench.ask("run", {{"command", "true"}, {"detach", true}}).code == ResponseCode::done);
}

TEST_CASE("a long command line is listed by its beginning, in whole characters") {
  Bench bench;
  std::string line = "true ";
  while (line.size() < 2000) line += "é";
  (void)bench.ask("run", {{"command", line}, {"detach", true}});
  const auto listed = bench.jobs()[0].at("command").get<std::string>();
  CHECK(listed.size() == 1023);
  CHECK(line.starts_with(listed));
}

TEST_CASE("when the shell is gone, its jobs are too, and a stream that stays harms nobody") {
  Bench bench;
  const auto asker = bench.stream({{"command", "echo $$; sleep 1000"}});
  bench.wait([&] { return !asker->output(1).empty(); });
  bench.shell.reset();
  asker->type("late");
  asker->make_room(10);
  asker->lose_link();
  wait_gone(bench, asker->output(1));
}

}  // namespace malinka::agent::shell
