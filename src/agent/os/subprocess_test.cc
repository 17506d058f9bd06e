// SPDX-License-Identifier: MIT
#include "agent/os/subprocess.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "agent/os/test_support.h"
#include "base/bytes.h"

namespace malinka::agent::os {
namespace {

using namespace std::chrono_literals;
using test::is_gone;
using test::to_pid;

/// Runs shell scripts to their end.
struct Bench {
  Bench() { signal(SIGPIPE, SIG_IGN); }

  static SubprocessSettings script(const std::string& text) {
    return {.spawn = {.arguments = {"/bin/sh", "-c", text},
                      .environment = {"PATH=/usr/bin:/bin"},
                      .directories = {"/"},
                      .user = {}},
            .input = {},
            .output_bytes_max = 1 << 20,
            .timeout = 30s,
            .handler = nullptr,
            .keeps_input_open = false};
  }

  void start(SubprocessSettings settings) {
    subprocess = *Subprocess::start(*loop, std::move(settings), [this](SubprocessOutcome result) {
      outcome = std::move(result);
      loop->dispose(std::move(subprocess));
    });
  }

  SubprocessOutcome run(SubprocessSettings settings) {
    outcome.reset();
    start(std::move(settings));
    while (!outcome) loop->run_turn(100ms);
    return *std::move(outcome);
  }

  SubprocessOutcome run(const std::string& text) { return run(script(text)); }

  std::unique_ptr<net::Loop> loop = *net::Loop::create();
  std::unique_ptr<Subprocess> subprocess;
  std::optional<SubprocessOutcome> outcome;
};

/// One that stays ends the test from outside.
void wait_until_gone(pid_t pid) {
  while (!is_gone(pid)) sched_yield();
}

}  // namespace

TEST_CASE("outputs and exit code come back apart") {
  Bench bench;
  const SubprocessOutcome outcome = bench.run("echo out; echo err >&2; exit 3");
  CHECK(outcome.exit_code == 3);
  CHECK_FALSE(outcome.signal);
  CHECK(outcome.output.bytes == "out\n");
  CHECK(outcome.errors.bytes == "err\n");
  CHECK_FALSE(outcome.has_timed_out);
  CHECK(outcome.start_failure.code.value() == 0);
}

TEST_CASE("a program that a signal ends has no exit code") {
  Bench bench;
  const SubprocessOutcome outcome = bench.run("kill -SEGV $$");
  CHECK_FALSE(outcome.exit_code);
  CHECK(outcome.signal == SIGSEGV);
}

TEST_CASE("a program reads its input to the end") {
  Bench bench;
  SubprocessSettings settings = Bench::script("wc -c");
  settings.input = std::string(1'000'000, 'x');
  CHECK(bench.run(std::move(settings)).output.bytes == "1000000\n");
}

TEST_CASE("a program without input finds its end at once") {
  Bench bench;
  CHECK(bench.run("wc -c").output.bytes == "0\n");
}

TEST_CASE("input that nobody reads harms nobody") {
  Bench bench;
  SubprocessSettings settings = Bench::script("exit 0");
  settings.input = std::string(10'000'000, 'x');
  CHECK(bench.run(std::move(settings)).exit_code == 0);
}

TEST_CASE("output beyond the bound is counted and dropped, and the program never waits") {
  Bench bench;
  SubprocessSettings settings = Bench::script("head -c 5000000 /dev/zero; echo end >&2");
  settings.output_bytes_max = 1000;
  const SubprocessOutcome outcome = bench.run(std::move(settings));
  CHECK(outcome.output.bytes == std::string(1000, '\0'));
  CHECK(outcome.output.total == 5'000'000);
  CHECK(outcome.errors.bytes == "end\n");
  CHECK(outcome.exit_code == 0);
}

/// Told of what a program says.
struct Ear final : SubprocessHandler {
  void on_output(Output output, ByteView bytes) noexcept override {
    (output == Output::standard ? said : complained) += as_text(bytes);
  }
  void on_input_room() noexcept override { has_room = true; }

