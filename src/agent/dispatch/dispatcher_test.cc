// SPDX-License-Identifier: MIT
#include "agent/dispatch/dispatcher.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "agent/capability/reply.h"
#include "agent/dispatch/test_support.h"
#include "base/limits.h"
#include "vectors.h"

namespace malinka::agent::dispatch {
namespace {

using test::Device;

Json ping() { return {{"name", "agent.ping"}}; }

/// What a person with all rights is told of a capability.
Json described(const Device& device, std::string_view name) {
  for (const Json& one : device.dispatcher.describe_capabilities(Access::control))
    if (one.at("name") == name) return one;
  FAIL("no capability " << name);
  return {};
}

}  // namespace

TEST_CASE("every vector of commands has the outcome that it says") {
  for (const malinka::test::Vector& vector : malinka::test::load_vectors("commands")) {
    CAPTURE(vector.file);
    Device device;
    device.send(*parse_json(vector.input));
    if (vector.expect.at("ok") == true) {
      CHECK(device.asked.size() == 1);
      CHECK(device.bus.sent.empty());
      continue;
    }
    REQUIRE(device.bus.sent.size() == 1);
    const bool is_malformed = vector.expect.at("error") == "malformed";
    CHECK(device.last().code == (is_malformed ? ResponseCode::malformed : ResponseCode::not_found));
    CAPTURE(device.last().error);
    CHECK(device.last().error.contains(vector.expect.at("says").get<std::string>()));
  }
}

TEST_CASE("a capability gets the command with its value and asker") {
  Device device;
  device.send({{"name", "files.list"}, {"value", {{"path", "/srv"}}}});
  REQUIRE(device.asked.size() == 1);
  CHECK(device.asked[0].command.name == "files.list");
  CHECK(device.asked[0].command.originator == "phone");
  CHECK(device.asked[0].command.value->at("path") == "/srv");
}

TEST_CASE("a stream takes the blob's place in a command that may be one") {
  Device device;
  Json write = {{"name", "files.write"}, {"value", {{"path", "/x"}}}, {"stream", {{"window", 1}}}};
  device.send(write);
  REQUIRE(device.asked.size() == 1);
  CHECK(device.asked[0].command.asks_stream);
  write["blob"] = true;
  device.send(write);
  CHECK(device.last().code == ResponseCode::malformed);
  CHECK(device.last().error == "files.write takes no blob");
  write.erase("stream");
  device.send(write);
  REQUIRE(device.asked.size() == 2);
  CHECK_FALSE(device.asked[1].command.asks_stream);
}

TEST_CASE("a command that cannot be a stream is carried out as if none was asked for") {
  Device device;
  device.send({{"name", "files.list"}, {"value", {{"path", "/"}}}, {"stream", {{"window", 1}}}});
  REQUIRE(device.asked.size() == 1);
  CHECK_FALSE(device.asked[0].command.asks_stream);
}

TEST_CASE("an answer goes to the command that it answers") {
  Device device;
  device.send(ping());
  device.asked[0].answer(done({{"time", "now"}}));
  REQUIRE(device.bus.sent.size() == 1);
  CHECK(device.bus.sent[0].command.id == "\"id\"");
  CHECK(device.last().code == ResponseCode::done);
  CHECK(device.last().value == R"({"time":"now"})");
}

TEST_CASE("an answerer that is called twice answers once") {
  Device device;
  device.send(ping());
  device.asked[0].answer(done(1));
  device.asked[0].answer(done(2));
  CHECK(device.bus.sent.size() == 1);
}

TEST_CASE("an answerer that is dropped answers 500, once") {
  Device device;
  device.send(ping());
  device.asked.clear();
  REQUIRE(device.bus.sent.size() == 1);
  CHECK(device.last().code == ResponseCode::failed);
}

TEST_CASE("an answerer that was called and then dropped answers no second time") {
  Device device;
  device.send(ping());
  device.asked[0].answer(done(1));
  device.asked.clear();
  CHECK(device.bus.sent.size() == 1);
}

TEST_CASE("a command that is never answered is answered with 408 when its time is over") {
  Device device;
  device.send(ping());
  device.clock.advance(std::chrono::seconds(limits::command_seconds) - std::chrono::seconds(1));
  device.dispatcher.answer_overdue();
  CHECK(device.bus.sent.empty());
  device.clock.advance(std::chrono::seconds(1));
  device.dispatcher.answer_overdue();
  REQUIRE(device.bus.sent.size() == 1);
  CHECK(device.last().code == ResponseCode::timed_out);
  device.asked[0].answer(done(1));
  CHECK(device.bus.sent.size() == 1);
}

TEST_CASE(
    "what still runs when the device stops is answered with 503, and so is what comes later") {
  Device device;
  device.send(ping());
  device.dispatcher.stop();
  REQUIRE(device.bus.sent.size() == 1);
  CHECK(device.last().code == ResponseCode::unavailable);
  device.send(ping());
  CHECK(device.bus.sent.size() == 2);
  CHECK(device.last().code == ResponseCode::unavailable);
  CHECK(device.asked.size() == 1);
}

TEST_CASE("an answerer may outlive the dispatcher") {
  test::FakeBus bus;
  std::deque<test::Asked> asked;
  {
    const Policy policy;
    Dispatcher dispatcher({Contract::built_in(), policy, system_clock(), bus});
    dispatcher.add(std::make_unique<test::FakeCapability>("agent", asked));
    Message message;
    message.name = "agent.ping";
    dispatcher.dispatch(message, Access::control);
  }
  REQUIRE(bus.sent.size() == 1);
  asked[0].answer(done(1));
  CHECK(bus.sent.size() == 1);
}

TEST_CASE("one command more than a device carries out at once is answered with 429") {
  Device device;
  for (std::size_t i = 0; i < limits::commands_max; ++i) device.send(ping());
  CHECK(device.bus.sent.empty());
  device.send(ping());
  REQUIRE(device.bus.sent.size() == 1);
  CHECK(device.last().code == ResponseCode::busy);
  device.asked[0].answer(done(1));
  device.send(ping());
  CHECK(device.asked.size() == limits::commands_max + 1);
}

TEST_CASE("a reply that the bus cannot carry becomes a 413") {
  Device device;
  device.send(ping());
  device.asked[0].answer(done(std::string(limits::reply_bytes_max, 'x')));
  CHECK(device.last().code == ResponseCode::too_large);
  CHECK(device.last().value.empty());
}

TEST_CASE("a blob counts as the base64 that some recipients need") {
  const auto reply_of = [](std::size_t bytes) {
    Reply reply;
    reply.blob = Blob{{}, {}, std::make_shared<std::vector<std::byte>>(bytes)};
    return reply;
  };
  Device device;
  device.send(ping());
  device.asked[0].answer(reply_of(limits::file_message_bytes_max));
  CHECK(device.last().code == ResponseCode::done);
  device.send(ping());
  device.asked[1].answer(reply_of(limits::reply_bytes_max - 100));
  CHECK(device.last().code == ResponseCode::too_large);
}

TEST_CASE("an open channel is denied what wants a better one, with a way out") {
  Device device;
  device.bus.kind = ChannelKind::open;
  device.send({{"name", "shell.run"}, {"value", {{"command", "id"}}}});
  CHECK(device.asked.empty());
  REQUIRE(device.bus.sent.size() == 1);
  CHECK(device.last().code == ResponseCode::denied);
  CHECK(device.last().error.contains("password"));
}

TEST_CASE("the policy is asked before the value is looked at") {
  Device device;
  device.bus.kind = ChannelKind::open;
  device.send({{"name", "shell.run"}, {"value", "nonsense"}});
  CHECK(device.last().code == ResponseCode::denied);
}

TEST_CASE("a rule of view lets read and keeps from writing") {
  Device device;
  device.policy.set("files", {Level::view, ChannelKind::open});
  device.send({{"name", "files.list"}, {"value", {{"path", "/"}}}});
  CHECK(device.asked.size() == 1);
  device.send({{"name", "files.mkdir"}, {"value", {{"path", "/a"}}}});
  CHECK(device.asked.size() == 1);
  CHECK(device.last().code == ResponseCode::denied);
  CHECK(device.last().error.contains("[policy.files]"));
}

TEST_CASE("a value that is not JSON is refused") {
  Device device;
  Message message;
  message.name = "agent.ping";
  message.value = "{";
  device.dispatcher.dispatch(message, Access::control);
  REQUIRE(device.bus.sent.size() == 1);
  CHECK(device.last().code == ResponseCode::malformed);
}

TEST_CASE("what commands bring along is bounded too, and counted until they are answered") {
  const auto content = std::make_shared<std::vector<std::byte>>(limits::commands_bytes_max / 2);
  Message message;
  message.name = "files.write";
  message.value = R"({"path":"/a"})";
  message.blob = Blob{{}, {}, content};
  Device device;
  device.dispatcher.dispatch(message, Access::control);
  CHECK(device.asked.size() == 1);
  device.dispatcher.dispatch(message, Access::control);
  CHECK(device.asked.size() == 1);
  CHECK(device.last().code == ResponseCode::busy);
  device.asked[0].answer(done(1));
  device.dispatcher.dispatch(message, Access::control);
  CHECK(device.asked.size() == 2);
}

TEST_CASE("an event is told where its capability may be seen, and nowhere else") {
  Device device;
  device.dispatcher.emit("telemetry.reading", Json::object(), {});
  CHECK(device.bus.announced == std::vector<std::string>{"telemetry.reading"});
  device.policy.set("telemetry", {Level::view, ChannelKind::guarded});
  device.bus.kind = ChannelKind::open;
  device.dispatcher.emit("telemetry.reading", Json::object(), {});
  CHECK(device.bus.announced.size() == 1);
}

TEST_CASE("the description has every capability with its commands, schemas and events") {
  const Device device;
  const Json files = described(device, "files");
  CHECK(files.at("level") == "control");
  CHECK(files.at("commands").size() == 8);
  CHECK(files.at("commands")[0].at("name") == "files.list");
  CHECK(files.at("commands")[0].at("parameters").at("type") == "object");
  CHECK(files.at("user") == "nobody");
  CHECK(described(device, "telemetry").at("events") == Json::array({"telemetry.reading"}));
}

TEST_CASE("what is denied is described as denied, with its reason and without its secrets") {
  Device device;
  device.bus.kind = ChannelKind::open;
  const Json shell = described(device, "shell");
  CHECK(shell.at("level") == "deny");
  CHECK(shell.at("channel") == "sealed");
  CHECK(shell.at("reason").get<std::string>().contains("password"));
  CHECK(shell.at("commands")[0].contains("denied"));
  CHECK_FALSE(shell.contains("user"));
}

}  // namespace malinka::agent::dispatch
