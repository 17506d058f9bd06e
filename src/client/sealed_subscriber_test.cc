// SPDX-License-Identifier: MIT
// A subscriber of a sealed channel: what leaves it, what it believes, and what it says of what it
// cannot know. docs/protocol.md section 8.
#include <doctest/doctest.h>

#include <algorithm>

#include "client/test_support.h"
#include "protocol/binary_message.h"
#include "seal/identity.h"
#include "seal/responder.h"

using namespace std::chrono_literals;

namespace malinka::client {
namespace {

const seal::ChannelKeys& keys() {
  static const seal::ChannelKeys made =
      *seal::ChannelKeys::from_password("home", "a good password");
  return made;
}

SubscriberSettings sealed_settings(std::optional<seal::Secret> identity = std::nullopt) {
  SubscriberSettings settings = test_settings();
  settings.key = keys().join_key();
  settings.is_device = identity.has_value();
  settings.sealing = Sealing{.keys = keys(),
                             .identity = std::move(identity),
                             .known_devices = std::make_shared<KnownDevices>()};
  return settings;
}

protocol::EncodedMessage outer_of(MessageType type, const std::string& from, Bytes blob) {
  Message outer;
  outer.type = type;
  outer.id = "\"x\"";
  outer.originator = from;
  if (type != MessageType::broadcast) outer.recipients = {"phone"};
  outer.is_sealed = true;
  outer.blob.emplace().content = std::make_shared<const Bytes>(std::move(blob));
  return *protocol::encode_message(outer);
}

Bytes inner_of(const Message& message, std::optional<std::chrono::milliseconds> deadline = {}) {
  Bytes inner = protocol::encode_inner_head(message, deadline);
  if (message.blob) append(inner, ByteView(*message.blob->content));
  return inner;
}

constexpr std::string_view kitchen_joined =
    R"({"messageType":"Broadcast","name":"hub.joined","originator":"@hub",)"
    R"("value":{"subscriber":"kitchen","device":true}})";

/// What the hub says of the message `id`, of `recipient` where one is named; `status` is the rest
/// of the response.
std::string report_of(const std::string& id, const std::string& recipient,
                      const std::string& status) {
  const std::string value =
      recipient.empty() ? "" : R"("value":{"recipient":")" + recipient + "\"},";
  return R"({"messageType":"Response","originator":"@hub","recipients":["phone"],)" + value +
         R"("response":{"requestId":)" + id + "," + status + "}}";
}

/// A device at the other end, which answers what it is asked with its `value`.
struct Device {
  explicit Device(const seal::Secret& identity = seal::Secret::random())
      : responder({.channel = "home",
                   .name = "kitchen",
                   .keys = keys(),
                   .identity = seal::KeyPair(identity)},
                  events) {}

  Bytes seal(const seal::Id& session, const Message& message, Steady now) {
    const Bytes inner = inner_of(message);
    const ByteView piece(inner);
    return *responder.seal(session, std::span(&piece, 1), now);
  }
  Bytes answer_to(const seal::SealedCommand& command, Steady now) {
    const auto inner = protocol::decode_inner_message(command.inner);
    REQUIRE(inner);
    commands.push_back(inner->message);
    deadlines.push_back(inner->deadline);
    Message response;
    response.type = MessageType::response;
    response.name = inner->message.name;
    response.recipients = {"phone"};
    response.value = value;
    response.response = ResponseStatus{inner->message.id, true, 200, {}};
    return seal(command.session, response, now);
  }

  std::vector<Message> commands;
  std::vector<std::optional<std::chrono::milliseconds>> deadlines;
  std::string value = R"({"is":"sealed"})";
  seal::EventSender events{Steady{}};
  seal::Responder responder;
};

struct SealedWorld : World {
  explicit SealedWorld(const SubscriberSettings& settings = sealed_settings()) : World(settings) {
    join();
  }

