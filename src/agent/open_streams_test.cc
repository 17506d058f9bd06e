// SPDX-License-Identifier: MIT
#include "agent/open_streams.h"

#include <string>
#include <utility>
#include <vector>

#include "net/test_support.h"

namespace malinka::agent {
namespace {

using Happened = std::vector<std::string>;

struct FakeEnd final : StreamEnd {
  explicit FakeEnd(Happened& told) : happened(told) {}
  ~FakeEnd() override { happened.emplace_back("end is gone"); }
  FakeEnd(const FakeEnd&) = delete;
  FakeEnd& operator=(const FakeEnd&) = delete;

  [[nodiscard]] bool has_room() const override { return true; }
  void send(std::vector<std::byte>) override {}
  void take(std::size_t) override {}
  void end(std::string) override {}
  void abort(StreamFailure why) override { happened.push_back("aborted: " + why.error); }

  Happened& happened;
};

struct FakeTask final : StreamTask {
  explicit FakeTask(Happened& told) : happened(told) {}
  ~FakeTask() override { happened.emplace_back("task is gone"); }
  FakeTask(const FakeTask&) = delete;
  FakeTask& operator=(const FakeTask&) = delete;

  void begin(StreamEnd&) override { happened.emplace_back("begin"); }
  void on_chunk(const StreamBytes&) noexcept override { happened.emplace_back("chunk"); }
  void on_room() noexcept override { happened.emplace_back("room"); }
  void on_end(std::string value) noexcept override { happened.push_back("end " + value); }
  void on_over(const std::optional<StreamFailure>&) noexcept override {
    happened.emplace_back("over");
  }

  Happened& happened;
};

/// Accepts streams as long as it is told to; the rest is not asked of it.
struct FakeSubscriber final : client::Subscriber {
  explicit FakeSubscriber(Happened& told) : happened(told) {}

  std::unique_ptr<StreamEnd> accept_stream(const Message&, Answer, StreamHandler& told) override {
    handler = &told;
    return accepts ? std::make_unique<FakeEnd>(happened) : nullptr;
  }

  void request(Request, client::AnswerHandler, client::DoneHandler) override {}
  Result<void> answer(const Message&, Answer) override { return {}; }
  void open_stream(Request, StreamHandler&, client::OpenedHandler) override {}
  Result<void> broadcast(std::string, std::string, std::optional<Blob>, Access) override {
    return {};
  }
  void listen() override {}
  [[nodiscard]] std::string fingerprint(std::string_view) const override { return {}; }
  [[nodiscard]] std::string changed_fingerprint(std::string_view) const override { return {}; }
  [[nodiscard]] Result<void> trust(const std::string&, std::string_view) override { return {}; }
  [[nodiscard]] const ClientStatus& status() const override { return own_status; }
  [[nodiscard]] std::vector<Member> members() const override { return {}; }
  [[nodiscard]] bool is_crowd() const override { return false; }
  void close(std::chrono::milliseconds, net::Task) override {}

  Happened& happened;
  bool accepts = true;
  StreamHandler* handler = nullptr;  // Of the latest stream.
  ClientStatus own_status;
};

struct Device {
  void accept() { streams.accept(subscriber, {}, {}, std::make_unique<FakeTask>(happened)); }

  Happened happened;
  std::unique_ptr<net::Loop> loop = net::make_loop();
  FakeSubscriber subscriber{happened};
  OpenStreams streams{*loop};
};

}  // namespace

TEST_CASE("giving all streams up tells the other ends why, and destroys nothing yet") {
  Device device;
  device.accept();
  device.accept();
  device.happened.clear();
  device.streams.give_up({503, "moved away"});
  CHECK(device.happened == Happened{"aborted: moved away", "aborted: moved away"});
}

TEST_CASE("a task begins when its stream is accepted, and hears what comes") {
  Device device;
  device.accept();
  device.subscriber.handler->on_chunk(nullptr);
  device.subscriber.handler->on_room();
  device.subscriber.handler->on_end("7");
  CHECK(device.happened == Happened{"begin", "chunk", "room", "end 7"});
}

TEST_CASE("where no stream can be had, the task goes without having begun") {
  Device device;
  device.subscriber.accepts = false;
  device.accept();
  CHECK(device.happened == Happened{"task is gone"});
}

TEST_CASE("a task that is over goes at the end of the turn, before its end") {
  Device device;
  device.accept();
  device.subscriber.handler->on_over(std::nullopt);
  CHECK(device.happened == Happened{"begin", "over"});
  net::run_turns(*device.loop, 1);
  CHECK(device.happened == Happened{"begin", "over", "task is gone", "end is gone"});
}

TEST_CASE("all tasks can be ended at once") {
  Device device;
  device.accept();
  device.accept();
  device.streams.clear();
  CHECK(device.happened ==
        Happened{"begin", "begin", "task is gone", "end is gone", "task is gone", "end is gone"});
}

TEST_CASE("a task that was over when all were ended goes once") {
  Device device;
  device.accept();
  device.subscriber.handler->on_over(std::nullopt);
  device.streams.clear();
  net::run_turns(*device.loop, 1);
  CHECK(device.happened == Happened{"begin", "over", "task is gone", "end is gone"});
}

}  // namespace malinka::agent
