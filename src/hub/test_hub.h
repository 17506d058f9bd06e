// SPDX-License-Identifier: MIT
// A whole hub without a socket: shards on loops with a manual clock, all turned by the test, and
// clients on streams in memory. Not part of any program.

#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "hub/shard_group.h"
#include "net/loop.h"
#include "net/stream.h"
#include "wire/frame.h"
#include "wire/message_decoder.h"

namespace malinka::hub {

/// What a client was sent: a message, or a close with its code.
struct Received {
  wire::Opcode opcode = wire::Opcode::text;
  std::string payload;
};

class TestHub;

/// One connection to a TestHub. The hub outlives it.
class TestClient {
 public:
  /// Connects from `address`; upgrades with that subprotocol, unless it is to speak HTTP for
  /// itself.
  TestClient(TestHub& hub, const std::string& address);
  ~TestClient();
  void upgrade(std::string_view protocol = {});

  void send(std::string_view text);
  void send_binary(std::string_view envelope, std::string_view blob);
  void send_frame(wire::Opcode opcode, ByteView payload);
  /// Waits for the next that anyone sends: the hub reads both in one turn.
  void hold(std::string_view text);
  void send_bytes(std::string_view bytes);
  /// As send_bytes(), but nothing happens yet.
  void begin_to_send(std::string_view bytes) { unsent_ += bytes; }
  /// Is gone from one moment to the next.
  void vanish() { stream_.reset(); }
  void stop_reading() { is_reading_ = false; }
  void start_reading() { is_reading_ = true; }
  void stop_answering_pings() { answers_pings_ = false; }

  /// What came since, pings left out; nothing when there is no more.
  std::optional<Received> next();
  /// The next message as JSON; fails the test where there is none.
  Json receive();
  /// The code of the close that must be next.
  int receive_close_code();
  /// Everything else that came until now, each on a line.
  std::string rest();
  /// Bytes as they came, before an upgrade.
  std::string receive_bytes();
  [[nodiscard]] bool is_ended() const { return is_ended_; }

  /// Reads what has come.
  void pump();

 private:
  void decode(std::span<std::byte> bytes);

  TestHub& hub_;
  std::unique_ptr<net::Stream> stream_;
  wire::MessageDecoder decoder_;
  bool is_upgraded_ = false;
  bool is_reading_ = true;
  bool answers_pings_ = true;
  bool is_ended_ = false;
  std::string bytes_;
  std::string unsent_;
  Bytes read_buffer_;  // From the first read on: to clear it for each would cost most of a test.
  std::deque<Received> received_;
};

/// How to join.
struct TestJoin {
  std::string channel = "home";
  std::string subscriber{};
  std::string key{};
  std::string instance{};
  std::string more{};  ///< Further members, as `,"device":true`.
  std::string protocol{};
  std::string address = "192.0.2.1";
};

class TestHub {
 public:
  /// With as many shards as MALINKA_TEST_SHARDS says, where `config` has only one; and with all but
  /// the first MALINKA_TEST_WIDE members of each channel on other shards than its home.
  explicit TestHub(Config config = {});
  ~TestHub();

  /// A client that has not said anything yet.
  std::unique_ptr<TestClient> connect(const std::string& address = "192.0.2.1");
  /// One that has joined; its answer is taken off.
  std::unique_ptr<TestClient> join(const TestJoin& join);
  /// Sends a join and gives its answer.
  std::pair<std::unique_ptr<TestClient>, Json> try_join(const TestJoin& join);
  /// The code with which a join is refused, or 200.
  int join_code(const TestJoin& join);

  /// Lets everything happen that is due now.
  void settle();
  /// Moves the clock, in steps short enough for every heartbeat to be answered.
  void advance(std::chrono::milliseconds time);

  /// Less than settle(): clients and one shard have a turn.
  void step();
  void stop(const std::function<void()>& on_stopped);

  /// Of all shards together.
  [[nodiscard]] Counters counters() const { return shards_->commons().counters(); }
  [[nodiscard]] Gauges gauges() const { return shards_->commons().gauges(); }
  [[nodiscard]] ShardGroup& shards() { return *shards_; }
  [[nodiscard]] ManualClock& clock() { return clock_; }

 private:
  friend class TestClient;

  ManualClock clock_;
  std::unique_ptr<ShardGroup> shards_;
  std::size_t steps_ = 0;
  std::vector<TestClient*> clients_;
};

[[nodiscard]] std::string make_join_text(const TestJoin& join);

/// A member of a message by its JSON pointer, as text or a number; null where it is not there.
[[nodiscard]] Json at(const Json& message, const std::string& pointer);

}  // namespace malinka::hub
