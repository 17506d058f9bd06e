// SPDX-License-Identifier: MIT
#include "cli/run_result.h"

#include <doctest/doctest.h>

namespace malinka::cli {
namespace {

RunResult result_of(std::string device, std::string value, std::optional<Failure> failure = {}) {
  Answer answer;
  answer.from = std::move(device);
  answer.value = std::move(value);
  return make_run_result(answer, std::move(failure));
}

constexpr std::string_view hello =
    R"({"exitCode":0,"signal":null,"timedOut":false,"stdout":{"text":"hello\n","bytes":6,"cut":false},"stderr":{"text":"","bytes":0,"cut":false}})";

Failure no_such_device() { return {ExitCode::no_device, "attic", 404, "no such device: attic"}; }
Failure denied() { return {ExitCode::failed, "hall", 403, "not allowed"}; }

TEST_CASE("a command that ended with 0 is done, and its output is what it wrote") {
  const RunResult result = result_of("kitchen", std::string(hello));
  CHECK(is_done(result));
  CHECK(end_text(result) == "0");
  CHECK(output_of(result, "stdout") == "hello\n");
  CHECK(output_of(result, "stderr").empty());
}

TEST_CASE("output that is not text comes as base64") {
  const RunResult result =
      result_of("kitchen", R"({"exitCode":0,"stdout":{"base64":"/wA=","bytes":2,"cut":false}})");
  CHECK(output_of(result, "stdout") == std::string("\xff\0", 2));
  CHECK(output_of(result_of("kitchen", R"({"exitCode":0,"stdout":{"base64":"!"}})"), "stdout")
            .empty());
}

TEST_CASE("a command says how it ended") {
  CHECK(end_text(result_of("a", R"({"exitCode":3})")) == "3");
  CHECK(end_text(result_of("a", R"({"exitCode":null,"signal":9})")) == "signal 9");
  CHECK(end_text(result_of("a", R"({"exitCode":null,"signal":9,"timedOut":true})")) == "time");
  CHECK(end_text(result_of("a", "{}")) == "-");
  CHECK(end_text(result_of("a", R"({"exitCode":"0"})")) == "-");
}

TEST_CASE("the table has a row for each device, and for each line of its output") {
  const std::vector<RunResult> results = {
      result_of("kitchen", std::string(hello)),
      result_of(
          "hall",
          R"({"exitCode":2,"stdout":{"text":"a\tb\n"},"stderr":{"text":"oh\u001b[2J\nno\n","cut":true}})"),
      result_of("attic", "", no_such_device())};
  CHECK(run_table(results) ==
        "DEVICE   EXIT  OUTPUT\n"
        "kitchen     0  hello\n"
        "hall        2  a    b\n"
        "               oh\\x1b[2J\n"
        "               no\n"
        "               (more was cut)\n"
        "attic       -  no such device: attic\n");
}

TEST_CASE("the exit code is 1 where any device failed, and 4 where devices are only missing") {
  const RunResult good = result_of("kitchen", std::string(hello));
  const RunResult bad = result_of("hall", R"({"exitCode":1})");
  CHECK(exit_code_of({}) == ExitCode::done);
  CHECK(exit_code_of({good}) == ExitCode::done);
  CHECK(exit_code_of({good, bad}) == ExitCode::failed);
  CHECK(exit_code_of({result_of("hall", "", denied())}) == ExitCode::failed);
  CHECK(exit_code_of({good, result_of("attic", "", no_such_device())}) == ExitCode::no_device);
  CHECK(exit_code_of({bad, result_of("attic", "", no_such_device())}) == ExitCode::failed);
}

}  // namespace
}  // namespace malinka::cli
