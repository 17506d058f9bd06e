// SPDX-License-Identifier: MIT
// A phone and a device, each joined to a hub in the test's hand, and what the hub does between
// them. Not part of any program.

#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "client/stream_test_support.h"
#include "client/test_support.h"

namespace malinka::client {

inline protocol::JoinAnswer answer_for(const std::string& name, const std::string& other) {
  protocol::JoinAnswer answer = test_join_answer();
  answer.subscriber = name;
  answer.subscribers = {other};
  answer.devices = {"kitchen"};
  answer.subscriber_count = 2;
  return answer;
}

inline SubscriberSettings settings_for(const std::string& name) {
  SubscriberSettings settings = test_settings();
  settings.name = name;
  settings.is_device = name == "kitchen";
  return settings;
}

inline Answer answer_with(int code, std::string value = "{}") {
  Answer answer;
  answer.code = code;
  answer.is_success = code == 200;
  answer.value = std::move(value);
  return answer;
}

/// One of the two, and what it has sent.
struct StreamWorld : World {
  StreamWorld(const SubscriberSettings& settings, const std::string& other) : World(settings) {
    join(answer_for(settings.name, other));
    hub.at_message = [this](link::MessageKind kind, ByteView payload) {
      auto message = kind == link::MessageKind::text
                         ? protocol::decode_text_message(as_text(payload))
                         : protocol::decode_binary_message(payload);
      REQUIRE(message);
      sent.push_back(*std::move(message));
    };
  }
  /// Hands over `message` as the hub does.
  void take(const Message& message) {
    const auto encoded = *protocol::encode_message(message);
    hub.send(encoded.is_binary ? wire::Opcode::binary : wire::Opcode::text, encoded.payload);
    settle();
  }
  void hear_from_hub(const std::string& name, const std::string& value) {
    tell(R"({"messageType":"Broadcast","originator":"@hub","name":")" + name + R"(","value":)" +
         value + "}");
  }
  /// Time goes by, and the link with it.
  void pass_joined(std::chrono::seconds time) {
    constexpr std::chrono::seconds step(20);
    for (std::chrono::seconds passed(0); passed < time; passed += step) {
      pass(step);
      hear_from_hub("hub.noise", "1");
    }
  }

  std::deque<Message> sent;
};

struct StreamWorlds {
  explicit StreamWorlds(const SubscriberSettings& phone_settings = settings_for("phone"),
                        const SubscriberSettings& kitchen_settings = settings_for("kitchen"))
      : phone(phone_settings, "kitchen"), kitchen(kitchen_settings, "phone") {}

  /// Carries messages to and fro until none is left.
  void carry() {
    for (int quiet = 0; quiet < 2;) {
      phone.settle();
      kitchen.settle();
      const bool is_busy =
          carry_one(phone, "phone", kitchen) || carry_one(kitchen, "kitchen", phone);
      quiet = is_busy ? 0 : quiet + 1;
    }
  }
  bool carry_one(StreamWorld& from, const std::string& name, StreamWorld& to) {
    if (from.sent.empty()) return false;
    Message message = std::move(from.sent.front());
    from.sent.pop_front();
    message.originator = name;
    tape.push_back(message);
    if (!is_lost(message)) to.take(message);
    return true;
  }
  /// The phone asks.
  void ask(std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
    phone.subscriber.open_stream({.recipients = {"kitchen"},
                                  .name = "files.write",
                                  .value = R"({"path":"/x"})",
                                  .blob = {},
                                  .timeout = timeout},
                                 asker,
                                 [this](const Answer& answer, std::unique_ptr<StreamEnd> end) {
                                   answers.push_back(answer);
                                   asker.end = std::move(end);
                                 });
    carry();
  }
  /// The kitchen says yes to what it was asked last.
  void accept() {
    REQUIRE(!kitchen.listener.commands.empty());
    device.end = kitchen.subscriber.accept_stream(kitchen.listener.commands.back(),
                                                  answer_with(200), device);
  }
  void open() {
    ask();
    accept();
    carry();
    REQUIRE(asker.end);
    REQUIRE(device.end);
  }

  StreamWorld phone;
  StreamWorld kitchen;
  std::function<bool(const Message&)> is_lost = [](const Message&) { return false; };
  std::deque<Message> tape;  ///< All that the hub has seen.
  std::vector<Answer> answers;
  StreamOwner asker;
  StreamOwner device;
};

}  // namespace malinka::client
