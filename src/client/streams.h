// SPDX-License-Identifier: MIT
// The streams of one subscriber: which part is for which, whose turn it is to send, and how much
// all of them together may receive. docs/protocol.md section 7.

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/response_code.h"
#include "client/stream_core.h"
#include "client/stream_transport.h"

namespace malinka::client {

/// **Loop-bound.** Clock and transport outlive it.
///
/// Who sends next is decided by start-time fair queueing: each stream has a virtual time, which
/// goes on with the bytes that it sends; the one furthest behind is next, and who had nothing to
/// send meanwhile does not save that up. So a keystroke goes before the next chunk of any file.
class Streams {
 public:
  Streams(const Clock& clock, StreamTransport& transport) : clock_(clock), transport_(transport) {}
  ~Streams();
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  /// All windows together are a share of what may wait for this subscriber at the hub.
  void set_queue_bytes(std::uint64_t queue_bytes);

  /// The window of a stream that is to be opened, kept for it until open() or release_window().
  /// Nothing where there are too many.
  [[nodiscard]] std::optional<std::uint64_t> reserve_window();
  void release_window(std::uint64_t window);
  /// Whether there is, or was a moment ago, such a stream.
  [[nodiscard]] bool knows(const StreamKey& key) const;
  [[nodiscard]] std::unique_ptr<StreamEnd> open(StreamCore::Opening opening,
                                                StreamHandler& handler);

  /// Takes a part that came with `message` from the other end.
  void take(const StreamKey& key, const protocol::StreamPart& part, const Message& message);
  /// Answers what belongs to no stream with an abort, once for each.
  void refuse(const StreamKey& key, const Message& message);
  /// Whether the hub's report was of a part of a stream, which is given up then.
  [[nodiscard]] bool take_report(const ResponseStatus& report);
  /// Gives up all streams with `peer`, who has gone; or all, as the link has.
  void fail_peer(std::string_view peer, std::string_view why);
  void fail_all(std::string_view why);
  /// The same where the other ends are still there: they are told.
  void abort_peer(std::string_view peer, std::string_view why);
  void abort_all(std::string_view why);
  /// Gives up those of devices whose sealed session is not among those that `has_session`.
  void fail_sessions(const std::function<bool(const SealedOrigin&)>& has_session,
                     std::string_view why);
  [[nodiscard]] bool has_any_with(std::string_view peer) const;

  /// Sends one message of the stream whose turn it is. Nothing happens where none has any.
  void send_next();

  // What a StreamCore asks.

  void may_send(StreamCore& core);
  void has_news(const StreamCore& core);
  /// Sends at once what is no chunk. Where it cannot be sent, the stream is given up soon.
  void send_now(StreamCore& core, const protocol::StreamPart& part);
  /// Gives the stream up in a later turn, unless it is for another reason already.
  void fail_later(StreamCore& core, StreamFailure why);
  /// How far the window of a stream may grow now; and that it has.
  [[nodiscard]] std::uint64_t window_max_of(const StreamCore& core) const;
  void note_growth(std::uint64_t before, std::uint64_t after) { reserved_ += after - before; }
  /// Forgets it; what still comes for it is not answered.
  void remove(StreamCore& core);
  [[nodiscard]] Steady now() const { return clock_.now(); }

 private:
  /// Streams that have something to send, by their turn.
  using Queue = std::set<std::pair<std::uint64_t, StreamCore*>>;

  [[nodiscard]] std::vector<StreamKey> keys_of(
      const std::function<bool(const StreamKey&)>& is_meant) const;
  void remember_ended(const StreamKey& key);
  void remember_id(std::string id, const StreamKey& key);
  void fail(const std::vector<StreamKey>& keys, std::string_view why);
  void abort(const std::vector<StreamKey>& keys, ResponseCode code, std::string_view why);
  void tell_news();

  const Clock& clock_;
  StreamTransport& transport_;
  std::map<StreamKey, StreamCore*> cores_;  // Owned by those who opened them.
  std::deque<StreamKey> ended_;             // The latest ones.
  Queue queue_;
  std::uint64_t virtual_time_ = 0;  // The turn of who sent last.
  std::uint64_t latest_turn_ = 0;
  std::uint64_t windows_max_ = 0;
  std::uint64_t reserved_ = 0;  // Of all streams, and of those that are being opened.
  std::size_t reservations_ = 0;
  std::set<StreamKey> news_;                   // Of whom; told in a later turn.
  std::map<StreamKey, StreamFailure> failed_;  // To be given up then.
  std::unordered_map<std::string, StreamKey> by_message_id_;
  std::deque<std::string> message_ids_;  // Of by_message_id_, the oldest first.
};

}  // namespace malinka::client