  std::string said, complained;
  bool has_room = false;
};

TEST_CASE("who is told gets each output as it comes, and writes when the program reads") {
  Bench bench;
  Ear ear;
  SubprocessSettings settings = Bench::script("read line; echo got $line; wc -c >&2");
  settings.handler = &ear;
  settings.keeps_input_open = true;
  bench.start(std::move(settings));
  CHECK(bench.subprocess->write(as_bytes("it\n")) == 3);
  while (ear.said.empty()) bench.loop->run_turn(100ms);
  CHECK(ear.said == "got it\n");
  const Bytes mebibyte(1 << 20);
  for (ByteView rest = mebibyte; !rest.empty();) {
    ear.has_room = false;
    rest = rest.subspan(bench.subprocess->write(rest));
    while (!rest.empty() && !ear.has_room) bench.loop->run_turn(100ms);
  }
  bench.subprocess->end_input();
  while (!bench.outcome) bench.loop->run_turn(100ms);
  CHECK(ear.complained == "1048576\n");
  CHECK(bench.outcome->output.total == 0);
}

TEST_CASE("a program whose outputs are paused waits, and loses nothing") {
  Bench bench;
  Ear ear;
  SubprocessSettings settings = Bench::script("head -c 1000000 /dev/zero");
  settings.handler = &ear;
  bench.start(std::move(settings));
  bench.subprocess->pause();
  for (int i = 0; i < 20; ++i) bench.loop->run_turn(50ms);
  CHECK(ear.said.empty());
  CHECK_FALSE(bench.outcome);
  bench.subprocess->resume();
  while (!bench.outcome) bench.loop->run_turn(100ms);
  CHECK(ear.said.size() == 1'000'000);
}

TEST_CASE("what a paused program said before its time was over still comes") {
  Bench bench;
  Ear ear;
  SubprocessSettings settings = Bench::script("echo said; sleep 1000");
  settings.handler = &ear;
  settings.timeout = 300ms;
  bench.start(std::move(settings));
  bench.subprocess->pause();
  while (!bench.outcome) bench.loop->run_turn(100ms);
  CHECK(bench.outcome->has_timed_out);
  CHECK(ear.said == "said\n");
}

TEST_CASE("one that is cancelled has not timed out") {
  Bench bench;
  bench.start(Bench::script("sleep 1000"));
  bench.subprocess->cancel();
  while (!bench.outcome) bench.loop->run_turn(100ms);
  CHECK(bench.outcome->was_cancelled);
  CHECK_FALSE(bench.outcome->has_timed_out);
  CHECK(bench.outcome->signal == SIGTERM);
}

TEST_CASE("a limit of time that was lifted ends nothing") {
  Bench bench;
  SubprocessSettings settings = Bench::script("sleep 0.5; echo done");
  settings.timeout = 100ms;
  bench.start(std::move(settings));
  bench.subprocess->lift_timeout();
  while (!bench.outcome) bench.loop->run_turn(100ms);
  CHECK(bench.outcome->output.bytes == "done\n");
}

TEST_CASE("a program that floods us leaves the loop its turns") {
  Bench bench;
  SubprocessSettings settings = Bench::script("yes");
  settings.timeout = 300ms;
  int ticks = 0;
  net::Task tick = [&] { ++ticks; };
  (void)bench.loop->after(50ms, std::move(tick));
  CHECK(bench.run(std::move(settings)).has_timed_out);
  CHECK(ticks == 1);
}

TEST_CASE("a timeout ends the whole process group, and what there was of output comes back") {
  Bench bench;
  SubprocessSettings settings = Bench::script("sleep 1000 & echo $!; sleep 1000");
  settings.timeout = 300ms;
  const SubprocessOutcome outcome = bench.run(std::move(settings));
  CHECK(outcome.has_timed_out);
  CHECK(outcome.signal == SIGTERM);
  wait_until_gone(to_pid(outcome.output.bytes));
}

TEST_CASE("what does not heed SIGTERM is killed two seconds later") {
  Bench bench;
  SubprocessSettings settings =
      Bench::script("trap '' TERM; echo $$; while :; do sleep 1000; done");
  settings.timeout = 100ms;
  const SubprocessOutcome outcome = bench.run(std::move(settings));
  CHECK(outcome.has_timed_out);
  CHECK(outcome.signal == SIGKILL);
  CHECK(outcome.duration >= 2s);
  wait_until_gone(to_pid(outcome.output.bytes));
}

TEST_CASE("a background child that holds the outputs is ended soon after the program") {
  Bench bench;
  const SubprocessOutcome outcome = bench.run("sleep 1000 & echo $!; exit 4");
  CHECK(outcome.exit_code == 4);
  CHECK_FALSE(outcome.has_timed_out);
  wait_until_gone(to_pid(outcome.output.bytes));
}

TEST_CASE("a background child that let go of the outputs may stay") {
  Bench bench;
  const SubprocessOutcome outcome =
      bench.run("sleep 1000 </dev/null >/dev/null 2>&1 & echo $!; exit 0");
  const pid_t child = to_pid(outcome.output.bytes);
  CHECK(kill(child, 0) == 0);
  kill(child, SIGKILL);
}

TEST_CASE("a process that left the group with the outputs does not hold up the answer") {
  Bench bench;
  const SubprocessOutcome outcome = bench.run("setsid sleep 1000 & echo $!; exit 0");
  CHECK(outcome.exit_code == 0);
  kill(to_pid(outcome.output.bytes), SIGKILL);
}

TEST_CASE("a subprocess that is destroyed takes its group with it") {
  Bench bench;
  // A pipe of the test's own, which both processes hold as long as they live.
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd read_end(ends[0]);
  const UniqueFd write_end(ends[1]);
  const std::string own = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(ends[1]);
  bench.start(Bench::script("exec 3>" + own + "; sleep 1000 & echo $! >&3; sleep 1000"));
  std::array<char, 32> text{};
  REQUIRE(read(read_end.get(), text.data(), text.size()) > 0);
  bench.subprocess.reset();
  wait_until_gone(to_pid(text.data()));
  bench.loop->run_turn(0ms);
  CHECK_FALSE(bench.outcome);
}

TEST_CASE("a subprocess that is destroyed at once never gets far") {
  Bench bench;
  for (int i = 0; i < 50; ++i) {
    bench.start(Bench::script("sleep 1000"));
    bench.subprocess.reset();
  }
  int status = 0;
  while (waitpid(-1, &status, 0) > 0)
    CHECK(WTERMSIG(status) == SIGKILL);  // A survivor would take long.
}

TEST_CASE("a program inherits the three standard streams and no other descriptor") {
  Bench bench;
  const UniqueFd leaky(
      open("/dev/null", O_RDONLY));  // NOLINT: without O_CLOEXEC, which is the point.
  // The shell looks by itself: to list its descriptors would take one more, or a pipe's.
  CHECK(bench
            .run("i=0; while [ $i -lt 64 ]; do [ ! -e /proc/$$/fd/$i ] || echo -n \"$i \"; "
                 "i=$((i+1)); done")
            .output.bytes == "0 1 2 ");
}

TEST_CASE("a program inherits no environment, no signal mask and no ignored signal") {
  Bench bench;
  CHECK(bench.run("env | grep -v ^PWD= | sort | tr '\\n' ' '").output.bytes.starts_with("PATH="));
  CHECK(bench.run("grep -E 'SigBlk|SigIgn' /proc/$$/status | tr -d '\\n\\t'").output.bytes ==
        "SigBlk:0000000000000000SigIgn:0000000000000000");
}

TEST_CASE("a program that does not exist is a failure to start") {
  Bench bench;
  SubprocessSettings settings = Bench::script("");
  settings.spawn.arguments = {"/no/such/program"};
  const SubprocessOutcome outcome = bench.run(std::move(settings));
  CHECK(outcome.start_failure.code == std::errc::no_such_file_or_directory);
  CHECK(outcome.start_failure.context == "program");
}

TEST_CASE("a directory that cannot be entered is a failure to start, unless there is another") {
  Bench bench;
  SubprocessSettings settings = Bench::script("pwd");
  settings.spawn.directories = {"/no/such/directory"};
  CHECK(bench.run(settings).start_failure.context == "directory");
  settings.spawn.directories = {"/no/such/directory", "/usr"};
  CHECK(bench.run(std::move(settings)).output.bytes == "/usr\n");
}

TEST_CASE("a program runs as another user with that user's groups alone") {
  if (geteuid() != 0) return;  // Only root may become somebody else.
  Bench bench;
  SubprocessSettings settings = Bench::script("id -u; id -G; id -ru");
  settings.spawn.user = *find_user("nobody");
  CHECK(bench.run(std::move(settings)).output.bytes == "65534\n65534\n65534\n");
}

TEST_CASE("without the right to change the user, nothing runs at all") {
  std::fflush(nullptr);  // A sanitizer's _exit would write what is buffered, into our pipe.
  const pid_t child = fork();
  if (child == 0) {  // Without privileges, whoever runs the tests.
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(2);
    SubprocessSettings settings = Bench::script("echo ran");
    settings.spawn.user = *find_user("root");
    Bench bench;
    const SubprocessOutcome outcome = bench.run(std::move(settings));
    if (outcome.start_failure.context != "change of user") _exit(3);
    _exit(outcome.output.total == 0 ? 0 : 4);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace malinka::agent::os
