// SPDX-License-Identifier: MIT
// One admitted peer: what it sends goes to its handler, what is queued for it goes out.

#pragma once

#include <chrono>
#include <forward_list>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "hub/channel/channel.h"
#include "hub/channel/member.h"
#include "hub/metrics/counters.h"
#include "hub/session/outbox.h"
#include "link/connection.h"

namespace malinka::hub {

class Session;

/// Who owns sessions and knows what messages mean. Outlives them.
class SessionHandler {
 public:
  /// `payload` is valid during the call only.
  virtual void on_message(Session& session, link::MessageKind kind, ByteView payload) noexcept = 0;
  /// A message of so many bytes was not kept.
  virtual void on_passed_over(Session& session, wire::PassedOver why,
                              std::uint64_t bytes) noexcept = 0;
  /// A queued copy expired before it could be sent.
  virtual void on_expired(Session& session, const Parcel& parcel) noexcept = 0;
  /// The last call: the session is to be disposed of.
  virtual void on_end(Session& session, link::EndReason reason) noexcept = 0;

 protected:
  ~SessionHandler() = default;
};

/// What all sessions of a shard share. Outlives them, as what it refers to does.
struct SessionContext {
  const Clock& clock;
  SessionHandler& handler;
  OutboxContext queues;
};

/// **Loop-bound.** Destroyed by Loop::dispose only, as its connection is.
class Session final : public Member, public link::ConnectionHandler, public net::Disposable {
 public:
  using AnswerHandler = std::move_only_function<void(bool) noexcept>;

  /// Takes over a connection from its earlier handler.
  Session(const SessionContext& context, Profile profile,
          std::unique_ptr<link::Connection> connection);

  /// Attaches a connection that moved here.
  Session(const SessionContext& context, Profile profile, link::Engine& engine,
          link::DetachedConnection connection, const link::ConnectionSettings& settings);

  bool queue(const ParcelRef& parcel) noexcept override;
  bool send_burst(const Burst& burst) noexcept override;
  /// Copies to it were dropped elsewhere.
  void note_drops(const DropCounts& drops);

  /// Is not read from, for too much of what it said is on its way to another shard; or no longer.
  void stop_listening();
  void listen_again();

  /// Asks the peer for a sign of life; `on_answer` is told false when none came in `timeout` or the
  /// session ended. False, and nothing is called, when too many wait for the answer already.
  [[nodiscard]] bool probe(std::chrono::milliseconds timeout, AnswerHandler on_answer);

  /// Closes behind what is queued; nothing is taken in any more.
  void close(std::uint16_t code, std::string_view reason);
  /// What was queued and will not be sent, oldest first.
  [[nodiscard]] ParcelList take_undelivered() { return outbox_.take_all(); }

  /// Where it stands in its list: that one's business alone.
  class Place {
    friend class SessionList;
    std::uint32_t index_ = 0;
  };
  [[nodiscard]] Place& place() { return place_; }

  /// Null before it entered and after it left.
  [[nodiscard]] Channel* channel() const { return channel_; }
  void set_channel(Channel* channel) { channel_ = channel; }

 private:
  void on_message(link::MessageKind kind, ByteView payload) noexcept override;
  void on_passed_over(link::MessageKind kind, wire::PassedOver why,
                      std::uint64_t bytes) noexcept override;
  std::optional<SharedBytes> next_frame() noexcept override;
  void on_end(const link::End& end) noexcept override;

  [[nodiscard]] bool is_expired(const Parcel& parcel) const;
  void count_sent(std::size_t copies, std::size_t bytes);
  void pause_or_resume_reading();
  void answer_probes(bool is_alive);

  const SessionContext& context_;
  std::unique_ptr<link::Connection> connection_;
  Outbox outbox_;
  Channel* channel_ = nullptr;  // The registry's, while this is a member of it.
  std::forward_list<AnswerHandler> probes_;
  Place place_;
  bool is_closing_ = false;
  bool is_reading_ = true;
  bool has_said_enough_ = false;
  bool has_been_answered_ = false;  // Its join: nothing goes before that.
};

}  // namespace malinka::hub
