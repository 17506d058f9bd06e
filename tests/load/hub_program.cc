// SPDX-License-Identifier: MIT
#include "hub_program.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>

#include "base/unique_fd.h"

extern char** environ;

namespace malinka::test {
namespace {

/// The first line that the hub prints: `listening on http://127.0.0.1:PORT`.
std::string read_line(int fd) {
  std::string line;
  char character = 0;
  while (::read(fd, &character, 1) == 1 && character != '\n') line.push_back(character);
  return line;
}

}  // namespace

HubProgram::HubProgram() {
  std::array<int, 2> pipe_fds{};
  REQUIRE(::pipe2(pipe_fds.data(), O_CLOEXEC) == 0);
  const UniqueFd output(pipe_fds[0]);
  const UniqueFd input(pipe_fds[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.get(), STDOUT_FILENO);
  std::string program = MALINKA_HUB_PROGRAM;
  std::string flag = "--listen";
  std::string value = "127.0.0.1:0";
  std::array<char*, 4> arguments = {program.data(), flag.data(), value.data(), nullptr};
  const int failure =
      ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  REQUIRE(failure == 0);

  const std::string line = read_line(output.get());
  REQUIRE(line.starts_with("listening on http://127.0.0.1:"));
  const char* const end = line.data() + line.size();
  REQUIRE(std::from_chars(line.data() + line.rfind(':') + 1, end, port_).ptr == end);
}

HubProgram::~HubProgram() { terminate(); }

int HubProgram::terminate() {
  if (process_ < 0) return -1;
  ::kill(process_, SIGTERM);
  int status = 0;
  ::waitpid(std::exchange(process_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace malinka::test
