// SPDX-License-Identifier: MIT
// A bus, a capability and a channel that tests see into.

#pragma once

#include <deque>
#include <string>
#include <vector>

#include "agent/dispatch/dispatcher.h"
#include "base/json.h"

namespace malinka::agent::dispatch::test {

struct FakeBus final : Bus {
  struct Sent {
    Message command;
    Response response;
  };

  void respond(const Message& command, Response response) override {
    sent.push_back({command, std::move(response)});
  }
  void announce(std::string_view event, std::string, std::optional<Blob>, Access) override {
    announced.emplace_back(event);
  }
  [[nodiscard]] ChannelKind channel_kind() const override { return kind; }

  std::vector<Sent> sent;
  std::vector<std::string> announced;
  ChannelKind kind = ChannelKind::sealed;
};

/// What a fake capability was asked, and still owes an answer for.
struct Asked {
  Command command;
  Answerer answer;
};

class FakeCapability final : public Capability {
 public:
  FakeCapability(std::string name, std::deque<Asked>& asked)
      : name_(std::move(name)), asked_(asked) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] bool is_simulated() const override { return false; }
  [[nodiscard]] Json describe() const override { return {{"user", "nobody"}}; }
  void run(const Command& command, Answerer answer) override {
    asked_.push_back({command, std::move(answer)});
  }

 private:
  std::string name_;
  std::deque<Asked>& asked_;
};

/// A dispatcher with the real contract and fakes around it.
struct Device {
  Device() {
    for (const char* const name :
         {"agent", "telemetry", "shell", "terminal", "files", "gpio", "tv"})
      dispatcher.add(std::make_unique<FakeCapability>(name, asked));
  }

  /// Sends a command, written as a JSON object with `name`, `value`, `stream` and `blob`.
  void send(const Json& form) {
    Message message;
    message.type = MessageType::command;
    message.id = "\"id\"";
    message.name = form.value("name", "");
    message.originator = "phone";
    if (const Json* const value = find_member(form, "value")) message.value = dump_json(*value);
    if (const Json* const stream = find_member(form, "stream")) message.stream = dump_json(*stream);
    if (form.contains("blob")) message.blob = Blob{};
    dispatcher.dispatch(std::move(message), Access::control);
  }
  [[nodiscard]] const Response& last() const { return bus.sent.back().response; }

  ManualClock clock;
  Policy policy;
  FakeBus bus;
  std::deque<Asked> asked;
  Dispatcher dispatcher{{Contract::built_in(), policy, clock, bus}};
};

}  // namespace malinka::agent::dispatch::test
