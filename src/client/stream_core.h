// SPDX-License-Identifier: MIT
// One end of a stream: what waits to be sent, what may be sent, what came. docs/protocol.md section
// 7. Its turn to send, and its place among the others, are for Streams.

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "client/stream_transport.h"
#include "malinka/stream.h"
#include "protocol/stream_flow.h"
#include "protocol/stream_part.h"

namespace malinka::client {

class Streams;

/// **Loop-bound.** Lives as long as its owner wants; the streams may go before.
class StreamCore final : public StreamEnd {
 public:
  struct Opening {
    StreamKey key;
    std::string name;          ///< Of the Command that opened it.
    std::uint64_t credit = 0;  ///< What this end may send at first.
    std::uint64_t window = 0;  ///< What the other end may.
  };

  StreamCore(Streams& streams, Opening opening, StreamHandler& handler);
  ~StreamCore() override;
  StreamCore(const StreamCore&) = delete;
  StreamCore& operator=(const StreamCore&) = delete;

  [[nodiscard]] bool has_room() const override;
  void send(std::vector<std::byte> bytes) override;
  void take(std::size_t bytes) override;
  void end(std::string value) override;
  void abort(StreamFailure why) override;

  // What Streams asks and tells.

  /// Whether there is something to send that may be sent now.
  [[nodiscard]] bool can_send() const;
  /// The next message that may be sent, which is taken as sent.
  [[nodiscard]] Message next_message();
  /// A part that came with `message`. May end with a call of the handler, after which this may be
  /// gone.
  void take_part(const protocol::StreamPart& part, const Message& message, Steady now);
  /// It is over: detached from its streams, it tells its handler. This may be gone after it.
  void fail(StreamFailure why);
  /// The same, once the other end has been told.
  void give_up(StreamFailure why);
  /// Has on_room or on_over to tell, if it is time.
  [[nodiscard]] bool has_news() const;
  void tell_news();
  void detach() { streams_ = nullptr; }

  [[nodiscard]] const StreamKey& key() const { return key_; }
  [[nodiscard]] std::uint64_t window() const { return receiving_.window(); }
  [[nodiscard]] Message make_message(const protocol::StreamPart& part) const;
  [[nodiscard]] protocol::StreamPart make_part(decltype(protocol::StreamPart::what) what) const {
    return {.id = key_.id, .what = std::move(what)};
  }

  /// Its place in the order of sending; Streams alone uses it.
  std::uint64_t turn = 0;

 private:
  void take_chunk(const protocol::StreamChunk& chunk, const Message& message, Steady now);
  void take_finish(const protocol::StreamFinish& finish, const Message& message);
  void take_credit(const protocol::StreamCredit& credit);
  [[nodiscard]] bool is_open() const;
  [[nodiscard]] bool is_over() const;
  void append_waiting(Bytes bytes);
  [[nodiscard]] Bytes take_waiting(std::size_t bytes_max);

  Streams* streams_;  // Null once it is over: nothing is sent or told any more.
  StreamKey key_;
  std::string name_;
  StreamHandler& handler_;
  protocol::SendingFlow sending_;
  protocol::ReceivingFlow receiving_;
  std::deque<Bytes> waiting_;  // Each at most a chunk.
  std::size_t waiting_bytes_ = 0;
  std::optional<std::string> end_value_;  // end() was called.
  bool has_sent_end_ = false;
  bool is_given_up_ = false;   // By abort(): on_over is all that is told.
  bool is_room_owed_ = false;  // The owner found no room, or may have.
};

}  // namespace malinka::client
