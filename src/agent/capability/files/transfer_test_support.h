// SPDX-License-Identifier: MIT
// A file in transfer, with an end of its stream that tests see into. Not part of any program.

#pragma once

#include <doctest/doctest.h>

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "agent/capability/files/test_support.h"
#include "agent/capability/files/transfers.h"
#include "base/sha256.h"
#include "net/test_support.h"

namespace malinka::agent::files::test {

inline std::string hash_of(std::string_view text) { return base::sha256_hex(as_bytes(text)); }

/// A text of which no two neighbours are alike.
inline std::string some_text(std::size_t size) {
  std::string text(size, '\0');
  unsigned value = 1;
  for (char& one : text) one = static_cast<char>((value = value * 1103515245 + 12345) >> 16);
  return text;
}

/// Keeps what it is told.
struct FakeEnd final : StreamEnd {
  [[nodiscard]] bool has_room() const override { return sent.size() < room; }
  void send(std::vector<std::byte> bytes) override { sent += as_text(bytes); }
  void take(std::size_t bytes) override { taken += bytes; }
  void end(std::string value) override { ended = std::move(value); }
  void abort(StreamFailure why) override { aborted = std::move(why); }

  [[nodiscard]] bool is_over() const { return ended || aborted; }

  std::size_t room = std::numeric_limits<std::size_t>::max();
  std::string sent;
  std::size_t taken = 0;
  std::optional<std::string> ended;
  std::optional<StreamFailure> aborted;
};

struct Transferring {
  /// Asks for one of files.read and files.write as a stream, and lets it begin where it may.
  explicit Transferring(const Roots& roots, std::string name, Json value) {
    Command command{std::move(name), "phone", std::make_shared<const Json>(std::move(value)), {}};
    command.asks_stream = true;
    reply = open_transfer({workers, roots, leftovers, *syncs}, command);
  }

  void begin() {
    REQUIRE(reply.stream);
    reply.stream->begin(end);
  }
  void send(std::string_view text) {
    reply.stream->on_chunk(std::make_shared<const Bytes>(to_bytes(text)));
  }
  void finish(const std::string& hash) { reply.stream->on_end(R"({"sha256":")" + hash + "\"}"); }
  /// Until it has ended, one way or the other.
  void run() {
    REQUIRE(net::run_until(*loop, [this] { return end.is_over(); }));
    settle();
  }
  /// Until all jobs are done, and those that they bring about.
  void settle() {
    for (int i = 0; i < 3; ++i) {
      bool is_done = false;
      workers.submit<int>([] { return 0; }, [&](int) { is_done = true; });
      REQUIRE(net::run_until(*loop, [&] { return is_done; }));
    }
  }
  /// As where the link is lost.
  void break_off() {
    reply.stream->on_over(StreamFailure{503, "the link to the hub was lost"});
    reply.stream.reset();
    settle();
  }

  std::unique_ptr<net::Loop> loop = net::make_loop();
  os::WorkerPool workers{*loop, {.threads = 1, .queue_max = 64}};
  Leftovers leftovers;
  std::shared_ptr<FolderSyncs> syncs = std::make_shared<FolderSyncs>();
  FakeEnd end;
  Reply reply;
};

}  // namespace malinka::agent::files::test
