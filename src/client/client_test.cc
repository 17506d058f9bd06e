// SPDX-License-Identifier: MIT
// malinka::Client and its thread, over real sockets on loopback. Meant to be run by
// ThreadSanitizer, too.
#include "malinka/client.h"

#include <future>
#include <thread>

#include "client/loopback_hub.h"

using namespace std::chrono_literals;

namespace malinka {
namespace {

using client::LoopbackHub;

constexpr auto patience = 20s;

ClientOptions options_for(std::string hub) {
  ClientOptions options;
  options.hub = std::move(hub);
  options.channel = "home";
  options.name = "phone";
  return options;
}

std::unique_ptr<Client> join(const LoopbackHub& hub) {
  auto started = Client::start(options_for(hub.url()));
  REQUIRE(started);
  REQUIRE((*started)->wait_joined(patience).state == ClientState::joined);
  return std::move(*started);
}

constexpr auto ping =
    R"({"messageType":"Command","id":7,"name":"ping","originator":"hall","recipients":["phone"]})";

TEST_CASE("what cannot be is refused before anything is tried") {
  const auto is_refused = [](auto change) {
    ClientOptions options = options_for("ws://127.0.0.1:1");
    change(options);
    const auto started = Client::start(std::move(options));
    return !started && started.error().code == std::errc::invalid_argument;
  };
  CHECK(is_refused([](ClientOptions& options) { options.hub = "ftp://x"; }));
  CHECK(is_refused([](ClientOptions& options) { options.channel = ""; }));
  CHECK(is_refused([](ClientOptions& options) { options.channel = "*"; }));
  CHECK(is_refused([](ClientOptions& options) { options.name = "@hub"; }));
  CHECK(is_refused([](ClientOptions& options) { options.name = "a\nb"; }));
  CHECK(is_refused([](ClientOptions& options) { options.password = "view1.abc"; }));
  CHECK(is_refused([](ClientOptions& options) { options.password = "\xff"; }));
  CHECK(is_refused([](ClientOptions& options) { options.password = std::string(2000, 'a'); }));
}

TEST_CASE("a client without a name is given one") {
  ClientOptions options = options_for("ws://127.0.0.1:1");
  options.name.clear();
  const auto started = Client::start(std::move(options));
  REQUIRE(started);
  const std::string name = (*started)->status().name;
  CHECK(name.starts_with("guest-"));
  CHECK(name.size() == 12);
}

TEST_CASE("waiting to be joined ends when its time is over, and the status says why") {
  const auto started = Client::start(options_for("ws://127.0.0.1:1"));
  REQUIRE(started);
  const ClientStatus status = (*started)->wait_joined(100ms);
  CHECK(status.state == ClientState::connecting);
  const Answer answer = (*started)->request_one("kitchen", "ping");
  CHECK(answer.code == 503);
  CHECK_FALSE((*started)->broadcast("x", "1"));
}

TEST_CASE("many threads ask at once, and each gets its own answer") {
  const LoopbackHub hub;
  const auto client = join(hub);
  CHECK(client->members().size() == 2);
  std::vector<std::future<bool>> askers;
  for (int asker = 0; asker < 8; ++asker)
    askers.push_back(std::async(std::launch::async, [&client, asker] {
      for (int i = 0; i < 20; ++i) {
        const std::string value = std::to_string(asker * 1000 + i);
        if (client->request_one("kitchen", "echo", value).value != value) return false;
      }
      return true;
    }));
  for (auto& asker : askers) CHECK(asker.get());
}

TEST_CASE("one who asks all where nobody is there is answered with 404") {
  LoopbackHub hub;
  const auto client = join(hub);
  hub.on_message([&hub](link::MessageKind, ByteView payload) {
    const auto command = parse_json(as_text(payload));
    hub.tell(dump_json(
        {{"messageType", "Response"},
         {"originator", "@hub"},
         {"recipients", {"phone"}},
         {"value", {{"recipients", Json::array()}}},
         {"response",
          {{"requestId", command->at("id")}, {"success", true}, {"responseCode", 202}}}}));
    return true;
  });
  const Answer answer = client->request_one("*", "ping");
  CHECK(answer.code == 404);
  CHECK(answer.from == "*");
}

TEST_CASE("answers stand in the order in which the recipients were named") {
  const LoopbackHub hub;
  const auto client = join(hub);
  const std::vector<Answer> answers = client->request(
      {.recipients = {"hall", "attic"}, .name = "x", .value = "{}", .blob = {}, .timeout = 100ms});
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].from == "hall");
  CHECK(answers[1].from == "attic");
  CHECK(answers[0].code == 408);
}

