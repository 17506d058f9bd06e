// SPDX-License-Identifier: MIT
// A device's end of its sessions: answers hellos, opens Commands, seals the answers, and never
// holds more than its limits. docs/protocol.md section 8.

#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "seal/chain.h"
#include "seal/channel_keys.h"
#include "seal/event_keys.h"
#include "seal/noise.h"

namespace malinka::seal {

/// A Command that was sealed for this device.
struct SealedCommand {
  Id session{};
  Level level = Level::view;
  Bytes inner;
  std::uint64_t lost = 0;  ///< How many before it did not come.
  Steady began;            ///< When its session began: what its deadline counts from.
};

/// **Loop-bound.**
class Responder {
 public:
  struct Self {
    std::string channel;
    std::string name;
    ChannelKeys keys;
    KeyPair identity;
  };

  /// `events`, whose keys its welcomes hand out, outlives it.
  Responder(Self self, const EventSender& events) : self_(std::move(self)), events_(events) {}

  /// What becomes of a sealed Command: one of the two, or nothing.
  struct Outcome {
    std::optional<Bytes> reply;  ///< A blob to send back as a Response.
    std::optional<SealedCommand> command;
  };
  [[nodiscard]] Outcome take(std::string_view initiator, ByteView blob, Steady now);

  /// The blob of an answer, its pieces in a row; nothing where the session has ended.
  [[nodiscard]] std::optional<Bytes> seal(const Id& session, std::span<const ByteView> plaintext,
                                          Steady now);

  /// Ends what was idle, or unconfirmed, for too long. To be called about every second.
  void expire(Steady now);

  [[nodiscard]] bool has_session(const Id& session) const { return sessions_.contains(session); }
  [[nodiscard]] std::size_t session_count() const { return sessions_.size(); }
  [[nodiscard]] const PublicKey& identity() const { return self_.identity.public_key; }

 private:
  struct Session {
    std::string initiator;
    Level level;
    ReceivingChain receiving;
    SendingChain sending;
    Steady began;
    Steady last_used;
    bool is_confirmed = false;
  };
  using Sessions = std::map<Id, Session>;

  [[nodiscard]] Outcome greet(std::string_view initiator, const Hello& hello, Steady now);
  [[nodiscard]] Outcome open(std::string_view initiator, const SealedBox& sealed, Steady now);
  void confirm(Session& session);
  [[nodiscard]] std::size_t count(bool is_confirmed) const;
  [[nodiscard]] std::size_t unconfirmed_of(std::string_view initiator) const;
  /// Ends the one longest unused, of the initiator who has most of that kind.
  void make_room(bool is_confirmed);

  Self self_;
  const EventSender& events_;
  Sessions sessions_;
};

}  // namespace malinka::seal
