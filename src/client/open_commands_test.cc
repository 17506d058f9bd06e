// SPDX-License-Identifier: MIT
#include "client/open_commands.h"

#include <doctest/doctest.h>

namespace malinka::client {
namespace {

using Way = OpenCommands::Way;

Message command_of(std::string originator, std::string id) {
  Message message;
  message.type = MessageType::command;
  message.originator = std::move(originator);
  message.id = std::move(id);
  return message;
}

TEST_CASE("a command can be answered once") {
  OpenCommands open;
  Message command = command_of("phone", "1");
  CHECK(open.add(command));
  CHECK(open.take(command));
  CHECK_FALSE(open.take(command));
}

TEST_CASE("a command that did not come is not answered") {
  OpenCommands open;
  Message command = command_of("phone", "1");
  CHECK(open.add(command));
  CHECK_FALSE(open.take(command_of("phone", "1")));
}

TEST_CASE("an answer goes the way of its own command, whoever uses its sender and id again") {
  // A viewer whom the hub calls "phone" may know the id.
  const SealedOrigin viewer{.session = {std::byte{1}}, .level = seal::Level::view};
  const SealedOrigin phone{.session = {std::byte{2}}, .level = seal::Level::control};
  OpenCommands open;
  Message looks = command_of("phone", "1");
  Message runs = command_of("phone", "1");
  Message plain = command_of("phone", "1");
  CHECK(open.add(looks, viewer));
  CHECK(open.add(runs, phone));
  CHECK(open.add(plain));
  CHECK(open.take(runs) == Way(phone));
  CHECK_FALSE(open.take(plain).value());
  CHECK(open.take(looks) == Way(viewer));
}

TEST_CASE("commands of a lost link are answered no more") {
  OpenCommands open;
  Message command = command_of("phone", "1");
  CHECK(open.add(command));
  open.clear();
  CHECK_FALSE(open.take(command));
}

TEST_CASE("who has left waits for no answer, and the others do") {
  OpenCommands open;
  Message of_phone = command_of("phone", "1");
  Message of_tablet = command_of("tablet", "1");
  REQUIRE(open.add(of_phone));
  REQUIRE(open.add(of_tablet));
  open.drop_of("phone");
  CHECK_FALSE(open.take(of_phone));
  CHECK(open.take(of_tablet));
}

TEST_CASE("a sender of endless commands is refused at the limit") {
  OpenCommands open;
  Message command = command_of("phone", "1");
  for (std::size_t i = 0; i < open_commands_max; ++i) REQUIRE(open.add(command));
  CHECK_FALSE(open.add(command));
}

}  // namespace
}  // namespace malinka::client
