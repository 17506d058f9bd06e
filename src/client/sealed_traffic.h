// SPDX-License-Identifier: MIT
// Between a subscriber and its link, where the channel is sealed: what the subscriber says waits
// here for a session, is sealed, and leaves; what comes sealed is opened, or dropped.
// docs/protocol.md section 8.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/response_code.h"
#include "client/sealing.h"
#include "malinka/message.h"
#include "malinka/result.h"
#include "seal/event_keys.h"
#include "seal/initiator.h"
#include "seal/responder.h"

namespace malinka::client {

/// Who sent a Command that was sealed, and what it may do.
struct SealedOrigin {
  seal::Id session{};
  seal::Level level = seal::Level::view;
};

/// What it tells and asks its owner, inside calls to it.
class SealedTrafficHandler {
 public:
  /// Sends a message that the hub may read. Errors: as Client::broadcast.
  virtual Result<void> send_outer(const Message& message) = 0;
  /// Whether send_outer would take a blob of so many bytes: what has been sealed and is not sent
  /// after all would be missed. Errors: as send_outer.
  [[nodiscard]] virtual Result<void> check_outer(std::size_t blob_bytes) const = 0;
  virtual void take_sealed_command(Message command, const SealedOrigin& origin) = 0;
  virtual void take_sealed_response(const Message& response) = 0;
  virtual void take_sealed_event(const Message& event) = 0;
  /// The Command does not reach its recipient.
  virtual void fail_command(const Message& command, const Error& why) = 0;
  /// Nothing that waits for `recipient` is answered.
  virtual void fail_recipient(const std::string& recipient, ResponseCode code,
                              std::string_view why) = 0;
  /// Messages of `originator` were lost on the way; they were Broadcasts, or Responses.
  virtual void tell_lost(const std::string& originator, MessageType type, std::uint64_t count) = 0;
  /// A session with `originator` is wanted, a little later, for the sake of its events.
  virtual void want_events_of(const std::string& originator) = 0;

 protected:
  ~SealedTrafficHandler() = default;
};

/// **Loop-bound.** Its handler outlives it.
class SealedTraffic final : private seal::InitiatorHandler {
 public:
  struct Place {
    std::string channel;
    std::string name;
    std::size_t waiting_bytes_max = 0;  ///< Of what waits for sessions.
  };

  /// Both outlive it.
  SealedTraffic(Place place, Sealing sealing, const Clock& clock, SealedTrafficHandler& handler);

  /// A Command to its one recipient, to be carried out before `deadline`: at once, or when there is
  /// a session. The hub sees its id, so that what it reports finds its request. Errors:
  /// std::errc::no_buffer_space, and those of send_outer.
  [[nodiscard]] Result<void> send_command(Message command, Steady deadline);
  /// Errors: std::errc::not_connected where the session has ended; those of send_outer.
  [[nodiscard]] Result<void> send_response(const Message& response, const SealedOrigin& origin);
  /// Errors: std::errc::operation_not_permitted where this is not a device; those of send_outer.
  [[nodiscard]] Result<void> send_event(const Message& event, seal::Level level);

  /// Takes a message that is sealed; `blob` is its content.
  void take(const Message& outer, ByteView blob);
  /// Takes what the hub says of a message that was not a Command of its owner's.
  void take_report(const ResponseStatus& report);

  /// A session with `device`, for the sake of its events.
  void listen_to(const std::string& device);
  void on_peer_joined(std::string_view name) { initiator_.doubt(name); }
  void on_peer_left(std::string_view name);
  void on_link_lost();
  /// To be called about every second.
  void expire();

  /// The fingerprint of the identity that `device` was last seen with and is not trusted by; empty
  /// where there is none.
  [[nodiscard]] std::string changed_fingerprint(std::string_view device) const;
  /// Accepts that identity. Errors: std::errc::no_such_device_or_address where there is none; those
  /// of remembering it.
  [[nodiscard]] Result<void> trust(const std::string& device);
  /// The fingerprint remembered of `device`; empty where there is none.
  [[nodiscard]] std::string fingerprint(std::string_view device) const;

 private:
  struct Waiting {
    Message command;
    Steady deadline;
    std::size_t bytes = 0;
  };
  void send_hello(const std::string& device, Bytes blob) override;
  void on_session(const std::string& device) override;
  void on_doubt(const std::string& device) override;
  void on_no_session(const std::string& device, seal::NoSession why) override;
  void on_session_lost(const std::string& device) override;
  void on_opened(const std::string& device, Bytes inner) override;
  void on_missed(const std::string& device, std::uint64_t count) override;
  void on_event_keys(const std::string& device, const std::vector<seal::EventKey>& keys) override;
  [[nodiscard]] bool is_trusted(const std::string& device,
                                const seal::PublicKey& identity) override;

  void take_command(const Message& outer, ByteView blob);
  void take_event(const Message& outer, ByteView blob);
  [[nodiscard]] Result<void> seal_command(const Message& command, Steady deadline);
  void send_ping(const std::string& device);
  [[nodiscard]] Result<void> send_blob(MessageType type, std::string_view recipient, std::string id,
                                       Bytes blob);
  void drop_waiting(std::string_view device);
  void forget_greeting(std::string_view device);
  [[nodiscard]] std::string explain_change(const std::string& device) const;

  Place place_;
  Sealing sealing_;
  const Clock& clock_;
  SealedTrafficHandler& handler_;
  seal::Initiator initiator_;
  std::optional<seal::EventSender> events_;  // Of a device, as the next.
  std::optional<seal::Responder> responder_;
  seal::EventReceiver heard_;
  std::map<std::string, std::vector<Waiting>, std::less<>> waiting_;  // By recipient.
  std::size_t waiting_bytes_ = 0;
  std::map<std::string, std::string> greeted_by_id_;  // Devices, by the id of the latest hello.
  std::map<std::string, seal::PublicKey, std::less<>> changed_;  // Identities not trusted.
};

}  // namespace malinka::client
