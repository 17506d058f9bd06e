// SPDX-License-Identifier: MIT
// From a Command message to its one Response: find the command, ask the policy, check the value,
// have the capability carry it out, and see that it is answered: once, in time, and not beyond what
// the bus carries.

#pragma once

#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/capability/capability.h"
#include "agent/capability/catalogue.h"
#include "agent/dispatch/contract.h"
#include "agent/dispatch/policy.h"
#include "base/clock.h"
#include "malinka/message.h"

namespace malinka::agent::dispatch {

/// A reply as it travels.
struct Response {
  ResponseCode code = ResponseCode::done;
  std::string error;
  std::string value;  ///< JSON text; empty for none.
  std::optional<Blob> blob;
  std::unique_ptr<StreamTask> stream{};  ///< Null where none is accepted.
};

/// The way out. Nothing of it calls the dispatcher back.
class Bus {
 public:
  virtual void respond(const Message& command, Response response) = 0;
  /// Tells those who may `see` it.
  virtual void announce(std::string_view event, std::string value, std::optional<Blob> blob,
                        Access see) = 0;
  [[nodiscard]] virtual ChannelKind channel_kind() const = 0;

 protected:
  ~Bus() = default;
};

/// What the dispatcher lives on; all of it must outlive it.
struct Surroundings {
  const Contract& contract;
  const Policy& policy;
  const Clock& clock;
  Bus& bus;
};

/// **Loop-bound.** Owns the capabilities.
class Dispatcher final : public Catalogue {
 public:
  explicit Dispatcher(Surroundings surroundings);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  void add(std::unique_ptr<Capability> capability);

  /// Takes one Command from the bus, whatever is in it, and answers it exactly once. `access` is
  /// what its sender may do at most, whatever the policy grants.
  void dispatch(Message message, Access access);
  /// Tells the channel, where the policy lets it see the event's capability.
  void emit(std::string_view event, const Json& value, std::optional<Blob> blob);
  /// Answers with 408 what its capability has not answered in time. To be called every second or
  /// so.
  void answer_overdue();
  /// Answers all that still runs with 503 and `why`.
  void give_up(const std::string& why);
  /// Gives up all that still runs; what comes later is refused likewise.
  void stop();

  [[nodiscard]] Json describe_capabilities(Access access) const override;
  /// What the capabilities say is missing or failing, as "files: cannot read …".
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  class Running;
  struct Checked;

  [[nodiscard]] std::expected<Checked, Reply> check(const Message& message, Access access) const;
  [[nodiscard]] Capability* find_capability(std::string_view command) const;
  [[nodiscard]] Json describe(const Capability& capability, Access access) const;

  Surroundings surroundings_;
  std::shared_ptr<Running> running_;  // Shared with the answerers, which may outlive all of it.
  std::map<std::string, std::unique_ptr<Capability>, std::less<>> capabilities_;
  bool is_stopped_ = false;
};

}  // namespace malinka::agent::dispatch
