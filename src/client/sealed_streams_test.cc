// SPDX-License-Identifier: MIT
// Streams in a sealed channel: they live in their session, and notice what is lost of it.
// docs/protocol.md sections 7 and 8.
#include "client/stream_worlds.h"
#include "seal/identity.h"

using namespace std::chrono_literals;

namespace malinka::client {
namespace {

SubscriberSettings sealed_settings(const std::string& name) {
  static const seal::ChannelKeys keys =
      *seal::ChannelKeys::from_password("home", "a good password");
  SubscriberSettings settings = settings_for(name);
  settings.key = keys.join_key();
  settings.sealing =
      Sealing{.keys = keys, .identity = {}, .known_devices = std::make_shared<KnownDevices>()};
  if (settings.is_device) settings.sealing->identity = seal::Secret::random();
  return settings;
}

struct SealedWorlds : StreamWorlds {
  SealedWorlds() : StreamWorlds(sealed_settings("phone"), sealed_settings("kitchen")) {}

  /// Loses the next message of `name`.
  void lose_one(const std::string& name) {
    is_lost = [this, name](const Message& message) {
      const bool is_meant = message.originator == name;
      if (is_meant) is_lost = [](const Message&) { return false; };
      return is_meant;
    };
  }
};

void check_both_ended(const StreamWorlds& worlds, std::string_view why) {
  for (const StreamOwner* const owner : {&worlds.asker, &worlds.device}) {
    CHECK(owner->overs == 1);
    REQUIRE(owner->failure);
    CHECK(owner->failure->code == 503);
    CHECK(owner->failure->error == why);
  }
}

TEST_CASE("a stream in a sealed channel carries bytes both ways, and the hub sees none of it") {
  SealedWorlds worlds;
  worlds.open();
  const Bytes up = some_bytes(300'000);
  const Bytes down = some_bytes(400'000, 7);
  worlds.asker.end->send(up);
  worlds.device.end->send(down);
  worlds.asker.end->end("");
  worlds.device.end->end("7");
  worlds.carry();
  CHECK(worlds.device.got == up);
  CHECK(worlds.asker.got == down);
  CHECK(worlds.asker.end_value == "7");
  CHECK(worlds.asker.overs + worlds.device.overs == 2);
  for (const Message& message : worlds.tape) {
    CHECK(message.is_sealed);
    CHECK(message.stream.empty());
    CHECK(message.name.empty());
  }
}

TEST_CASE("a lost message of who asked ends the stream at both ends, though no chunk follows") {
  SealedWorlds worlds;
  worlds.open();
  worlds.lose_one("phone");
  worlds.asker.end->send(some_bytes(10));
  worlds.carry();
  CHECK(worlds.device.overs == 0);  // Nobody can know yet.
  Heard heard;
  worlds.phone.ask({"kitchen"}, heard);
  worlds.carry();
  check_both_ended(worlds, "a part of it was lost on the way");
}

TEST_CASE("a lost message of the device ends the stream at both ends, though no chunk follows") {
  SealedWorlds worlds;
  worlds.open();
  worlds.lose_one("kitchen");
  worlds.device.end->send(some_bytes(10));
  worlds.carry();
  Heard heard;
  worlds.phone.ask({"kitchen"}, heard);
  worlds.carry();
  (void)worlds.kitchen.subscriber.answer(worlds.kitchen.listener.commands.back(), answer_with(200));
  worlds.carry();
  check_both_ended(worlds, "an answer of kitchen did not come");
}

TEST_CASE("a lost chunk ends the stream at both ends when the next one comes") {
  SealedWorlds worlds;
  worlds.open();
  SUBCASE("up") {
    worlds.lose_one("phone");
    worlds.asker.end->send(some_bytes(100'000));
  }
  SUBCASE("down") {
    worlds.lose_one("kitchen");
    worlds.device.end->send(some_bytes(100'000));
  }
  worlds.carry();
  CHECK(worlds.asker.overs == 1);
  CHECK(worlds.device.overs == 1);
  CHECK(worlds.asker.failure);
  CHECK(worlds.device.failure);
}

TEST_CASE("a stream keeps its session, however long nothing is said in it") {
  SealedWorlds worlds;
  worlds.open();
  for (int i = 0; i < 100; ++i) {
    worlds.phone.pass_joined(20s);
    worlds.kitchen.pass_joined(20s);
    worlds.carry();
  }
  worlds.asker.end->send(some_bytes(10));
  worlds.carry();
  CHECK(worlds.device.got.size() == 10);
}

TEST_CASE("a session that ends takes its streams with it, at each end when it notices") {
  SealedWorlds worlds;
  worlds.open();
  worlds.kitchen.pass_joined(std::chrono::seconds(limits::seal_session_idle_seconds) + 20s);
  REQUIRE(worlds.device.failure);  // The phone's pings did not come.
  CHECK(worlds.device.failure->error == "its sealed session has ended");
  CHECK(worlds.asker.overs == 0);
  worlds.asker.end->send(some_bytes(10));
  worlds.carry();
  REQUIRE(worlds.asker.failure);
  CHECK(worlds.asker.failure->error == "the session with kitchen has ended");
}

TEST_CASE("a device that accepts in a sealed channel when nobody waits is told to give up") {
  SealedWorlds worlds;
  worlds.ask(1s);
  worlds.phone.pass(1s);
  REQUIRE(worlds.answers.size() == 1);
  CHECK(worlds.answers[0].code == 408);
  worlds.accept();
  worlds.carry();
  REQUIRE(worlds.device.failure);
  CHECK(worlds.device.failure->error == "there is no such stream");
}

TEST_CASE("a sealed chunk that finds nobody ends its stream, as the hub says") {
  SealedWorlds worlds;
  worlds.open();
  worlds.asker.end->send(some_bytes(10));
  worlds.phone.settle();
  REQUIRE(worlds.phone.sent.size() == 1);
  worlds.phone.tell(R"({"messageType":"Response","originator":"@hub","recipients":["phone"],)"
                    R"("response":{"requestId":)" +
                    worlds.phone.sent.front().id +
                    R"(,"success":false,"responseCode":404,"error":"nobody is there"}})");
  REQUIRE(worlds.asker.failure);
  CHECK(worlds.asker.failure->error == "nobody is there");
}

}  // namespace
}  // namespace malinka::client
