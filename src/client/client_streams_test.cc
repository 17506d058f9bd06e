// SPDX-License-Identifier: MIT
// malinka::Stream and the threads that wait in it, over real sockets on loopback. Meant to be run
// by ThreadSanitizer, too.
#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "client/loopback_kitchen.h"
#include "malinka/client.h"

using namespace std::chrono_literals;

namespace malinka {
namespace {

using client::LoopbackHub;
using client::LoopbackKitchen;

constexpr auto patience = 20s;

std::unique_ptr<Client> join(const LoopbackHub& hub) {
  ClientOptions options;
  options.hub = hub.url();
  options.channel = "home";
  options.name = "phone";
  auto started = Client::start(std::move(options));
  REQUIRE(started);
  REQUIRE((*started)->wait_joined(patience).state == ClientState::joined);
  return std::move(*started);
}

std::unique_ptr<Stream> open(Client& client, const std::string& name) {
  Client::Opened opened = client.open("kitchen", name);
  CHECK(opened.answer.is_success);
  REQUIRE(opened.stream);
  return std::move(opened.stream);
}

Bytes some_bytes(std::size_t size, unsigned seed) {
  Bytes bytes(size);
  for (std::byte& one : bytes)
    one = static_cast<std::byte>((seed = seed * 1103515245 + 12345) >> 16);
  return bytes;
}

/// Writes all of it, and ends.
bool write_all(Stream& stream, const Bytes& bytes) {
  constexpr std::size_t piece_bytes = 10'000;
  for (ByteView rest = bytes; !rest.empty();) {
    const ByteView piece = rest.first(std::min(rest.size(), piece_bytes));
    if (!stream.write({piece.begin(), piece.end()})) return false;
    rest = rest.subspan(piece.size());
  }
  stream.end(R"({"all":true})");
  return true;
}

Bytes read_all(Stream& stream) {
  Bytes all;
  while (true) {
    const auto bytes = stream.read();
    if (!bytes || !*bytes) return all;
    append(all, ByteView(**bytes));
  }
}

/// Whether all of it came back.
bool echo(Client& client, const Bytes& bytes) {
  const auto stream = client.open("kitchen", "echo").stream;
  if (!stream) return false;
  auto writing = std::async(std::launch::async, [&] { return write_all(*stream, bytes); });
  const Bytes back = read_all(*stream);
  return writing.get() && back == bytes && stream->result() == R"({"all":true})";
}

TEST_CASE("one thread reads what another one writes, whole and in order") {
  LoopbackHub hub;
  LoopbackKitchen::join(hub);
  const auto client = join(hub);
  CHECK(echo(*client, some_bytes(1'000'000, 1)));
}

TEST_CASE("many threads have a stream each") {
  LoopbackHub hub;
  LoopbackKitchen::join(hub);
  const auto client = join(hub);
  std::vector<std::future<bool>> all;
  for (unsigned i = 0; i < 6; ++i)
    all.push_back(
        std::async(std::launch::async, [&, i] { return echo(*client, some_bytes(150'000, i)); }));
  for (auto& one : all) CHECK(one.get());
}

TEST_CASE("the result passes over what still comes") {
  LoopbackHub hub;
  LoopbackKitchen::join(hub);
  const auto client = join(hub);
  const auto stream = open(*client, "echo");
  REQUIRE(stream->write(some_bytes(100'000, 1)));
  stream->end("7");
  CHECK(stream->result() == "7");
  CHECK(stream->result() == "7");
  const auto after = stream->read();
  REQUIRE(after);
  CHECK(*after == nullptr);
}

TEST_CASE("a device that answers without a stream gives none") {
  const LoopbackHub hub;
  const auto client = join(hub);
  const Client::Opened opened = client->open("kitchen", "echo", "5");
  CHECK(opened.answer.is_success);
  CHECK(opened.answer.value == "5");
  CHECK_FALSE(opened.stream);
}

TEST_CASE("who does not answer in time gives no stream") {
  const LoopbackHub hub;
  const auto client = join(hub);
  const Client::Opened opened = client->open("hall", "echo", {}, 50ms);
  CHECK(opened.answer.code == 408);
  CHECK_FALSE(opened.stream);
}

TEST_CASE("closing lets go whoever waits to read") {
  LoopbackHub hub;
  LoopbackKitchen::join(hub);
  const auto client = join(hub);
  const auto stream = open(*client, "silent");
  auto reading = std::async(std::launch::async, [&] { return stream->read(); });
  auto waiting = std::async(std::launch::async, [&] { return stream->result(); });
  client->close();
  const auto read = reading.get();
  REQUIRE_FALSE(read);
  CHECK(read.error().code == 503);
  CHECK(read.error().error == "closed by this program");
  CHECK_FALSE(waiting.get());
}

TEST_CASE("who writes what nobody takes waits, and closing lets it go") {
  LoopbackHub hub;
  LoopbackKitchen::join(hub);
  const auto client = join(hub);
  const auto stream = open(*client, "silent");
  std::atomic<std::size_t> taken = 0;
  std::promise<void> has_window;
  auto writing = std::async(std::launch::async, [&] {
    while (stream->write(some_bytes(10'000, 1)))
      if ((taken += 10'000) == 2 * limits::stream_window_bytes / 10'000 * 10'000)
        has_window.set_value();
  });
  REQUIRE(has_window.get_future().wait_for(patience) == std::future_status::ready);
  client->close();
  writing.get();
  // What the device may have, what waits for it, and what is on its way to the client's thread.
  CHECK(taken <= limits::stream_window_bytes + 2 * limits::stream_waiting_bytes_max + 20'000);
}

TEST_CASE("who writes on when another thread has ended the stream is let go once it is over") {
  LoopbackHub hub;
  LoopbackKitchen::join(hub);
  const auto client = join(hub);
  const auto stream = open(*client, "echo");
  auto writing = std::async(std::launch::async, [&] {
    while (stream->write(some_bytes(10'000, 1))) std::this_thread::yield();
  });
  REQUIRE(stream->read());
  stream->end();
  CHECK(stream->result());
  CHECK(writing.wait_for(patience) == std::future_status::ready);
}

TEST_CASE("giving a stream up lets go who waits in it, and tells the device") {
  LoopbackHub hub;
  std::promise<StreamFailure> failed;
  LoopbackKitchen::join(hub, &failed);
  const auto client = join(hub);
  const auto stream = open(*client, "silent");
  auto reading = std::async(std::launch::async, [&] { return stream->read(); });
  stream->abort({499, "the person went away"});
  const auto read = reading.get();
  REQUIRE_FALSE(read);
  CHECK(read.error().code == 499);
  auto told = failed.get_future();
  REQUIRE(told.wait_for(patience) == std::future_status::ready);
  CHECK(told.get().error == "the person went away");
  CHECK_FALSE(stream->write(some_bytes(1, 1)));
}

TEST_CASE("destroying a stream before its end gives it up") {
  LoopbackHub hub;
  std::promise<StreamFailure> failed;
  LoopbackKitchen::join(hub, &failed);
  const auto client = join(hub);
  open(*client, "silent").reset();
  auto told = failed.get_future();
  REQUIRE(told.wait_for(patience) == std::future_status::ready);
  CHECK(told.get().error == "the other end gave it up");
}

TEST_CASE("a stream may outlive its client, and every call then fails at once") {
  LoopbackHub hub;
  LoopbackKitchen::join(hub);
  auto client = join(hub);
  const auto stream = open(*client, "silent");
  SUBCASE("closed") { client->close(); }
  SUBCASE("gone") { client.reset(); }
  CHECK_FALSE(stream->read());
  CHECK_FALSE(stream->write(some_bytes(1, 1)));
  CHECK_FALSE(stream->result());
  stream->end();
  stream->abort({499, "late"});
}

TEST_CASE("a closed client opens no stream") {
  const LoopbackHub hub;
  const auto client = join(hub);
  client->close();
  const Client::Opened opened = client->open("kitchen", "echo");
  CHECK(opened.answer.code == 503);
  CHECK_FALSE(opened.stream);
}

}  // namespace
}  // namespace malinka
