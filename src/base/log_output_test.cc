// SPDX-License-Identifier: MIT
#include "base/log_output.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <string>

#include "base/unique_fd.h"

namespace malinka::base {
namespace {

/// A pipe whose writing end waits, as that of a program's standard error does.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    reading = UniqueFd(ends[0]);
    writing = UniqueFd(ends[1]);
    REQUIRE(::fcntl(reading.get(), F_SETFL, O_NONBLOCK) == 0);
  }

  /// All that is in it.
  [[nodiscard]] std::string take() const {
    std::string taken;
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = ::read(reading.get(), buffer.data(), buffer.size())) > 0;)
      taken.append(buffer.data(), static_cast<std::size_t>(got));
    return taken;
  }

  UniqueFd reading;
  UniqueFd writing;
};

}  // namespace

TEST_CASE("lines go out one behind the other") {
  const Pipe pipe;
  LogOutput output(pipe.writing.get());
  output.write("info: one\n");
  output.write("info: two\n");
  CHECK(pipe.take() == "info: one\ninfo: two\n");
}

TEST_CASE("lines that nobody reads are lost and not waited for, and it is said how many") {
  const Pipe pipe;
  LogOutput output(pipe.writing.get());
  const std::string line = std::string(PIPE_BUF - 1, 'x') + '\n';
  while (output.lost_lines() < 3) output.write(line);
  CHECK(pipe.take().find("lost") == std::string::npos);
  output.write("info: heard\n");
  output.write("info: again\n");
  CHECK(pipe.take() == "warning: log lines were lost lines=3\ninfo: heard\ninfo: again\n");
}

TEST_CASE("lines for a full disk are lost, and nothing else happens") {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full.is_open());
  LogOutput output(full.get());
  output.write("info: one\n");
  output.write("info: two\n");
  CHECK(output.lost_lines() == 2);
}

TEST_CASE("a line longer than a pipe takes at once is cut, and still ends in a newline") {
  const Pipe pipe;
  LogOutput output(pipe.writing.get());
  output.write(std::string(2 * PIPE_BUF, 'x') + '\n');
  CHECK(pipe.take() == std::string(PIPE_BUF - 1, 'x') + '\n');
}

TEST_CASE("lines for a descriptor that is none are lost") {
  LogOutput output(-1);
  output.write("info: one\n");
  CHECK(output.lost_lines() == 1);
}

}  // namespace malinka::base
