// SPDX-License-Identifier: MIT
// What sealed traffic tells and asks the subscriber that it belongs to.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/response_code.h"
#include "malinka/message.h"
#include "malinka/result.h"
#include "seal/channel_keys.h"
#include "seal/form.h"

namespace malinka::client {

/// Where a Command that was sealed came from, and what its sender may do.
struct SealedOrigin {
  seal::Id session{};
  seal::Level level = seal::Level::view;

  [[nodiscard]] auto operator<=>(const SealedOrigin&) const = default;
};

/// Called inside calls to what it belongs to.
class SealedHandler {
 public:
  /// Sends a message that the hub may read. Errors: as Client::broadcast.
  virtual Result<void> send_outer(const Message& message) = 0;
  /// Whether send_outer would take a blob of so many bytes: what has been sealed and is not sent
  /// after all would be missed. Errors: as send_outer.
  [[nodiscard]] virtual Result<void> check_outer(std::size_t blob_bytes) const = 0;

  virtual void take_sealed_command(Message command, const SealedOrigin& origin) = 0;
  virtual void take_sealed_response(const Message& response) = 0;
  virtual void take_sealed_event(const Message& event) = 0;
  /// The Command `id` is not answered by `device`.
  virtual void fail_command(const std::string& id, const std::string& device, ResponseCode code,
                            std::string_view why) = 0;
  /// So many Broadcasts, or Responses, of `originator` did not come.
  virtual void tell_missed(const std::string& originator, MessageType type,
                           std::uint64_t count) = 0;
  /// `device` has another identity than the one remembered.
  virtual void tell_changed(const std::string& device) = 0;
  /// The session in which there are streams with `peer`, where there are, has ended.
  virtual void fail_streams(const std::string& peer, std::string_view why) = 0;
  [[nodiscard]] virtual bool has_streams(const std::string& peer) const = 0;
  /// A session with `originator` is wanted, a little later, for its event keys.
  virtual void want_events_of(const std::string& originator) = 0;

 protected:
  ~SealedHandler() = default;
};

}  // namespace malinka::client