TEST_CASE("a handler may ask, and its answer comes to the client's thread") {
  LoopbackHub hub;
  const auto client = join(hub);
  std::promise<std::string> heard;
  client->on_event([&](const Message& event) {
    client->request(
        {.recipients = {"kitchen"}, .name = "echo", .value = event.value, .blob = {}},
        [&](const Answer& answer) { heard.set_value(answer.value); }, [] {});
  });
  (void)client->status();  // By now the handler is there.
  hub.tell(R"({"messageType":"Broadcast","originator":"hall","name":"x","value":42})");
  auto answer = heard.get_future();
  REQUIRE(answer.wait_for(patience) == std::future_status::ready);
  CHECK(answer.get() == "42");
}

TEST_CASE("a command is answered once, from whatever thread, however often it is tried") {
  LoopbackHub hub;
  std::atomic<int> responses = 0;
  std::promise<void> answered;
  hub.on_response([&](const Json&) {
    if (++responses == 2) answered.set_value();
  });
  const auto client = join(hub);
  std::vector<std::thread> threads;
  client->on_command([&](const IncomingCommand& command) {
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([command] {
        command.answer(
            {.from = {}, .code = 200, .is_success = true, .error = {}, .value = {}, .blob = {}});
      });
  });
  (void)client->status();
  hub.tell(ping);
  hub.tell(ping);
  REQUIRE(answered.get_future().wait_for(patience) == std::future_status::ready);
  client->close();
  for (std::thread& thread : threads) thread.join();
  CHECK(responses == 2);
}

TEST_CASE("a program without a handler for commands answers that it takes none") {
  LoopbackHub hub;
  std::promise<int> code;
  hub.on_response(
      [&](const Json& response) { code.set_value(response["response"]["responseCode"]); });
  const auto client = join(hub);
  hub.tell(ping);
  auto answered = code.get_future();
  REQUIRE(answered.wait_for(patience) == std::future_status::ready);
  CHECK(answered.get() == 501);
}

TEST_CASE("a command may outlive its client, and answering it then does nothing") {
  LoopbackHub hub;
  auto client = join(hub);
  std::promise<IncomingCommand> came;
  client->on_command([&](const IncomingCommand& command) { came.set_value(command); });
  (void)client->status();
  hub.tell(ping);
  const IncomingCommand command = came.get_future().get();
  client.reset();
  command.answer({});
  CHECK(command.message.name == "ping");
}

TEST_CASE("closing while others wait lets them go, each with an answer") {
  const LoopbackHub hub;
  const auto client = join(hub);
  auto asking =
      std::async(std::launch::async, [&] { return client->request_one("hall", "never"); });
  auto looking = std::async(std::launch::async, [&] {
    while (client->status().state == ClientState::joined) std::this_thread::yield();
    return client->status().state;
  });
  client->close();
  CHECK(asking.get().code == 503);
  CHECK(looking.get() == ClientState::closed);
}

TEST_CASE("a closed client answers every call, and can be closed again") {
  const LoopbackHub hub;
  const auto client = join(hub);
  client->close();
  client->close();
  CHECK(client->status().state == ClientState::closed);
  CHECK(client->wait_joined(1h).state == ClientState::closed);
  CHECK(client->members().empty());
  CHECK(client->request_one("kitchen", "x").code == 503);
  CHECK_FALSE(client->broadcast("x", "1"));
}

TEST_CASE("a client may die at any moment") {
  const LoopbackHub hub;
  for (int i = 0; i < 20; ++i) {
    const auto started = Client::start(options_for(hub.url()));
    REQUIRE(started);
    (void)(*started)->wait_joined(std::chrono::milliseconds(i / 2));
  }
}

}  // namespace
}  // namespace malinka