  void tell_sealed(MessageType type, const std::string& from, Bytes blob) {
    hub.send(wire::Opcode::binary, outer_of(type, from, std::move(blob)).payload);
    settle();
  }
  /// Takes what the subscriber has sent since the last call.
  std::vector<Message> take_sent() {
    std::vector<Message> sent;
    for (const Bytes& payload : std::exchange(hub.binaries, {})) {
      tape.insert(tape.end(), payload.begin(), payload.end());
      sent.push_back(*protocol::decode_binary_message(payload));
    }
    return sent;
  }
  /// Carries messages to and fro until none is left.
  void carry(Device& device) {
    for (auto sent = take_sent(); !sent.empty(); sent = take_sent())
      for (const Message& outer : sent) deliver(device, outer);
  }
  void deliver(Device& device, const Message& outer) {
    auto [reply, command] = device.responder.take("phone", *outer.blob->content, clock.now());
    if (reply) tell_sealed(MessageType::response, "kitchen", *std::move(reply));
    if (command)
      tell_sealed(MessageType::response, "kitchen", device.answer_to(*command, clock.now()));
  }
  bool tape_has(std::string_view text) const {
    return std::ranges::search(tape, as_bytes(text)).begin() != tape.end();
  }

  Bytes tape;  // All that the hub has seen.
};

/// One that has a session with `device`, in which something was asked and answered.
struct AcquaintedWorld : SealedWorld {
  explicit AcquaintedWorld(Device& device) {
    Heard first;
    ask({"kitchen"}, first);
    carry(device);
    REQUIRE(first.done_count == 1);
  }
};

TEST_CASE("a request is sealed, and comes back as its recipient's answer") {
  SealedWorld world;
  Device device;
  Heard heard;
  world.ask({"kitchen"}, heard);
  world.carry(device);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].from == "kitchen");
  CHECK(heard.answers[0].is_success);
  CHECK(heard.answers[0].value == R"({"is":"sealed"})");
  CHECK(heard.done_count == 1);
  REQUIRE(device.commands.size() == 1);
  CHECK(device.commands[0].name == "agent.ping");
  CHECK(device.deadlines[0] == 30s);
  CHECK(world.hub.texts.empty());  // Nothing has left plainly.
  CHECK(world.tape_has("kitchen"));
  CHECK_FALSE(world.tape_has("agent.ping"));
  CHECK_FALSE(world.tape_has("expiresAt"));
}

TEST_CASE("a plain answer is not believed, whoever seems to give it") {
  SealedWorld world;
  Heard heard;
  world.ask({"kitchen"}, heard);
  const std::string id = "\"" + std::string(16, 'x') + "\"";
  for (const auto& sent : world.take_sent()) {
    world.respond("kitchen", sent.id);
    world.respond("@hub", sent.id);
  }
  world.respond("kitchen", id);
  CHECK(heard.answers.empty());
}

TEST_CASE("a plain command is answered 403, and its handler hears nothing of it") {
  SealedWorld world(sealed_settings(seal::Secret::random()));
  world.tell(R"({"messageType":"Command","id":7,"name":"shell.run","originator":"hall",)"
             R"("recipients":["phone"],"value":{"command":"reboot"}})");
  CHECK(world.listener.commands.empty());
  REQUIRE(world.hub.texts.size() == 1);
  CHECK(world.hub.texts[0]["response"]["responseCode"] == 403);
  CHECK(world.hub.texts[0]["response"]["requestId"] == 7);
}

TEST_CASE("of plain broadcasts only those are heard that are the hub's to make") {
  SealedWorld world;
  world.tell(R"({"messageType":"Broadcast","name":"telemetry.reading","originator":"kitchen"})");
  world.tell(R"({"messageType":"Broadcast","name":"telemetry.reading","originator":"@hub"})");
  world.tell(R"({"messageType":"Broadcast","name":"hub.left","originator":"hall",)"
             R"("value":{"subscriber":"kitchen"}})");
  CHECK(world.listener.events.empty());
  CHECK(world.subscriber.members().size() == 2);
  world.tell(R"({"messageType":"Broadcast","name":"hub.left","originator":"@hub",)"
             R"("value":{"subscriber":"hall"}})");
  CHECK(world.listener.events.size() == 1);
  CHECK(world.subscriber.members().size() == 1);
}

