// SPDX-License-Identifier: MIT
#include "hub_program.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "base/unique_fd.h"

namespace malinka::test {
namespace {

/// The first line that the hub prints: `listening on http://127.0.0.1:PORT`.
std::string read_line(int fd) {
  std::string line;
  char character = 0;
  while (::read(fd, &character, 1) == 1 && character != '\n') line.push_back(character);
  return line;
}

std::string text_of_variable(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? std::string() : std::string(text);
}

std::string find_program() {
  const std::string folder = text_of_variable("MALINKA_BIN");
  return folder.empty() ? std::string(MALINKA_HUB_PROGRAM) : folder + "/malinka-hub";
}

/// getenv(3) finds the first of two.
std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

/// As exec wants them.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

UniqueFd connect_to(std::uint16_t port) {
  UniqueFd connection(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address),
                    sizeof address) == 0);
  return connection;
}

}  // namespace

HubProgram::HubProgram(const std::vector<std::string>& settings) {
  std::array<int, 2> pipe_fds{};
  REQUIRE(::pipe2(pipe_fds.data(), O_CLOEXEC) == 0);
  const UniqueFd output(pipe_fds[0]);
  const UniqueFd input(pipe_fds[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.get(), STDOUT_FILENO);
  std::vector<std::string> command = {find_program(), "--listen", "127.0.0.1:0"};
  std::istringstream flags(text_of_variable("MALINKA_TEST_HUB_FLAGS"));
  for (std::string flag; flags >> flag;) command.push_back(flag);
  std::vector<std::string> environment = own_environment();
  environment.insert(environment.end(), settings.begin(), settings.end());
  const int failure = ::posix_spawn(&process_, command.front().c_str(), &actions, nullptr,
                                    pointers_to(command).data(), pointers_to(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  REQUIRE(failure == 0);

  const std::string line = read_line(output.get());
  REQUIRE(line.starts_with("listening on http://127.0.0.1:"));
  const char* const end = line.data() + line.size();
  REQUIRE(std::from_chars(line.data() + line.rfind(':') + 1, end, port_).ptr == end);
}

HubProgram::~HubProgram() { terminate(); }

std::uint64_t HubProgram::metric(const std::string& name) const {
  const UniqueFd connection = connect_to(port_);
  const std::string request = "GET /metrics HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n";
  REQUIRE(::write(connection.get(), request.data(), request.size()) ==
          static_cast<ssize_t>(request.size()));
  std::string page;
  std::array<char, 65536> buffer{};
  for (ssize_t got = 0; (got = ::read(connection.get(), buffer.data(), buffer.size())) > 0;)
    page.append(buffer.data(), static_cast<std::size_t>(got));
  const std::string line = "\nmalinka_" + name + " ";
  const std::size_t found = page.find(line);
  REQUIRE(found != std::string::npos);
  std::uint64_t value = 0;
  std::from_chars(page.data() + found + line.size(), page.data() + page.size(), value);
  return value;
}

int HubProgram::terminate() {
  if (process_ < 0) return -1;
  ::kill(process_, SIGTERM);
  int status = 0;
  ::waitpid(std::exchange(process_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace malinka::test
