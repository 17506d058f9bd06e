// SPDX-License-Identifier: MIT
// The half of sealed traffic that asks: Commands wait for a session with their device, are sealed,
// and are kept track of until they are answered, or it is known that they will not be.
// docs/protocol.md section 8.

#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "client/known_devices.h"
#include "client/sealed_handler.h"
#include "client/sealed_message.h"
#include "client/sealing.h"
#include "seal/event_keys.h"
#include "seal/initiator.h"

namespace malinka::client {

/// **Loop-bound.** What it is given outlives it.
class SealedRequests {
 public:
  struct Place {
    std::string channel;
    std::string name;
    std::size_t waiting_bytes_max = 0;  ///< Of what waits for sessions.
  };

  SealedRequests(Place place, const Sealing& sealing, seal::EventReceiver& event_keys,
                 const Clock& clock, SealedHandler& handler);

  /// A Command to its one recipient, which does not carry it out after `timeout`: at once, or when
  /// there is a session. Errors: std::errc::no_buffer_space, and those of send_outer.
  [[nodiscard]] Result<void> send(Message command, std::chrono::milliseconds timeout);
  /// A Command that nothing answers, in the session that there is. Gives the id of what the hub
  /// sees. Errors: std::errc::not_connected where there is no session; those of send_outer.
  Result<std::string> send_now(const Message& command);
  /// Takes a Response that is sealed.
  void take(const std::string& device, ByteView blob);
  /// Whether a report of the hub was of a message of this, and so is dealt with.
  [[nodiscard]] bool take_report(const ResponseStatus& report);

  /// A session with `device`, if there is none yet, or a new one: for its event keys.
  void seek(const std::string& device);
  void renew(const std::string& device);

  void on_joined(std::string_view device) { initiator_.doubt(device); }
  void on_left(const std::string& device);
  /// Who is there was listed anew: anybody may have been away.
  void on_listed() { initiator_.doubt_all(); }
  /// Answers of `device`, or of anybody, may have been dropped.
  void on_dropped(const std::string& device, std::string_view why);
  void on_dropped_all(std::string_view why);
  void on_link_lost();
  /// To be called about every second.
  void expire();

  /// The fingerprint of the identity that `device` has now, where it is another than the remembered
  /// one; empty otherwise.
  [[nodiscard]] std::string changed_fingerprint(std::string_view device) const;
  /// Accepts the identity with that fingerprint. Errors: std::errc::no_such_device_or_address where
  /// it is not the one that `device` has now; those of remembering it.
  [[nodiscard]] Result<void> trust(const std::string& device, std::string_view fingerprint);

 private:
  struct Waiting {
    Message command;
    Steady deadline;
    std::size_t bytes = 0;
  };
  struct Sent {
    std::string outer_id;
    Steady deadline;
  };
  struct Device {
    std::deque<Waiting> waiting;       // For a session.
    std::map<std::string, Sent> sent;  // By the Command's id; not answered yet.
    std::string probe_id;  // The outer id of the latest hello or ping; empty once it has served.
  };
  /// What an outer id stands for.
  struct Outer {
    std::string device;
    std::string command_id;  // Empty: a hello, or a ping.
  };
  using Devices = std::map<std::string, Device, std::less<>>;

  void pump();
  void handle(seal::SendHello& hello);
  void handle(const seal::SessionReady& ready);
  void handle(const seal::SessionDoubted& doubted) { send_ping(doubted.device); }
  void handle(const seal::SessionRefused& refused);
  void handle(const seal::SessionLost& lost);
  void handle(const seal::Answered& answered);
  void handle(const seal::KeysLearned& learned) { event_keys_.learn(learned.device, learned.keys); }
  void take_inner(const Message& response);
  [[nodiscard]] bool is_trusted(const std::string& device, const seal::PublicKey& identity);

  [[nodiscard]] Result<void> seal_command(Message command, Steady deadline);
  [[nodiscard]] Result<std::string> send_inner(const std::string& device, const InnerPieces& inner);
  void send_ping(const std::string& device);
  [[nodiscard]] Result<void> send_blob(const std::string& device, std::string id, Bytes blob);
  void set_probe(const std::string& device, std::string id);
  void fail_waiting(const std::string& device, ResponseCode code, std::string_view why);
  void fail_sent(const std::string& device, std::string_view why);
  /// Whether `id` was sent to `device` and is not answered yet; it is not after this.
  [[nodiscard]] bool take_sent(const std::string& device, const std::string& id);
  void forget(const std::string& device);
  [[nodiscard]] std::string explain_change(const std::string& device) const;

  Place place_;
  KnownDevices& known_devices_;
  seal::EventReceiver& event_keys_;
  const Clock& clock_;
  SealedHandler& handler_;
  seal::Initiator initiator_;
  Devices devices_;  // With something waiting, sent or probed; the rest goes at expire().
  std::map<std::string, Outer> outer_;  // By outer id; one for each Sent and probe.
  std::size_t waiting_bytes_ = 0;
  bool is_pumping_ = false;
  /// Identities that are not trusted.
  std::map<std::string, seal::PublicKey, std::less<>> changed_;
};

}  // namespace malinka::client