TEST_CASE("a hello that reaches nobody fails its request at once, as the hub says") {
  SealedWorld world;
  Heard heard;
  world.ask({"attic"}, heard);
  const auto sent = world.take_sent();
  REQUIRE(sent.size() == 1);
  world.tell(report_of(sent[0].id, "attic",
                       R"("success":false,"responseCode":404,"error":"no such subscriber")"));
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 404);
}

TEST_CASE("a sealed command that the hub reports is failed as the hub says") {
  Device device;
  AcquaintedWorld world(device);
  Heard heard;
  world.ask({"kitchen"}, heard);
  const auto sent = world.take_sent();
  REQUIRE(sent.size() == 1);
  world.tell(report_of(sent[0].id, "kitchen",
                       R"("success":false,"responseCode":503,"error":"it is slow")"));
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 503);
}

TEST_CASE("who takes no sealed commands is found out at once") {
  SealedWorld world;
  Heard heard;
  world.ask({"hall"}, heard);
  const auto sent = world.take_sent();
  world.tell_sealed(MessageType::response, "hall", *seal::refuse_hello(*sent[0].blob->content));
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 501);
}

TEST_CASE("who never answers a hello is given up after three of them") {
  SealedWorld world;
  Heard heard;
  world.ask({"kitchen"}, heard, 60s);
  for (int i = 0; i < 14; ++i) world.pass(1s);
  CHECK(heard.answers.empty());
  world.pass(1s);
  CHECK(world.take_sent().size() == 3);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 408);
}

TEST_CASE("a device's restart is noticed by nobody") {
  const seal::Secret identity = seal::Secret::random();
  Device before(identity);
  AcquaintedWorld world(before);
  world.pass(6s);
  world.tell(R"({"messageType":"Broadcast","name":"hub.left","originator":"@hub",)"
             R"("value":{"subscriber":"kitchen"}})");
  world.tell(kitchen_joined);
  Device after(identity);
  Heard heard;
  world.ask({"kitchen"}, heard);
  world.carry(after);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].is_success);
}

TEST_CASE("an unknown session fails what was sent in it, and is made anew for what follows") {
  const seal::Secret identity = seal::Secret::random();
  Device before(identity);
  AcquaintedWorld world(before);
  world.pass(6s);
  Device after(identity);  // Nobody was told.
  Heard heard;
  world.ask({"kitchen"}, heard);
  world.carry(after);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 503);
  CHECK(heard.answers[0].error.contains("not known whether it was carried out"));
  CHECK(after.commands.empty());  // It is never sent again by itself.
  Heard again;
  world.ask({"kitchen"}, again);
  world.carry(after);
  REQUIRE(again.answers.size() == 1);
  CHECK(again.answers[0].is_success);
}

TEST_CASE("an answer that was lost fails what waits, and is told") {
  Device device;
  AcquaintedWorld world(device);
  Heard lost;
  Heard heard;
  world.ask({"kitchen"}, lost);
  world.ask({"kitchen"}, heard);
  const auto sent = world.take_sent();
  REQUIRE(sent.size() == 2);
  const auto one = device.responder.take("phone", *sent[0].blob->content, world.clock.now());
  (void)device.answer_to(*one.command, world.clock.now());
  world.deliver(device, sent[1]);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].is_success);
  REQUIRE(lost.answers.size() == 1);
  CHECK(lost.answers[0].code == 503);
  REQUIRE(world.listener.events.size() == 1);
  CHECK(world.listener.events[0].name == "seal.lost");
  CHECK(world.listener.events[0].originator == "@client");
  CHECK(world.listener.events[0].value == R"({"from":{"kitchen":{"broadcasts":0,"responses":1}}})");
}

