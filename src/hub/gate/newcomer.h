// SPDX-License-Identifier: MIT
// A connection that upgraded and has not joined yet. docs/protocol.md section 2.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/channel/parcel.h"
#include "link/connection.h"
#include "protocol/join.h"

namespace malinka::hub {

/// A message that came right behind a join, while it was being decided.
struct HeldMessage {
  link::MessageKind kind = link::MessageKind::text;
  Bytes payload;
  std::optional<wire::PassedOver> passed_over{};  ///< Set: there is no payload.
  std::uint64_t bytes = 0;
};

class Newcomer;

/// A newcomer on its way to the shard that its channel lives on. Whoever has it may be any thread.
struct Traveller {
  protocol::Join join;
  link::DetachedConnection connection;
  bool takes_binary = false;
};

/// Who owns newcomers and decides. Outlives them.
class NewcomerHost {
 public:
  virtual void on_join(Newcomer& newcomer) noexcept = 0;
  /// What came was no join, or nothing came in time: it is to be refused for that.
  virtual void on_no_join(Newcomer& newcomer, ResponseCode code, std::string error) noexcept = 0;
  /// The last call: the newcomer is to be disposed of.
  virtual void on_gone(Newcomer& newcomer) noexcept = 0;

 protected:
  ~NewcomerHost() = default;
};

/// **Loop-bound.** Destroyed by Loop::dispose only, as its connection is.
class Newcomer final : public link::ConnectionHandler, public net::Disposable {
 public:
  Newcomer(std::uint64_t id, link::Engine& engine, bool takes_binary, NewcomerHost& host);
  ~Newcomer() override;

  /// Begins to listen; `early_bytes` came behind the request's head.
  void start(std::unique_ptr<net::Stream> stream, const link::ConnectionSettings& settings,
             ByteView early_bytes);

  /// As start(), for one whose join was heard on another shard.
  void arrive(Traveller traveller, const link::ConnectionSettings& settings);

  /// True until it waits, or is refused: its join is the last that was heard of it.
  [[nodiscard]] bool is_joining() const { return phase_ == Phase::joining; }
  /// Hears nothing more, so that it can leave for another shard.
  void pause();
  /// Once paused, in a later turn: what there is of it, and it is to be disposed of. Nothing where
  /// its end is about to be told.
  [[nodiscard]] std::optional<Traveller> depart();

  /// Keeps what it says further until its join is decided.
  void wait(std::size_t message_bytes_max);
  /// False once it is refused, or on its way out by itself: nobody leaves for such a one.
  [[nodiscard]] bool is_waiting() const;
  /// Answers its join, or what came in its place, and closes.
  void refuse(const protocol::JoinRefusal& refusal);
  void close(std::uint16_t code, std::string_view reason);
  /// Its connection, to be taken over by a session. Reading goes on.
  [[nodiscard]] std::unique_ptr<link::Connection> hand_over();

  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] bool takes_binary() const { return takes_binary_; }
  [[nodiscard]] const protocol::Join& join() const { return join_; }
  [[nodiscard]] std::optional<HeldMessage> take_held() { return std::move(held_); }
  [[nodiscard]] std::string peer_address() const { return connection_->peer_address(); }

 private:
  enum class Phase {
    expected_to_join,
    joining,  ///< Its join is heard.
    waiting,
    closing,
  };

  void on_message(link::MessageKind kind, ByteView payload) noexcept override;
  void on_passed_over(link::MessageKind kind, wire::PassedOver why,
                      std::uint64_t bytes) noexcept override;
  std::optional<SharedBytes> next_frame() noexcept override;
  void on_end(const link::End& end) noexcept override;
  void hold(HeldMessage message);
  void cancel_deadline();

  const std::uint64_t id_;
  link::Engine& engine_;
  const bool takes_binary_;
  NewcomerHost& host_;
  std::unique_ptr<link::Connection> connection_;
  Phase phase_ = Phase::expected_to_join;
  protocol::Join join_;
  std::optional<HeldMessage> held_;  // One at most: with it, reading is paused.
  std::optional<SharedBytes> refusal_frame_;
  net::TimerId deadline_ = net::no_timer;
};

}  // namespace malinka::hub
