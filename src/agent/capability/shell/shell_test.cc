// SPDX-License-Identifier: MIT
#include "agent/capability/shell/shell.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include "agent/capability/shell/outcome.h"
#include "agent/capability/shell/test_support.h"
#include "base/json.h"
#include "base/limits.h"

namespace malinka::agent::shell {
namespace {

using test::Bench;

}  // namespace

TEST_CASE("a command's reply has all that the contract promises") {
  Bench bench;
  const Reply reply = bench.run({{"command", "echo hello; echo oops >&2; exit 3"}});
  CHECK(reply.code == ResponseCode::done);
  CHECK(reply.value->at("exitCode") == 3);
  CHECK(reply.value->at("signal").is_null());
  CHECK(reply.value->at("timedOut") == false);
  CHECK(reply.value->at("durationSeconds").get<double>() >= 0);
  CHECK(reply.value->at("stdout") == Json({{"text", "hello\n"}, {"bytes", 6}, {"cut", false}}));
  CHECK(reply.value->at("stderr").at("text") == "oops\n");
}

TEST_CASE("a command begins in the user's home, or where it was asked to") {
  Bench bench;
  CHECK(bench.output_of({{"command", "pwd -P"}, {"directory", "/usr"}}) == "/usr\n");
  CHECK(bench.output_of({{"command", "echo $HOME"}}) == os::current_user().home + "\n");
}

TEST_CASE("a directory that is not there is not found") {
  Bench bench;
  const Reply reply = bench.run({{"command", "pwd"}, {"directory", "/no/such"}});
  CHECK(reply.code == ResponseCode::not_found);
  CHECK(reply.error.contains("directory"));
}

TEST_CASE("what cannot be given to a program is refused") {
  Bench bench;
  const Json nul(std::string("a\0b", 3));
  CHECK(bench.run({{"command", nul}}).code == ResponseCode::malformed);
  CHECK(bench.run({{"command", "pwd"}, {"directory", nul}}).code == ResponseCode::malformed);
  CHECK(bench.run({{"command", "pwd"}, {"directory", "usr"}}).code == ResponseCode::malformed);
}

TEST_CASE("a command sees no terminal and nothing of the agent's environment") {
  setenv("MALINKA_PASSWORD", "secret", 1);
  Bench bench;
  CHECK(bench.output_of({{"command", "echo $TERM $MALINKA_PASSWORD"}}) == "dumb\n");
  unsetenv("MALINKA_PASSWORD");
}

TEST_CASE("a command reads its input") {
  Bench bench;
  CHECK(bench.output_of({{"command", "tr a-z A-Z"}, {"input", "piped"}}) == "PIPED");
}

TEST_CASE("output that is no UTF-8 comes as base64") {
  Bench bench;
  const Reply reply = bench.run({{"command", "printf '\\377\\000\\001'"}});
  CHECK(reply.value->at("stdout") == Json({{"base64", "/wAB"}, {"bytes", 3}, {"cut", false}}));
}

TEST_CASE("output beyond the bound is cut and said") {
  Bench bench;
  const Reply reply = bench.run({{"command", "head -c 3000000 /dev/zero | tr '\\0' x"}});
  const Json& output = reply.value->at("stdout");
  CHECK(output.at("bytes") == 3'000'000);
  CHECK(output.at("cut") == true);
  CHECK(output.at("text").get<std::string>().size() == limits::shell_output_bytes_max);
}

TEST_CASE("a cut through a character leaves text, without the torn character") {
  CHECK(describe_output({"ab\xD0\xBC\xD0", 100}).at("text") == "ab\xD0\xBC");
  CHECK(describe_output({"ab\xE2\x82", 100}).at("text") == "ab");
  CHECK(describe_output({"ab\xF0\x9F\x98", 100}).at("text") == "ab");
  CHECK(describe_output({"ab\xFF", 3}).contains("base64"));
  CHECK(describe_output({"\xFF\xFE\xFD\xFC", 100}).contains("base64"));
}

TEST_CASE("a timeout answers 408 with what there was of output") {
  Bench bench;
  const Reply reply = bench.run({{"command", "echo begun; sleep 1000"}, {"timeoutSeconds", 0.2}});
  CHECK(reply.code == ResponseCode::timed_out);
  CHECK(reply.value->at("timedOut") == true);
  CHECK(reply.value->at("exitCode").is_null());
  CHECK(reply.value->at("signal") == SIGTERM);
  CHECK(reply.value->at("stdout").at("text") == "begun\n");
}

TEST_CASE("one command more than may run at once is answered with 429") {
  Bench bench;
  for (std::size_t i = 0; i < limits::shell_jobs_max; ++i) bench.start({{"command", "sleep 1000"}});
  CHECK(bench.replies.empty());
  bench.start({{"command", "true"}});
  REQUIRE(bench.replies.size() == 1);
  CHECK(bench.replies[0].code == ResponseCode::busy);
}

TEST_CASE("when the shell is gone, so is every command, and nobody is called") {
  Bench bench;
  bench.start({{"command", "echo $$; sleep 1000"}});
  bench.shell.reset();
  bench.loop->run_turn(std::chrono::milliseconds(0));
  CHECK(bench.replies.empty());
}

TEST_CASE("a configured user that cannot be had lets nothing run") {
  Bench bench;
  bench.shell = std::make_unique<Shell>(*bench.loop, os::choose_user("no-such-user"));
  const Reply reply = bench.run({{"command", "true"}});
  CHECK(reply.code == ResponseCode::failed);
  CHECK(reply.error.contains("no-such-user"));
  CHECK(bench.shell->describe().at("problems").size() == 1);
}

TEST_CASE("a configured user runs the commands, in a home or at the top") {
  if (geteuid() != 0) return;  // Only root may become somebody else.
  Bench bench;
  bench.shell = std::make_unique<Shell>(*bench.loop, os::choose_user("nobody"));
  CHECK(bench.output_of({{"command", "id -un; pwd"}}) == "nobody\n/\n");
  CHECK(bench.shell->describe().at("user") == "nobody");
}

}  // namespace malinka::agent::shell