TEST_CASE("an answer that was lost before fails nothing that is asked after") {
  Device device;
  AcquaintedWorld world(device);
  Heard lost;
  world.ask({"kitchen"}, lost);
  const auto sent = world.take_sent();
  const auto one = device.responder.take("phone", *sent[0].blob->content, world.clock.now());
  (void)device.answer_to(*one.command, world.clock.now());  // Which nobody is there to take.
  world.hub.drop();
  world.settle();
  CHECK(lost.answers.size() == 1);
  world.pass(2s);
  world.join();
  Heard heard;
  world.ask({"kitchen"}, heard);
  world.carry(device);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].is_success);
  REQUIRE(device.commands.size() == 4);
  CHECK(device.commands[2].name == "seal.ping");
}

TEST_CASE("a command that runs for an hour keeps its session, and gets its answer") {
  Device device;
  AcquaintedWorld world(device);
  Heard heard;
  world.ask({"kitchen"}, heard, 2h);
  const auto sent = world.take_sent();
  const auto running = device.responder.take("phone", *sent[0].blob->content, world.clock.now());
  REQUIRE(running.command);
  for (int i = 0; i < 3 * 70; ++i) {
    world.pass(20s);
    world.tell(R"({"messageType":"Broadcast","name":"hub.noise","originator":"@hub"})");
    world.carry(device);  // Pings.
    device.responder.expire(world.clock.now());
  }
  CHECK(heard.answers.empty());
  world.tell_sealed(MessageType::response, "kitchen",
                    device.answer_to(*running.command, world.clock.now()));
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].is_success);
}

TEST_CASE("a session in which the first command could not be sent is confirmed nevertheless") {
  SealedWorld world;
  Device device;
  Heard large;
  world.subscriber.request(
      {.recipients = {"kitchen"},
       .name = "files.write",
       .value = '"' + std::string(2U << 20, 'x') + '"',
       .blob = {},
       .timeout = 30s},
      [&](const Answer& answer) { large.answers.push_back(answer); }, [&] { ++large.done_count; });
  world.settle();
  world.carry(device);
  REQUIRE(large.answers.size() == 1);
  CHECK(large.answers[0].code == 413);
  for (int i = 0; i < 12; ++i) world.pass(1s);
  device.responder.expire(world.clock.now());
  CHECK(device.responder.session_count() == 1);
}

TEST_CASE("a request that waits while its device comes and goes is sent once it is there") {
  Device device;
  AcquaintedWorld world(device);
  world.tell(kitchen_joined);
  Heard heard;
  world.ask({"kitchen"}, heard);
  CHECK(world.take_sent().size() == 1);  // A ping, which goes nowhere.
  world.tell(kitchen_joined);
  world.pass(1s);
  world.carry(device);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].is_success);
}

TEST_CASE("what the hub says of a sealed command proves nothing") {
  Device device;
  AcquaintedWorld world(device);
  Heard heard;
  world.ask({"kitchen"}, heard);
  const auto sent = world.take_sent();
  world.tell(report_of(sent[0].id, {},
                       R"("success":false,"responseCode":404,"error":"no such subscriber")"));
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 404);
  CHECK(heard.answers[0].error == "no such subscriber: not known whether it was carried out");
}

TEST_CASE("what a hub makes up of a sealed command but for a report settles nothing") {
  Device device;
  AcquaintedWorld world(device);
  Heard heard;
  world.ask({"kitchen"}, heard);
  const auto sent = world.take_sent();
  REQUIRE(sent.size() == 1);
  for (const char* const status :
       {R"("success":true,"responseCode":200)", R"("success":false,"responseCode":200)",
        R"("success":true,"responseCode":202)", R"("success":true,"responseCode":404)",
        R"("success":false,"responseCode":495)", R"("success":false)"})
    world.tell(report_of(sent[0].id, "kitchen", std::string(status) + R"(,"error":"forged")"));
  CHECK(heard.answers.empty());
}

