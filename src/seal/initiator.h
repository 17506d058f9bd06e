// SPDX-License-Identifier: MIT
// The end of sessions that asks: makes one with each device that is to be asked, keeps it across
// reconnects, notices when it is no more. What waits for a session, and what was sent in one, its
// handler knows. docs/protocol.md section 8, Session and Loss.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "seal/chain.h"
#include "seal/channel_keys.h"
#include "seal/event_keys.h"
#include "seal/noise.h"

namespace malinka::seal {

/// Why there is no session.
enum class NoSession {
  unanswered,        ///< Nobody answered the hellos.
  not_verified,      ///< What answered does not have our password, or the hub forged it.
  refused,           ///< It has no sessions.
  identity_changed,  ///< It is not who it was.
  too_many,          ///< No room for one more.
};

/// What an Initiator tells and asks, inside calls to it. It may call want() and seal() back.
class InitiatorHandler {
 public:
  /// To be sent to `device` as a sealed Command.
  virtual void send_hello(const std::string& device, Bytes blob) = 0;
  /// Commands may be sealed. Where none waits, one is to be: `seal.ping`.
  virtual void on_session(const std::string& device) = 0;
  /// A session may have ended unnoticed: `seal.ping` is to be sealed, and all else to wait for
  /// on_session.
  virtual void on_doubt(const std::string& device) = 0;
  /// What waits for a session with `device` waits in vain.
  virtual void on_no_session(const std::string& device, NoSession why) = 0;
  /// It is not known whether what was sent to `device` was carried out.
  virtual void on_session_lost(const std::string& device) = 0;
  /// An inner Response.
  virtual void on_opened(const std::string& device, Bytes inner) = 0;
  /// So many of its Responses did not come.
  virtual void on_missed(const std::string& device, std::uint64_t count) = 0;
  virtual void on_event_keys(const std::string& device, const std::vector<EventKey>& keys) = 0;
  /// True where `device` may have this identity.
  [[nodiscard]] virtual bool is_trusted(const std::string& device, const PublicKey& identity) = 0;

 protected:
  ~InitiatorHandler() = default;
};

/// **Loop-bound.** Its handler outlives it.
class Initiator {
 public:
  struct Self {
    std::string channel;
    std::string name;
    ChannelKeys keys;
  };
  Initiator(Self self, InitiatorHandler& handler) : self_(std::move(self)), handler_(handler) {}

  /// Sees to a session with `device`: on_session or on_no_session follows, perhaps at once.
  void want(const std::string& device, Steady now);
  /// Whether Commands to `device` may be sealed now.
  [[nodiscard]] bool has_session(std::string_view device) const;
  /// The blob of a Command, its pieces in a row. There is a session, in doubt or not.
  [[nodiscard]] Bytes seal(std::string_view device, std::span<const ByteView> plaintext,
                           Steady now);
  /// How long the session with `device` has lasted: what a deadline counts from.
  [[nodiscard]] std::chrono::milliseconds age(std::string_view device, Steady now) const;

  /// Takes the blob of a sealed Response.
  void take(const std::string& device, ByteView blob, Steady now);
  /// No hello reaches `device`: it waits no longer for its answer.
  void give_up(std::string_view device);
  /// The session with `device` is of no more use; the next one may be made at once.
  void end(std::string_view device);
  /// `device` was away, or may have been.
  void doubt(std::string_view device);
  /// The link is gone, and with it all that was on its way: nothing is wanted any more, and every
  /// session is in doubt.
  void lose_link();
  /// Hellos again, or gives up; ends what was idle for too long. To be called about every second.
  void expire(Steady now);

 private:
  struct Greeting {
    Id session{};
    NoiseInitiator handshake;
    Steady sent_at;
    std::size_t tries = 1;
    bool was_forged = false;  // A welcome came that did not verify.
  };
  struct Session {
    Id id{};
    SendingChain sending;
    ReceivingChain receiving;
    Steady began;
    Steady last_used;
    bool is_doubted = false;
    std::optional<Steady> asked_at{};  // Of the ping that is to end the doubt.
  };
  struct Device {
    bool is_wanted = false;
    std::optional<Greeting> greeting;
    std::optional<Session> session;
    std::optional<Steady> greeted_at;  // Of the latest hello.
  };
  using Devices = std::map<std::string, Device, std::less<>>;

  void advance(const std::string& name, Steady now);
  void greet(const std::string& name, Device& device, std::size_t tries, Steady now);
  void take_welcome(const std::string& name, Device& device, const Welcome& welcome, Steady now);
  void take_data(const std::string& name, Device& device, const SealedBox& sealed, Steady now);
  void take_unknown(const std::string& name, Device& device, const Unknown& unknown, Steady now);
  void fail(const std::string& name, Device& device, NoSession why);
  void expire(const std::string& name, Device& device, Steady now);
  [[nodiscard]] bool make_room();

  Self self_;
  InitiatorHandler& handler_;
  Devices devices_;
};

}  // namespace malinka::seal
