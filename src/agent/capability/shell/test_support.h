// SPDX-License-Identifier: MIT
// The capability on a loop, and ends of its streams that tests see into. Not part of any program.

#pragma once

#include <doctest/doctest.h>
#include <signal.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/capability/shell/shell.h"
#include "base/json.h"

namespace malinka::agent::shell::test {

using namespace std::chrono_literals;

/// Who has asked for a stream, with its end as it is on the device.
struct Asker final : StreamEnd {
  [[nodiscard]] bool has_room() const override { return room > 0; }
  void send(std::vector<std::byte> bytes) override {
    room -= std::min(room, bytes.size());
    records.append(as_text(bytes));
  }
  void take(std::size_t bytes) override { taken += bytes; }
  void end(std::string value) override { ended = *parse_json(value); }
  void abort(StreamFailure why) override { failure = std::move(why); }

  /// What came of one output: 1 or 2.
  [[nodiscard]] std::string output(char kind) const {
    std::string text;
    for (std::size_t at = 0; at + 5 <= records.size();) {
      std::size_t size = 0;
      for (std::size_t i = 4; i > 0; --i)
        size = size << 8 | static_cast<unsigned char>(records[at + i]);
      if (records[at] == kind) text += records.substr(at + 5, size);
      at += 5 + (records[at] == 0 ? 0 : size);
    }
    return text;
  }
  void type(std::string_view text) const {
    task->on_chunk(std::make_shared<const Bytes>(to_bytes(text)));
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

  Json reply;
  std::unique_ptr<StreamTask> task;
  std::string records;
  std::size_t room = 1 << 30;
  std::size_t taken = 0;
  std::optional<Json> ended;
  std::optional<StreamFailure> failure;
};

struct Bench {
  Bench() { signal(SIGPIPE, SIG_IGN); }

  void start(Json value) {
    shell->run({"shell.run", "phone", std::make_shared<const Json>(std::move(value)), {}},
               [this](Reply reply) { replies.push_back(std::move(reply)); });
  }

  Reply run(Json value) {
    start(std::move(value));
    while (replies.empty()) turn();
    Reply reply = std::move(replies.back());
    replies.clear();
    return reply;
  }

  /// The text of its standard output.
  std::string output_of(Json value) {
    return run(std::move(value)).value->at("stdout").at("text").get<std::string>();
  }

  /// Of a command that is answered at once.
  Reply ask(const std::string& name, Json value = Json::object(), bool as_stream = false) {
    Command command{"shell." + name, "phone", std::make_shared<const Json>(std::move(value)), {}};
    command.asks_stream = as_stream;
    std::optional<Reply> answer;
    shell->run(command, [&answer](Reply reply) { answer = std::move(reply); });
    REQUIRE(answer);
    return *std::move(answer);
  }

  std::unique_ptr<Asker> open(const std::string& name, Json value) {
    Reply reply = ask(name, std::move(value), true);
    REQUIRE_MESSAGE(reply.code == ResponseCode::done, reply.error);
    auto asker = std::make_unique<Asker>();
    asker->reply = *reply.value;
    asker->task = std::move(reply.stream);
    asker->task->begin(*asker);
    return asker;
  }
  std::unique_ptr<Asker> stream(Json value) { return open("run", std::move(value)); }

  template <typename Condition>
  void wait(Condition condition) {
    while (!condition()) turn();
  }
  void wait_end(const Asker& asker) {
    wait([&] { return asker.ended || asker.failure; });
  }
  void turn() { loop->run_turn(20ms); }
  Json jobs() { return ask("jobs").value->at("jobs"); }

  std::unique_ptr<net::Loop> loop = *net::Loop::create();
  std::unique_ptr<Shell> shell = std::make_unique<Shell>(*loop, os::choose_user({}));
  std::vector<Reply> replies;
};

}  // namespace malinka::agent::shell::test
