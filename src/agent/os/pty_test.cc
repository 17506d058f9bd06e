// SPDX-License-Identifier: MIT
#include "agent/os/pty.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <string>

namespace malinka::agent::os {
namespace {

using namespace std::chrono_literals;

/// A shell script at a terminal.
struct Bench final : PtyHandler {
  explicit Bench(const std::string& script, WindowSize size = {})
      : Bench({.arguments = {"sh", "-c", script},
               .environment = {"PATH=/usr/bin:/bin"},
               .directories = {"/"},
               .user = {},
               .program = "/bin/sh"},
              size) {}
  Bench(const SpawnSettings& settings, WindowSize size) {
    pty = *Pty::start(*loop, settings, size, *this);
  }

  void on_output(ByteView bytes) noexcept override { shown += as_text(bytes); }
  void on_keys_room() noexcept override { type_on(); }
  void on_exit(const PtyOutcome& result) noexcept override { outcome = result; }

  void type(std::string_view text) {
    keys += text;
    type_on();
  }
  void type_on() { keys.erase(0, pty ? pty->write(as_bytes(keys)) : 0); }
  void wait_shown(std::string_view text) {
    while (!shown.contains(text)) {
      REQUIRE_MESSAGE(!outcome, shown);
      loop->run_turn(100ms);
    }
  }
  const PtyOutcome& wait() {
    while (!outcome) loop->run_turn(100ms);
    return *outcome;
  }

  ManualClock clock;
  std::unique_ptr<net::Loop> loop = *net::Loop::create(clock);
  std::unique_ptr<Pty> pty;
  std::string shown;
  std::string keys;
  std::optional<PtyOutcome> outcome;
};

}  // namespace

TEST_CASE("a program finds a terminal of the size that was asked for, and is told of another") {
  Bench bench("stty size; read line; stty size", {.columns = 132, .rows = 43});
  bench.wait_shown("43 132\r\n");
  bench.pty->resize({.columns = 20, .rows = 10});
  CHECK(bench.pty->size() == WindowSize{20, 10});
  bench.type("\n");
  bench.wait_shown("10 20\r\n");
}

TEST_CASE("a new size is told to the program by its signal") {
  Bench bench("trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.01; done");
  bench.wait_shown("ready");
  bench.pty->resize({.columns = 100, .rows = 50});
  bench.wait_shown("50 100");
}

TEST_CASE("the terminal echoes keys and the program gets the line") {
  Bench bench("read line; echo \"<$line>\"");
  bench.type("h\xC3\xBCtte\n");
  bench.wait();
  CHECK(bench.shown == "h\xC3\xBCtte\r\n<h\xC3\xBCtte>\r\n");
}

TEST_CASE("a character of several bytes is erased as one") {  // IUTF8
  Bench bench("read line; echo \"<$line>\"");
  bench.type(
      "a\xC3\xBC\x7F"
      "b\n");
  bench.wait();
  CHECK(bench.shown.contains("<ab>"));
}

TEST_CASE("the terminal is the program's controlling one, and Ctrl-C reaches it") {
  Bench bench("echo there >/dev/tty; exec sleep 1000");
  bench.wait_shown("there");
  bench.type("\x03");
  CHECK(bench.wait().signal == SIGINT);
}

TEST_CASE("the exit code and all output come, in this order") {
  Bench bench("seq 20000; exit 7");
  CHECK(bench.wait().exit_code == 7);
  CHECK(bench.shown.ends_with("20000\r\n"));
}

TEST_CASE("a signal that ends the program is told") {
  Bench bench("kill -TERM $$");
  CHECK_FALSE(bench.wait().exit_code);
  CHECK(bench.outcome->signal == SIGTERM);
}

TEST_CASE("a program that cannot be started is no exit code alone") {
  Bench bench({.arguments = {"x"},
               .environment = {},
               .directories = {"/"},
               .user = {},
               .program = "/no/such/program"},
              {});
  CHECK(bench.wait().start_failure.code == std::errc::no_such_file_or_directory);
}

TEST_CASE("a program gets no descriptor of ours beside its terminal") {
  const UniqueFd careless(open("/dev/null", O_RDONLY));  // Without O_CLOEXEC.
  Bench bench("for fd in /proc/self/fd/*; do readlink $fd; done; echo end");
  bench.wait();
  CAPTURE(bench.shown);
  CHECK_FALSE(bench.shown.contains("/dev/null"));
  CHECK_FALSE(bench.shown.contains("ptmx"));
  CHECK_FALSE(bench.shown.contains("socket"));
  CHECK_FALSE(bench.shown.contains("pidfd"));
  CHECK_FALSE(bench.shown.contains("pipe"));
}

TEST_CASE("a Pty leaves no descriptor open") {
  const auto next_free = [] { return UniqueFd(dup(0)).get(); };
  const int before = next_free();
  {
    Bench("exit 0").wait();
  }
  CHECK(next_free() == before);
}

TEST_CASE("keys that the program does not read yet wait, and none is lost") {
  Bench bench("stty raw -echo; echo ready; sleep 0.1; head -c 300000 | tr -d x | wc -c");
  bench.wait_shown("ready");
  bench.type(std::string(300'000, 'k'));
  CHECK_FALSE(bench.keys.empty());
  bench.wait();
  CHECK(bench.shown.contains("300000"));
}

TEST_CASE("while it is paused, a program that floods its terminal waits") {
  Bench bench("exec yes");
  bench.wait_shown("y");
  bench.pty->pause();
  const std::size_t before = bench.shown.size();
  for (int i = 0; i < 10; ++i) bench.loop->run_turn(1ms);
  CHECK(bench.shown.size() == before);
  bench.pty->resume();
  while (bench.shown.size() < before + 1'000'000) bench.loop->run_turn(100ms);
}

TEST_CASE("hanging up ends the program, and kills what does not heed that") {
  Bench bench("trap '' HUP; echo ready; while :; do sleep 0.01; done");
  bench.wait_shown("ready");
  bench.pty->hang_up();
  bench.loop->run_turn(20ms);
  CHECK_FALSE(bench.outcome);
  bench.clock.advance(3s);
  bench.loop->run_turn(0ms);
  while (!bench.outcome) {
    bench.clock.advance(1s);
    bench.loop->run_turn(10ms);
  }
  CHECK(bench.outcome->signal == SIGKILL);
}

TEST_CASE("who stays behind with the terminal does not keep its end from being told") {
  Bench bench("trap '' HUP; sleep 1000 & exit 3");
  while (!bench.outcome) {
    bench.clock.advance(50ms);
    bench.loop->run_turn(10ms);
  }
  CHECK(bench.outcome->exit_code == 3);
}

TEST_CASE("a switched user owns the terminal") {
  if (geteuid() != 0) return;  // Only root may become somebody else.
  Bench bench({.arguments = {"sh", "-c", "id -un; stat -c %U $(tty); echo open >$(tty)"},
               .environment = {"PATH=/usr/bin:/bin"},
               .directories = {"/"},
               .user = *find_user("nobody"),
               .program = "/bin/sh"},
              {});
  bench.wait();
  CHECK(bench.shown == "nobody\r\nnobody\r\nopen\r\n");
}

}  // namespace malinka::agent::os
