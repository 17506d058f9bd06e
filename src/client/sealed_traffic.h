// SPDX-License-Identifier: MIT
// Between a subscriber and its link, where the channel is sealed: what the subscriber says is
// sealed here and leaves, what comes sealed is opened, or dropped. docs/protocol.md section 8.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "client/sealed_answers.h"
#include "client/sealed_handler.h"
#include "client/sealed_requests.h"
#include "client/sealing.h"
#include "seal/event_keys.h"

namespace malinka::client {

/// **Loop-bound.** Clock and handler outlive it.
class SealedTraffic {
 public:
  SealedTraffic(SealedRequests::Place place, Sealing sealing, const Clock& clock,
                SealedHandler& handler);

  /// Takes a message that is sealed; `blob` is its content.
  void take(const Message& outer, ByteView blob);

  /// Gives the id of what the hub sees. Errors: std::errc::not_connected where the session has
  /// ended; those of send_outer.
  Result<std::string> send_response(const Message& response, const SealedOrigin& origin);
  /// Whether a session of others with this device goes on.
  [[nodiscard]] bool has_session(const SealedOrigin& origin) const {
    return answers_ && answers_->has_session(origin);
  }
  /// Errors: std::errc::operation_not_permitted where this is not a device; those of send_outer.
  [[nodiscard]] Result<void> send_event(const Message& event, seal::Level level);

  [[nodiscard]] SealedRequests& requests() { return requests_; }
  [[nodiscard]] const SealedRequests& requests() const { return requests_; }

  /// The fingerprint remembered of `device`; empty where there is none.
  [[nodiscard]] std::string fingerprint(std::string_view device) const;
  /// To be called about every second.
  void expire();

 private:
  void take_event(const Message& outer, ByteView blob);

  std::string channel_;
  Sealing sealing_;
  SealedHandler& handler_;
  seal::EventReceiver event_keys_;
  SealedRequests requests_;
  std::optional<SealedAnswers> answers_;  // Of a device.
};

}  // namespace malinka::client
