// SPDX-License-Identifier: MIT
// The capability on a loop with a clock turned by hand, and ends of streams that tests see into.
// Not part of any program.

#pragma once

#include <doctest/doctest.h>
#include <signal.h>

#include <memory>
#include <optional>
#include <string>

#include "agent/capability/terminal/terminal.h"
#include "base/json.h"

namespace malinka::agent::terminal::test {

using namespace std::chrono_literals;

/// Somebody who has asked for a terminal, with the stream's end as it is on the device.
struct Person final : StreamEnd {
  [[nodiscard]] bool has_room() const override { return room > 0; }
  void send(std::vector<std::byte> bytes) override {
    shown += as_text(bytes);
    room -= std::min(room, bytes.size());
  }
  void take(std::size_t bytes) override { taken += bytes; }
  void end(std::string value) override { ended = std::move(value); }
  void abort(StreamFailure why) override { failure = std::move(why); }

  void type(std::string_view keys) const {
    task->on_chunk(std::make_shared<const Bytes>(to_bytes(keys)));
  }
  void make_room(std::size_t bytes) {
    room = bytes;
    task->on_room();
  }
  /// As the agent does it: the task goes with it.
  void lose_link() {
    task->on_over(StreamFailure{503, "the link was lost"});
    task.reset();
  }

  std::string name;
  Json reply;
  std::unique_ptr<StreamTask> task;
  std::string shown;
  std::size_t room = 1 << 30;
  std::size_t taken = 0;
  std::optional<std::string> ended;
  std::optional<StreamFailure> failure;
};

struct Bench {
  Bench() {
    signal(SIGPIPE, SIG_IGN);
    os::ShellUser user = os::choose_user({});
    user.user.shell = "/bin/sh";
    user.user.home = "/";
    terminal = std::make_unique<Terminal>(*loop, std::move(user));
  }

  Reply ask(const std::string& name, Json value, const std::string& from = "phone",
            bool as_stream = true) const {
    std::optional<Reply> answer;
    Command command{"terminal." + name, from, std::make_shared<const Json>(std::move(value)), {}};
    command.asks_stream = as_stream;
    terminal->run(command, [&answer](Reply reply) { answer = std::move(reply); });
    REQUIRE(answer);
    return *std::move(answer);
  }

  std::unique_ptr<Person> open(Json value = Json::object(), const std::string& from = "phone") {
    Reply reply = ask("open", std::move(value), from);
    REQUIRE_MESSAGE(reply.code == ResponseCode::done, reply.error);
    auto person = std::make_unique<Person>();
    person->name = from;
    person->reply = *reply.value;
    person->task = std::move(reply.stream);
    person->task->begin(*person);
    return person;
  }
  std::unique_ptr<Person> take_up(const Person& other, const std::string& from, Json value = {}) {
    value["session"] = other.reply.at("session");
    return open(std::move(value), from);
  }

  void wait_shown(const Person& person, std::string_view text) const {
    while (!person.shown.contains(text)) {
      REQUIRE_MESSAGE(!person.ended, person.shown);
      turn();
    }
  }
  void turn() const { loop->run_turn(20ms); }
  /// Time goes by until there are so many sessions.
  void wait_sessions(std::size_t count) {
    while (sessions().size() != count) {
      clock.advance(100ms);
      turn();
    }
  }
  [[nodiscard]] Json sessions() const { return ask("list", Json::object()).value->at("sessions"); }

  ManualClock clock;
  std::unique_ptr<net::Loop> loop = *net::Loop::create(clock);
  std::unique_ptr<Terminal> terminal;
};

}  // namespace malinka::agent::terminal::test
