// SPDX-License-Identifier: MIT
// Many initiators without a link: initiators CHANNEL DEVICE COUNT, the password in
// MALINKA_PASSWORD. It first prints the join key and the view link, then a hello of each, and then
// for each line of its input what that initiator answers. A line is `NAME HEX`, the one that says
// it or is told it, and the blob.

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "hex.h"
#include "protocol/message_codec.h"
#include "seal/initiator.h"

namespace {

using malinka::Bytes;
using malinka::ByteView;
using malinka::test::hex_of;

Bytes bytes_of(std::string_view hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(
        static_cast<std::byte>(std::strtoul(std::string(hex.substr(i, 2)).c_str(), nullptr, 16)));
  return bytes;
}

/// One of them: whatever session it gets, it says one `seal.ping` in it.
class Person {
 public:
  Person(std::string channel, std::string name, const malinka::seal::ChannelKeys& keys)
      : name_(std::move(name)),
        initiator_({.channel = std::move(channel),
                    .name = name_,
                    .keys = keys,
                    .is_trusted = [](const auto&, const auto&) { return true; }}) {}

  void want(const std::string& device) {
    initiator_.want(device, malinka::system_clock().boot_now());
    say_what_is_new();
  }
  void take(const std::string& device, ByteView blob) {
    initiator_.take(device, blob, malinka::system_clock().boot_now());
    say_what_is_new();
  }

 private:
  void say(ByteView blob) const { std::printf("%s %s\n", name_.c_str(), hex_of(blob).c_str()); }

  void say_what_is_new() {
    for (const malinka::seal::InitiatorEvent& event : initiator_.take_events()) {
      if (const auto* const hello = std::get_if<malinka::seal::SendHello>(&event)) say(hello->blob);
      if (const auto* const ready = std::get_if<malinka::seal::SessionReady>(&event))
        say_ping(ready->device);
    }
  }

  void say_ping(const std::string& device) {
    malinka::Message ping;
    ping.type = malinka::MessageType::command;
    ping.id = "1";
    ping.name = "seal.ping";
    ping.recipients = {device};
    const Bytes inner = malinka::protocol::encode_inner_head(ping, std::nullopt);
    const ByteView piece = inner;
    say(*initiator_.seal(device, std::span(&piece, 1), malinka::system_clock().boot_now()));
  }

  std::string name_;
  malinka::seal::Initiator initiator_;
};

struct Crowd {
  std::string channel;
  std::string device;
  std::size_t names;
  std::size_t each;
};

void run(const Crowd& crowd, const malinka::seal::ChannelKeys& keys) {
  std::multimap<std::string, std::unique_ptr<Person>> persons;
  for (std::size_t i = 0; i < crowd.names * crowd.each; ++i) {
    std::string name = "person-" + std::to_string(i / crowd.each);
    auto person = std::make_unique<Person>(crowd.channel, name, keys);
    person->want(crowd.device);
    persons.emplace(std::move(name), std::move(person));
  }
  std::fflush(stdout);
  for (std::string name, hex; std::cin >> name >> hex; std::fflush(stdout)) {
    const auto [first, last] = persons.equal_range(name);
    const Bytes blob = bytes_of(hex);
    for (auto it = first; it != last; ++it) it->second->take(crowd.device, blob);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const char* const password = std::getenv("MALINKA_PASSWORD");
  if (argc != 5 || password == nullptr) return EXIT_FAILURE;
  const auto keys = malinka::seal::ChannelKeys::from_text(argv[1], password);
  if (!keys) return EXIT_FAILURE;
  std::printf("%s %s\n", keys->join_key().c_str(), keys->view_password().c_str());
  run({.channel = argv[1],
       .device = argv[2],
       .names = std::strtoul(argv[3], nullptr, 10),
       .each = std::strtoul(argv[4], nullptr, 10)},
      *keys);
  return EXIT_SUCCESS;
}
