// SPDX-License-Identifier: MIT
// A device's half of sealed traffic: Commands are opened, and answered in their own sessions.
// docs/protocol.md section 8.

#pragma once

#include <string>

#include "base/clock.h"
#include "client/sealed_handler.h"
#include "client/sealed_message.h"
#include "seal/event_keys.h"
#include "seal/responder.h"

namespace malinka::client {

/// **Loop-bound.** What it is given outlives it.
class SealedAnswers {
 public:
  SealedAnswers(seal::Responder::Self self, const Clock& clock, SealedHandler& handler);

  /// Takes a Command that is sealed.
  void take(const Message& outer, ByteView blob);
  /// Gives the id of what the hub sees. Errors: std::errc::not_connected where the session has
  /// ended; those of send_outer.
  Result<std::string> send_response(const Message& response, const SealedOrigin& origin);
  [[nodiscard]] bool has_session(const SealedOrigin& origin) const {
    return responder_.has_session(origin.session);
  }
  /// Errors: those of send_outer.
  [[nodiscard]] Result<void> send_event(const Message& event, seal::Level level);
  /// To be called about every second.
  void expire() { responder_.expire(clock_.boot_now()); }

 private:
  void take_command(const std::string& originator, seal::SealedCommand command);

  const Clock& clock_;
  SealedHandler& handler_;
  seal::EventSender events_;
  seal::Responder responder_;
};

}  // namespace malinka::client
