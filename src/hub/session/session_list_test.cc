// SPDX-License-Identifier: MIT
#include "hub/session/session_list.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "net/test_support.h"

namespace malinka::hub {
namespace {

struct NoHandler final : SessionHandler {
  void on_message(Session&, link::MessageKind, ByteView) noexcept override {}
  void on_passed_over(Session&, wire::PassedOver, std::uint64_t) noexcept override {}
  void on_expired(Session&, const Parcel&) noexcept override {}
  void on_end(Session&, link::EndReason) noexcept override {}
};

struct Hall {
  ManualClock clock;
  std::unique_ptr<net::Loop> loop = net::make_loop(clock);
  net::SendBatcher batcher{*loop};
  Bytes read_buffer = Bytes(1024);
  link::Engine engine{*loop, batcher, read_buffer};
  QueueMemory memory{1000};
  Counters counters;
  NoHandler handler;
  SessionContext context{.clock = clock, .handler = handler, .queues = {1000, memory, counters}};
  SessionList sessions;

  Session& add(std::string name) {
    return sessions.add(std::make_unique<Session>(
        context, Profile{.id = 1, .name = std::move(name)}, engine,
        link::DetachedConnection{.stream = net::make_memory_streams(1024).first},
        link::ConnectionSettings{}));
  }
  /// In any order.
  std::string names() {
    std::string all;
    for (const auto& session : sessions.all()) all += session->name();
    std::ranges::sort(all);
    return all;
  }
};

}  // namespace

TEST_CASE("whoever is taken out of a list of sessions, the others stay") {
  const std::string all = "abcd";
  for (const char first : all)
    for (const char second : all) {
      if (first == second) continue;
      Hall hall;
      std::map<char, Session*> by_name;
      for (const char name : all) by_name[name] = &hall.add(std::string(1, name));
      CHECK(hall.sessions.take_out(*by_name[first])->name() == std::string(1, first));
      CHECK(hall.sessions.take_out(*by_name[second])->name() == std::string(1, second));
      std::string others = all;
      std::erase_if(others, [&](char name) { return name == first || name == second; });
      CHECK(hall.names() == others);
    }
}

}  // namespace malinka::hub
