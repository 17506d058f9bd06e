// SPDX-License-Identifier: MIT
// A program of somebody's that stays in a channel: asker HUB CHANNEL NAME, the password in
// MALINKA_PASSWORD, plainly where ASKER_PLAIN is set, and hearing events where ASKER_LISTENS is.
// Each line of its input is a request as JSON (`to`, `name`, `value`, `blob`, `seconds`, and
// `mark`, which is said again in each answer) or `{"trust":DEVICE}`; each line of its output an
// answer, an event or a change of its status. harness.py has its other end.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "malinka/client.h"

namespace {

using malinka::Json;

void print(const Json& line) {
  static std::mutex mutex;  // The client's thread prints as well.
  const std::scoped_lock lock(mutex);
  std::printf("%s\n", malinka::dump_json(line).c_str());
  std::fflush(stdout);
}

Json value_of(const std::string& text) {
  const auto value = malinka::parse_json(text);
  return value ? *value : Json();
}

void ask(malinka::Client& client, const Json& line) {
  malinka::Request request;
  request.recipients = line.at("to").get<std::vector<std::string>>();
  request.name = line.at("name").get<std::string>();
  if (line.contains("value")) request.value = malinka::dump_json(line.at("value"));
  if (line.contains("blob")) {
    const Json& blob = line.at("blob");
    const auto text = blob.value("text", std::string());
    const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
    request.blob = {
        .name = blob.value("name", std::string()),
        .type = blob.value("type", std::string()),
        .content = std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end())};
  }
  request.timeout =
      std::chrono::milliseconds(static_cast<std::int64_t>(line.value("seconds", 30.0) * 1000));
  const Json mark = line.value("mark", Json());
  client.request(
      std::move(request),
      [mark](const malinka::Answer& answer) {
        print({{"mark", mark},
               {"from", answer.from},
               {"code", answer.code},
               {"success", answer.is_success},
               {"error", answer.error},
               {"value", value_of(answer.value)}});
      },
      [] {});
}

void trust(malinka::Client& client, const std::string& device) {
  const std::string fingerprint = client.changed_fingerprint(device);
  const auto trusted = client.trust(device, fingerprint);
  print({{"trusted", device},
         {"fingerprint", fingerprint},
         {"error", trusted ? std::string() : trusted.error().message()}});
}

const char* name_of(malinka::ClientState state) {
  switch (state) {
    case malinka::ClientState::connecting: return "connecting";
    case malinka::ClientState::joined: return "joined";
    case malinka::ClientState::refused: return "refused";
    case malinka::ClientState::closed: return "closed";
  }
  return "unknown";
}

int run(malinka::Client& client) {
  client.on_status(
      [](const malinka::ClientStatus& status) { print({{"status", name_of(status.state)}}); });
  if (std::getenv("ASKER_LISTENS") != nullptr)
    client.on_event([](const malinka::Message& event) {
      print({{"event", event.name},
             {"originator", event.originator},
             {"value", value_of(event.value)}});
    });
  if (client.wait_joined(std::chrono::seconds(30)).state != malinka::ClientState::joined)
    return EXIT_FAILURE;
  print({{"ready", true}});
  for (std::string text; std::getline(std::cin, text);) {
    const Json line = value_of(text);
    if (line.contains("trust"))
      trust(client, line.at("trust").get<std::string>());
    else
      ask(client, line);
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  const char* const password = std::getenv("MALINKA_PASSWORD");
  if (argc != 4 || password == nullptr) return EXIT_FAILURE;
  auto client = malinka::Client::start({.hub = argv[1],
                                        .channel = argv[2],
                                        .name = argv[3],
                                        .password = password,
                                        .is_sealed = std::getenv("ASKER_PLAIN") == nullptr});
  if (!client) return EXIT_FAILURE;
  return run(**client);
}
