// SPDX-License-Identifier: MIT
// A joined client and the questions that verbs have: is that device there, and what does it answer.

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "cli/exit_code.h"
#include "cli/settings.h"
#include "malinka/client.h"

namespace malinka::cli {

/// A whole file may be on its way.
inline constexpr std::chrono::seconds transfer_timeout(180);

/// What is asked of a device.
struct Question {
  std::string device;
  std::string command;  ///< As files.list.
  const Json& value;
  std::optional<Blob> blob = {};
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
};

/// A device's answer that says yes.
struct Reply {
  std::shared_ptr<const Json> value;  ///< Never null; an object.
  std::optional<Blob> blob;
};

class Session {
 public:
  /// One attempt. Errors: no_hub, with the hub's code where it refused.
  [[nodiscard]] static Attempt<Session> join(const Settings& settings);

  [[nodiscard]] Client& client() { return *client_; }
  [[nodiscard]] ClientStatus status() const { return client_->status(); }

  /// Errors: no_device, which suggests the name that was meant; usage for `*`.
  [[nodiscard]] Attempt<void> check_device(const std::string& device) const;
  /// Asks a device and waits. Errors: no_device; usage for `*`; what the device said.
  [[nodiscard]] Attempt<Reply> ask(const Question& question);
  /// What came of asking for a stream.
  struct Opened {
    Reply reply;
    std::unique_ptr<Stream> stream;
  };
  /// Asks a device for a stream and waits. Errors: those of ask(); not_supported where the device
  /// is too old to have any.
  [[nodiscard]] Attempt<Opened> open(const Question& question);
  /// The same verdict on an answer that came some other way.
  [[nodiscard]] Attempt<Reply> judge(const Answer& answer) const;
  /// The others in the channel; of a crowd the hub is asked, page by page.
  [[nodiscard]] std::vector<Member> members() const;
  /// Names of those that say they are devices.
  [[nodiscard]] std::vector<std::string> devices() const;

 private:
  explicit Session(std::unique_ptr<Client> client) : client_(std::move(client)) {}

  std::unique_ptr<Client> client_;
};

}  // namespace malinka::cli
