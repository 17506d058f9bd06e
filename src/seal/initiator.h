// SPDX-License-Identifier: MIT
// The end of sessions that asks: makes one with each device that is to be asked, keeps it across
// reconnects, notices when it is no more. What waits for a session, and what was sent in one, its
// owner knows. docs/protocol.md section 8, Session and Loss.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
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

/// To be sent to `device` as a sealed Command.
struct SendHello {
  std::string device;
  Bytes blob;
};
/// Commands may be sealed. Where none waits, one is to be: `seal.ping`.
struct SessionReady {
  std::string device;
};
/// The session may have ended unnoticed: `seal.ping` is to be sealed, and all else to wait until it
/// is ready again.
struct SessionDoubted {
  std::string device;
};
/// What waits for a session with `device` waits in vain.
struct SessionRefused {
  std::string device;
  NoSession why;
};
/// What was sent in the session with `device` is not answered any more.
struct SessionLost {
  std::string device;
};
/// An inner Response.
struct Answered {
  std::string device;
  Bytes inner;
  std::uint64_t missed = 0;  ///< So many before it did not come.
};
struct KeysLearned {
  std::string device;
  std::vector<EventKey> keys;
};
using InitiatorEvent = std::variant<SendHello, SessionReady, SessionDoubted, SessionRefused,
                                    SessionLost, Answered, KeysLearned>;

/// Never calls back but to ask whom to trust: what has happened is taken from it after each call.
/// **Loop-bound.**
class Initiator {
 public:
  struct Self {
    std::string channel;
    std::string name;
    ChannelKeys keys;
    /// Whether a device may have an identity.
    std::function<bool(const std::string& device, const PublicKey& identity)> is_trusted;
  };
  explicit Initiator(Self self) : self_(std::move(self)) {}

  /// What has happened since the last call, in order.
  [[nodiscard]] std::vector<InitiatorEvent> take_events() { return std::exchange(events_, {}); }

  /// Sees to a session with `device`: SessionReady or SessionRefused follows.
  void want(const std::string& device, Steady now);
  /// A new session with `device`, whatever there is: for its event keys.
  void renew(const std::string& device, Steady now);
  /// Whether Commands to `device` may be sealed now.
  [[nodiscard]] bool has_session(std::string_view device) const;
  /// The blob of a Command, its pieces in a row; nothing where there is no session, in doubt or
  /// not.
  [[nodiscard]] std::optional<Bytes> seal(std::string_view device,
                                          std::span<const ByteView> plaintext, Steady now);
  /// How long the session has lasted: what a deadline counts from.
  [[nodiscard]] std::optional<std::chrono::milliseconds> age(std::string_view device,
                                                             Steady now) const;
  /// How long nothing was sent or heard in it.
  [[nodiscard]] std::optional<std::chrono::milliseconds> idle(std::string_view device,
                                                              Steady now) const;

  /// Takes the blob of a sealed Response.
  void take(const std::string& device, ByteView blob, Steady now);
  /// Nothing reaches `device`: no session with it is wanted.
  void give_up(std::string_view device);
  /// The session with `device` is of no more use; the next one may be made at once.
  void end(const std::string& device, Steady now);
  /// `device` was away, or may have been.
  void doubt(std::string_view device);
  void doubt_all();
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

  [[nodiscard]] const Session* session_of(std::string_view name) const;
  void advance(const std::string& name, Device& device, Steady now);
  void greet(const std::string& name, Device& device, std::size_t tries, Steady now);
  void take_welcome(const std::string& name, Device& device, const Welcome& welcome, Steady now);
  void take_data(const std::string& name, Device& device, const SealedBox& sealed, Steady now);
  void take_unknown(const std::string& name, Device& device, const Unknown& unknown, Steady now);
  void refuse(const std::string& name, Device& device, NoSession why);
  void lose(const std::string& name, Device& device);
  static void doubt(Device& device);
  void expire(const std::string& name, Device& device, Steady now);
  /// Where `name` has a place already, or one is to be had by forgetting another.
  [[nodiscard]] bool has_place_for(const std::string& name);

  Self self_;
  Devices devices_;
  std::vector<InitiatorEvent> events_;
};

}  // namespace malinka::seal
