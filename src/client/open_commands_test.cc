// SPDX-License-Identifier: MIT
#include "client/open_commands.h"

#include <doctest/doctest.h>

namespace malinka::client {
namespace {

Message command_of(std::string originator, std::string id) {
  Message message;
  message.type = MessageType::command;
  message.originator = std::move(originator);
  message.id = std::move(id);
  return message;
}

TEST_CASE("a command can be answered once") {
  OpenCommands open;
  CHECK(open.add(command_of("phone", "1")));
  CHECK(open.take(command_of("phone", "1")));
  CHECK_FALSE(open.take(command_of("phone", "1")));
}

TEST_CASE("an id of one sender is not that of another, nor the number 1 the string \"1\"") {
  OpenCommands open;
  CHECK(open.add(command_of("phone", "1")));
  CHECK_FALSE(open.take(command_of("tablet", "1")));
  CHECK_FALSE(open.take(command_of("phone", R"("1")")));
}

TEST_CASE("two commands with the same id, or none, each get an answer") {
  OpenCommands open;
  for (int i = 0; i < 2; ++i) CHECK(open.add(command_of("phone", "")));
  for (int i = 0; i < 2; ++i) CHECK(open.take(command_of("phone", "")));
  CHECK_FALSE(open.take(command_of("phone", "")));
}

TEST_CASE("commands of a lost link are answered no more") {
  OpenCommands open;
  CHECK(open.add(command_of("phone", "1")));
  open.clear();
  CHECK_FALSE(open.take(command_of("phone", "1")));
}

TEST_CASE("a sender of endless commands is refused at the limit") {
  OpenCommands open;
  for (std::size_t i = 0; i < open_commands_max; ++i)
    REQUIRE(open.add(command_of("phone", std::to_string(i))));
  CHECK_FALSE(open.add(command_of("phone", "one more")));
}

}  // namespace
}  // namespace malinka::client