TEST_CASE("without a link a command to all fails, and does not pass for one to nobody") {
  SealedWorld world;
  world.hub.drop();
  world.settle();
  Heard heard;
  world.subscriber.request(
      {.recipients = {"*"}, .name = "agent.ping", .value = "{}", .blob = {}, .timeout = 30s},
      [&](const Answer& answer) { heard.answers.push_back(answer); }, [&] { ++heard.done_count; });
  world.settle();
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 503);
}

TEST_CASE("a device whose identity changed is asked nothing until that is accepted") {
  Device before;
  AcquaintedWorld world(before);
  const std::string remembered = world.subscriber.fingerprint("kitchen");
  CHECK(remembered == seal::fingerprint_of(before.responder.identity()));
  world.pass(6s);
  world.tell(kitchen_joined);
  Device after;
  Heard heard;
  world.ask({"kitchen"}, heard);
  world.carry(after);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 495);
  REQUIRE(world.listener.events.size() == 2);
  CHECK(world.listener.events[1].name == "seal.changed");
  CHECK(heard.answers[0].error.contains(remembered));
  const std::string changed = seal::fingerprint_of(after.responder.identity());
  CHECK(heard.answers[0].error.contains(changed));
  CHECK(world.subscriber.changed_fingerprint("kitchen") == changed);
  CHECK(after.commands.empty());

  CHECK_FALSE(world.subscriber.trust("hall", changed));
  CHECK_FALSE(world.subscriber.trust("kitchen", remembered));
  REQUIRE(world.subscriber.trust("kitchen", changed));
  Heard again;
  world.ask({"kitchen"}, again);
  world.carry(after);
  REQUIRE(again.answers.size() == 1);
  CHECK(again.answers[0].is_success);
  CHECK(world.subscriber.fingerprint("kitchen") == changed);
}

TEST_CASE("a command to all is sealed for each device, and for nobody else") {
  SealedWorld world;
  Heard heard;
  world.ask({"*"}, heard);
  const auto sent = world.take_sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].recipients == std::vector<std::string>{"kitchen"});
}

TEST_CASE("what is too large for the hub is not sealed, so that nothing is missed") {
  Device device;
  AcquaintedWorld world(device);
  Heard large;
  world.subscriber.request(
      {.recipients = {"kitchen"},
       .name = "files.write",
       .value = '"' + std::string(2U << 20, 'x') + '"',
       .blob = {},
       .timeout = 30s},
      [&](const Answer& answer) { large.answers.push_back(answer); }, [&] { ++large.done_count; });
  world.settle();
  REQUIRE(large.answers.size() == 1);
  CHECK(large.answers[0].code == 413);
  Heard heard;
  world.ask({"kitchen"}, heard);
  const auto sent = world.take_sent();
  const auto outcome = device.responder.take("phone", *sent[0].blob->content, world.clock.now());
  REQUIRE(outcome.command);
  CHECK(outcome.command->lost == 0);
}

TEST_CASE("who listens seeks sessions with devices, and hears what they seal for all") {
  SealedWorld world;
  Device device;
  world.subscriber.listen();
  world.pass(1s);
  world.carry(device);
  Message event;
  event.type = MessageType::broadcast;
  event.name = "telemetry.reading";
  event.value = "{}";
  const auto tell = [&](bool is_delivered) {
    const Bytes inner = inner_of(event);
    const ByteView piece(inner);
    Bytes blob = device.events.seal(seal::Level::view, std::span(&piece, 1), world.clock.now());
    if (is_delivered) world.tell_sealed(MessageType::broadcast, "kitchen", std::move(blob));
  };
  tell(true);
  REQUIRE(world.listener.events.size() == 1);
  CHECK(world.listener.events[0].name == "telemetry.reading");
  CHECK(world.listener.events[0].originator == "kitchen");
  CHECK(world.listener.events[0].is_sealed);
  tell(false);
  tell(true);
  REQUIRE(world.listener.events.size() == 3);
  CHECK(world.listener.events[1].name == "seal.lost");
}

