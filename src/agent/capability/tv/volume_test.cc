// SPDX-License-Identifier: MIT
// tv.volume: what is pressed, and what comes of it.
#include <doctest/doctest.h>

#include "agent/capability/tv/test_support.h"

namespace malinka::agent::tv {

using test::Bench;
using test::refusing;
using test::silent;

TEST_CASE("a percent is reached, and every key is let go") {
  for (const int percent : {0, 19, 20, 21, 64, 100}) {
    CAPTURE(percent);
    Bench bench;
    CHECK(bench.answer_to("tv.volume", {{"percent", percent}}).value->at("volumePercent") ==
          percent);
    CHECK(bench.driver->count(Opcode::user_control_pressed) ==
          bench.driver->count(Opcode::user_control_released));
    CHECK(bench.driver->count(Opcode::user_control_pressed) ==
          static_cast<std::size_t>(std::abs(percent - 20)));
  }
}

TEST_CASE("a TV with long steps is brought as near as they come") {
  Bench bench;
  bench.tv.step = 5;
  const int reached = bench.answer_to("tv.volume", {{"percent", 47}}).value->at("volumePercent");
  CHECK(std::abs(reached - 47) < 5);
}

TEST_CASE("a TV that does not move is not pressed for ever") {
  Bench bench;
  bench.tv.step = 0;
  const Reply reply = bench.answer_to("tv.volume", {{"percent", 90}});
  CHECK(reply.error == "the TV stays at 20 %, whatever key is pressed");
  CHECK(bench.driver->count(Opcode::user_control_pressed) <= 40);
}

TEST_CASE("up and down are so many keys") {
  Bench bench;
  CHECK(bench.answer_to("tv.volume", {{"change", "up"}, {"steps", 7}}).value->at("volumePercent") ==
        27);
  CHECK(bench.answer_to("tv.volume", {{"change", "down"}}).value->at("volumePercent") == 26);
}

TEST_CASE("mute is pressed only where it is not so already") {
  Bench bench;
  CHECK(bench.answer_to("tv.volume", {{"change", "mute"}}).value->at("muted") == true);
  CHECK(bench.answer_to("tv.volume", {{"change", "mute"}}).value->at("muted") == true);
  CHECK(bench.driver->count(Opcode::user_control_pressed) == 1);
  CHECK(bench.answer_to("tv.volume", {{"change", "unmute"}}).value->at("muted") == false);
}

TEST_CASE("what does not fit together is refused before anything is said") {
  Bench bench;
  for (const Json& value : {Json::object(), Json{{"percent", 30}, {"change", "up"}},
                            Json{{"percent", 30}, {"steps", 2}},
                            Json{{"change", "mute"}, {"steps", 2}}, Json{{"steps", 2}}}) {
    CAPTURE(value.dump());
    CHECK(bench.answer_to("tv.volume", value).code == ResponseCode::malformed);
  }
  CHECK(bench.driver->sent.empty());
}

TEST_CASE("a TV in standby is to be turned on first") {
  Bench bench;
  bench.tv.power = Power::standby;
  const Reply reply = bench.answer_to("tv.volume", {{"percent", 30}});
  CHECK(reply.code == ResponseCode::conflict);
  CHECK(bench.driver->count(Opcode::user_control_pressed) == 0);
}

TEST_CASE("a TV that does not tell how loud it is takes keys, and no percent") {
  Bench bench;
  bench.driver->answer = [&](const std::string&, const Request& request) {
    if (request.message.opcode() == Opcode::give_audio_status) return refusing(request.message, 0);
    return bench.tv(request);
  };
  const Reply percent = bench.answer_to("tv.volume", {{"percent", 30}});
  CHECK(percent.code == ResponseCode::not_supported);
  const Reply up = bench.answer_to("tv.volume", {{"change", "up"}});
  CHECK(up.code == ResponseCode::done);
  CHECK_FALSE(up.value->contains("volumePercent"));
  CHECK(up.value->contains("problem"));
}

TEST_CASE("a TV that tells of itself when a key is pressed is heard") {
  Bench bench;
  bench.driver->answer = [&](const std::string&, const Request& request) {
    if (request.message.opcode() == Opcode::give_audio_status) return refusing(request.message, 0);
    const Outcome outcome = bench.tv(request);
    if (request.message.opcode() == Opcode::user_control_released)
      bench.driver->listener().on_heard(
          bench.driver->all[0], CecMessage(television, 4, Opcode::report_audio_status,
                                           {static_cast<std::uint8_t>(bench.tv.volume_percent)}));
    return outcome;
  };
  CHECK(bench.answer_to("tv.volume", {{"percent", 30}}).value->at("volumePercent") == 30);
}

TEST_CASE("a key that the TV refuses is an error with its reason") {
  Bench bench;
  bench.driver->answer = [&](const std::string&, const Request& request) {
    if (request.message.opcode() == Opcode::give_audio_status) return refusing(request.message, 0);
    if (request.message.opcode() == Opcode::user_control_pressed)
      bench.driver->listener().on_heard(
          bench.driver->all[0], CecMessage(television, 4, Opcode::feature_abort, {0x44, 4}));
    return bench.tv(request);
  };
  const Reply reply = bench.answer_to("tv.volume", {{"change", "up"}});
  CHECK(reply.error == "the TV refuses the key: it will not");
}

TEST_CASE("an amplifier that is in charge is told in the TV's place") {
  Bench bench;
  bench.driver->answer = [&](const std::string&, const Request& request) {
    if (request.message.destination() != audio_system) return bench.tv(request);
    if (request.message.opcode() == Opcode::give_system_audio_mode_status)
      return Outcome{
          Fate::answered, CecMessage(audio_system, 4, Opcode::system_audio_mode_status, {1}), {}};
    if (request.message.opcode() == Opcode::give_audio_status)
      return Outcome{
          Fate::answered, CecMessage(audio_system, 4, Opcode::report_audio_status, {61}), {}};
    return silent(Fate::sent);
  };
  CHECK(bench.answer_to("tv.volume", {{"change", "up"}}).value->at("volumePercent") == 61);
  for (const CecMessage& message : bench.driver->sent)
    if (message.opcode() == Opcode::user_control_pressed)
      CHECK(message.destination() == audio_system);
}

}  // namespace malinka::agent::tv
