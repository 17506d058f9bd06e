// SPDX-License-Identifier: MIT
// The commands and events of spec/commands.json, as dispatch needs them. The file itself is built
// into the program.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/dispatch/policy.h"
#include "base/json_fwd.h"
#include "malinka/message.h"

namespace malinka::agent::dispatch {

struct CommandContract {
  std::string name;
  std::string summary;
  Level level = Level::control;  ///< What a policy must grant.
  bool takes_blob = false;
  bool may_stream = false;  ///< May be asked for as a stream, which then takes the blob's place.
  std::chrono::seconds answers_within{0};
  std::shared_ptr<const Json> parameters;  ///< A JSON Schema; never null.
};

/// **Value.** Pointers that it gives live as long as it does.
class Contract {
 public:
  /// spec/commands.json as it was when the program was built.
  [[nodiscard]] static const Contract& built_in();
  /// From a document of that form that is known to be right.
  explicit Contract(const Json& document);

  [[nodiscard]] const CommandContract* find(std::string_view command) const;
  [[nodiscard]] std::vector<const CommandContract*> commands_of(std::string_view capability) const;
  [[nodiscard]] std::vector<std::string> events_of(std::string_view capability) const;
  /// Who hears `event`; what is not in the contract is for those who may control.
  [[nodiscard]] Access who_sees(std::string_view event) const;
  /// The command whose name is nearest to one that does not exist; nothing where none is near.
  [[nodiscard]] std::optional<std::string> suggest(std::string_view command) const;

 private:
  std::map<std::string, CommandContract, std::less<>> commands_;
  std::map<std::string, Access, std::less<>> events_;
};

/// `files` of `files.list`; empty where there is no dot.
[[nodiscard]] std::string_view capability_of(std::string_view name);

}  // namespace malinka::agent::dispatch