TEST_CASE("who does not listen makes no session for an event") {
  SealedWorld world;
  Device device;
  const ByteView piece = as_bytes("x");
  world.tell_sealed(MessageType::broadcast, "kitchen",
                    device.events.seal(seal::Level::view, std::span(&piece, 1), world.clock.now()));
  world.pass(60s);
  CHECK(world.take_sent().empty());
}

/// The other end of a subscriber that is a device: one that asks, by the name that the hub gives
/// it.
struct Asker {
  explicit Asker(SealedWorld& world, const seal::ChannelKeys& with = keys(),
                 std::string name = "hall")
      : world_(world),
        name_(name),
        initiator({.channel = "home",
                   .name = std::move(name),
                   .keys = with,
                   .is_trusted = [](const std::string&, const seal::PublicKey&) { return true; }}) {
  }

  void greet() {
    initiator.want("phone", world_.clock.now());
    take_events();
    take_responses();
  }
  void ask(const char* command_name, std::optional<std::chrono::milliseconds> deadline) {
    Message command;
    command.type = MessageType::command;
    command.id = "1";
    command.name = command_name;
    command.recipients = {"phone"};
    const Bytes inner = inner_of(command, deadline);
    const ByteView piece(inner);
    world_.tell_sealed(MessageType::command, name_,
                       *initiator.seal("phone", std::span(&piece, 1), world_.clock.now()));
    take_responses();
  }
  void take_responses() { take_responses(world_.take_sent()); }
  void take_responses(const std::vector<Message>& sent) {
    for (const Message& outer : sent)
      initiator.take("phone", *outer.blob->content, world_.clock.now());
    take_events();
  }
  void take_events() {
    for (auto& event : initiator.take_events()) {
      if (auto* const hello = std::get_if<seal::SendHello>(&event))
        world_.tell_sealed(MessageType::command, name_, std::move(hello->blob));
      if (auto* const refused = std::get_if<seal::SessionRefused>(&event)) refusal = refused->why;
      if (auto* const answered = std::get_if<seal::Answered>(&event))
        responses.push_back(protocol::decode_inner_message(answered->inner)->message);
    }
  }

  SealedWorld& world_;
  std::string name_;
  std::vector<Message> responses;
  std::optional<seal::NoSession> refusal;
  seal::Initiator initiator;
};

TEST_CASE("a device hears a sealed command, and its answer is sealed in the same session") {
  SealedWorld world(sealed_settings(seal::Secret::random()));
  Asker asker(world);
  asker.greet();
  asker.ask("files.list", 5s);
  REQUIRE(world.listener.commands.size() == 1);
  CHECK(world.listener.commands[0].originator == "hall");
  CHECK(world.listener.commands[0].is_sealed);
  CHECK(world.listener.accesses[0] == Access::control);
  REQUIRE(world.subscriber.answer(
      world.listener.commands[0],
      {.from = {}, .code = 200, .is_success = true, .error = {}, .value = "[1]", .blob = {}}));
  world.settle();
  asker.take_responses();
  REQUIRE(asker.responses.size() == 1);
  CHECK(asker.responses[0].value == "[1]");
  CHECK(world.hub.texts.empty());
}

TEST_CASE("who has a view link is heard as one who may look") {
  SealedWorld world(sealed_settings(seal::Secret::random()));
  Asker asker(world, *seal::ChannelKeys::from_view_link(keys().view_password()));
  asker.greet();
  asker.ask("telemetry.read", 5s);
  REQUIRE(world.listener.accesses.size() == 1);
  CHECK(world.listener.accesses[0] == Access::view);
}

TEST_CASE("a command past its deadline is answered so, and not heard") {
  SealedWorld world(sealed_settings(seal::Secret::random()));
  Asker asker(world);
  asker.greet();
  world.pass(6s);
  asker.ask("shell.run", 5s);
  CHECK(world.listener.commands.empty());
  REQUIRE(asker.responses.size() == 1);
  CHECK(asker.responses[0].response->code == 408);
  CHECK(asker.responses[0].value == R"({"expired":true})");
}

