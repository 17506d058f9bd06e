// SPDX-License-Identifier: MIT
// How the streams of one subscriber share its link, and its queue at the hub: whose turn it is, who
// is to wait, and how large their windows are. docs/protocol.md section 7.
#include <chrono>

#include "client/stream_test_support.h"

using namespace std::chrono_literals;

namespace malinka::client {
namespace {

constexpr std::size_t waiting_max = limits::stream_waiting_bytes_max;
constexpr std::uint64_t windows_max = limits::queue_bytes / limits::stream_queue_share;

/// Whose chunk each message is, as a text of their ids.
std::string order_of(const StreamSide& side) {
  std::string order;
  for (const auto& part : side.parts()) order += part.id.substr(1, part.id.size() - 2);
  return order;
}

std::uint64_t window_of(const StreamOwner& owner) {
  return static_cast<const StreamCore&>(*owner.end).window();
}

/// Two streams between the same two.
struct TwoStreams : OpenPair {
  TwoStreams() { open("\"b\"", other_asker, other_device); }

  StreamOwner other_asker;
  StreamOwner other_device;
};

TEST_CASE("an end whose reader does not take is told to wait, and another stream goes on") {
  TwoStreams pair;
  pair.device.takes = false;
  std::size_t sent_bytes = 0;
  while (pair.asker.end->has_room()) {
    pair.asker.end->send(some_bytes(10'000));
    sent_bytes += 10'000;
    pair.settle();
  }
  CHECK(sent_bytes < waiting_max + limits::stream_window_bytes + 10'000);
  CHECK(pair.device.got.size() <= limits::stream_window_bytes);

  const Bytes all = some_bytes(1'000'000);
  pair.other_asker.end->send(all);
  pair.settle();
  CHECK(pair.other_device.got == all);
  CHECK(pair.asker.rooms == 0);
}

TEST_CASE("who was told to wait hears once when it may go on") {
  OpenPair pair;
  pair.device.takes = false;
  pair.asker.end->send(some_bytes(waiting_max + limits::stream_window_bytes));
  pair.settle();
  CHECK_FALSE(pair.asker.end->has_room());
  CHECK(pair.asker.rooms == 0);
  pair.device.takes = true;
  pair.device.end->take(pair.device.got.size());
  pair.settle();
  CHECK(pair.asker.rooms == 1);
  CHECK(pair.asker.end->has_room());
  CHECK(pair.device.got.size() == waiting_max + limits::stream_window_bytes);
}

TEST_CASE("who was never told to wait is not told of room") {
  OpenPair pair;
  pair.asker.end->send(some_bytes(1000));
  pair.settle();
  CHECK(pair.asker.rooms == 0);
}

TEST_CASE("a keystroke leaves before the next chunk of a file") {
  TwoStreams pair;
  pair.asker.end->send(some_bytes(waiting_max));
  pair.phone.streams.send_next();
  pair.other_asker.end->send(some_bytes(1));
  pair.phone.offer_link();
  CHECK(order_of(pair.phone).starts_with("ab"));
}

TEST_CASE("a keystroke leaves before the next chunk even of a stream that begins") {
  TwoStreams pair;
  pair.asker.end->send(some_bytes(limits::stream_chunk_bytes_max));
  pair.settle();  // It had its turn, and is behind nobody.
  pair.other_asker.end->send(some_bytes(100'000));
  pair.phone.streams.send_next();
  pair.asker.end->send(some_bytes(1));
  pair.phone.offer_link();
  CHECK(order_of(pair.phone).starts_with("ba"));
}

TEST_CASE("two streams that have much to send take turns") {
  TwoStreams pair;
  pair.asker.end->send(some_bytes(130'000));
  pair.other_asker.end->send(some_bytes(130'000));
  pair.phone.offer_link();
  const std::string order = order_of(pair.phone);
  CHECK((order == "abab" || order == "baba"));
}

TEST_CASE("who was silent saved nothing up") {
  TwoStreams pair;
  for (int i = 0; i < 10; ++i) {
    pair.asker.end->send(some_bytes(100'000));
    pair.settle();
  }
  pair.asker.end->send(some_bytes(130'000));
  pair.other_asker.end->send(some_bytes(130'000));
  pair.phone.offer_link();
  CHECK(order_of(pair.phone).substr(0, 3).contains('a'));
}

TEST_CASE(
    "the link is asked for when there is something to send, and credit does not wait for it") {
  OpenPair pair;
  CHECK(pair.phone.links_wanted == 0);
  pair.asker.end->send(some_bytes(1));
  CHECK(pair.phone.links_wanted == 1);
  CHECK(pair.phone.sent.empty());
  pair.device.end->send(some_bytes(limits::stream_window_bytes / 2));
  pair.kitchen.offer_link();
  pair.deliver_one(pair.kitchen);
  CHECK(pair.phone.count<protocol::StreamCredit>() == 1);
}

TEST_CASE("all first windows together are at most a share of the queue") {
  StreamPair pair;
  std::uint64_t sum = 0;
  std::size_t count = 0;
  while (const auto window = pair.phone.streams.reserve_window()) {
    CHECK(*window >= limits::stream_window_bytes_min);
    CHECK(*window <= limits::stream_window_bytes);
    sum += *window;
    ++count;
  }
  CHECK(sum <= windows_max);
  CHECK(sum > windows_max - limits::stream_window_bytes_min);
  CHECK(count > 16);
}

TEST_CASE("a window that was given back is there for the next stream") {
  StreamPair pair;
  std::vector<std::uint64_t> windows;
  while (const auto window = pair.phone.streams.reserve_window()) windows.push_back(*window);
  for (const std::uint64_t window : windows) pair.phone.streams.release_window(window);
  CHECK(pair.phone.streams.reserve_window() == limits::stream_window_bytes);
}

TEST_CASE("a stream that ends gives its window back") {
  OpenPair pair;
  pair.phone.streams.set_queue_bytes(limits::stream_queue_share * limits::stream_window_bytes);
  CHECK_FALSE(pair.phone.streams.reserve_window());
  SUBCASE("given up") { pair.asker.end->abort({499, "enough"}); }
  SUBCASE("destroyed") { pair.asker.end.reset(); }
  pair.settle();
  CHECK(pair.phone.streams.reserve_window());
}

TEST_CASE("there are only so many streams at once, those that are being opened too") {
  StreamPair pair;
  pair.phone.streams.set_queue_bytes(std::uint64_t{1} << 40);
  std::size_t count = 0;
  while (pair.phone.streams.reserve_window()) ++count;
  CHECK(count == limits::streams_max);
}

/// Lets `pair` carry data down with so long a round trip, for a while.
void stream_down(TwoStreams& pair, std::chrono::milliseconds way) {
  for (int i = 0; i < 400; ++i) {
    for (StreamOwner* const device : {&pair.device, &pair.other_device})
      while (device->end->has_room()) device->end->send(some_bytes(50'000));
    for (StreamSide* const side : {&pair.kitchen, &pair.phone}) {
      side->offer_link();
      side->run_put_off();
      pair.clock.advance(way);
      while (!side->sent.empty()) pair.deliver_one(*side);
    }
  }
}

TEST_CASE("windows grow where the round trip is long, to no more than their share of the queue") {
  TwoStreams pair;
  stream_down(pair, 100ms);
  const std::uint64_t sum = window_of(pair.asker) + window_of(pair.other_asker);
  CHECK(sum > 4 * limits::stream_window_bytes);
  CHECK(sum <= windows_max);
  CHECK(pair.asker.overs + pair.other_asker.overs == 0);
  CHECK(pair.phone.streams.reserve_window());  // There is room for one more all the same.
}

TEST_CASE("windows that have grown leave room again when their stream ends") {
  TwoStreams pair;
  stream_down(pair, 100ms);
  pair.asker.end.reset();
  pair.other_asker.end.reset();
  std::uint64_t sum = 0;
  while (const auto window = pair.phone.streams.reserve_window()) sum += *window;
  CHECK(sum > windows_max - limits::stream_window_bytes_min);
}

}  // namespace
}  // namespace malinka::client