TEST_CASE("an answer leaves in its command's own session, whoever uses its name and id as well") {
  SealedWorld world(sealed_settings(seal::Secret::random()));
  Asker viewer(world, *seal::ChannelKeys::from_view_link(keys().view_password()));
  Asker owner(world);  // The hub calls both of them hall.
  viewer.greet();
  owner.greet();
  viewer.ask("files.read", 5s);
  owner.ask("shell.run", 5s);
  REQUIRE(world.listener.commands.size() == 2);
  Answer output{
      .from = {}, .code = 200, .is_success = true, .error = {}, .value = "\"output\"", .blob = {}};
  REQUIRE(world.subscriber.answer(world.listener.commands[1], output));
  world.settle();
  const auto sent = world.take_sent();
  viewer.take_responses(sent);
  owner.take_responses(sent);
  CHECK(viewer.responses.empty());
  REQUIRE(owner.responses.size() == 1);
  CHECK(owner.responses[0].value == "\"output\"");
}

TEST_CASE("nobody is heard who has no name that a subscriber can have") {
  SealedWorld world(sealed_settings(seal::Secret::random()));
  for (const std::string& name :
       {std::string("@client"), std::string("@hub"), std::string("*"), std::string(200, 'x')}) {
    Asker asker(world, keys(), name.size() > 100 ? "hall" : name);
    asker.name_ = name;
    asker.initiator.want("phone", world.clock.now());
    asker.take_events();
    CHECK(world.take_sent().empty());
  }
}

TEST_CASE("a deadline beyond all time is none that has passed") {
  SealedWorld world(sealed_settings(seal::Secret::random()));
  Asker asker(world);
  asker.greet();
  asker.ask("files.list", std::chrono::milliseconds(1LL << 53));
  CHECK(world.listener.commands.size() == 1);
}

TEST_CASE("a device that slept counts the time that it slept") {
  SealedWorld world(sealed_settings(seal::Secret::random()));
  Asker asker(world);
  asker.greet();
  world.clock.sleep(8h);
  asker.ask("shell.run", 5s);
  CHECK(world.listener.commands.empty());
}

TEST_CASE("a seal.ping is answered below the device") {
  SealedWorld world(sealed_settings(seal::Secret::random()));
  Asker asker(world);
  asker.greet();
  asker.ask("seal.ping", std::nullopt);
  CHECK(world.listener.commands.empty());
  REQUIRE(asker.responses.size() == 1);
  CHECK(asker.responses[0].response->code == 200);
}

TEST_CASE("who is no device answers a hello with unknown, and tells nobody anything") {
  SealedWorld world;
  Asker asker(world);
  asker.greet();
  CHECK(asker.refusal == seal::NoSession::refused);
  const auto told = world.subscriber.broadcast("x", "1", {}, Access::view);
  REQUIRE_FALSE(told);
  CHECK(told.error().code == std::errc::operation_not_permitted);
}

TEST_CASE("a command that says it comes too late ends the session: the clock has stood still") {
  Device device;
  AcquaintedWorld world(device);
  Heard heard;
  world.ask({"kitchen"}, heard);
  const auto sent = world.take_sent();
  const auto outcome = device.responder.take("phone", *sent[0].blob->content, world.clock.now());
  REQUIRE(outcome.command);
  Message response;
  response.type = MessageType::response;
  response.recipients = {"phone"};
  response.value = R"({"expired":true})";
  response.response = ResponseStatus{
      protocol::decode_inner_message(outcome.command->inner)->message.id, false, 408, "too late"};
  world.tell_sealed(MessageType::response, "kitchen",
                    device.seal(outcome.command->session, response, world.clock.now()));
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].code == 408);
  Heard again;
  world.ask({"kitchen"}, again);
  const auto next = world.take_sent();
  REQUIRE(next.size() == 1);
  CHECK(std::holds_alternative<seal::Hello>(*seal::parse_form(*next[0].blob->content)));
}

}  // namespace
}  // namespace malinka::client
