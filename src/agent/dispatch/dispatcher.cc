// SPDX-License-Identifier: MIT
#include "agent/dispatch/dispatcher.h"

#include <fmt/format.h>

#include "agent/capability/reply.h"
#include "agent/dispatch/running.h"
#include "agent/dispatch/schema.h"
#include "agent/dispatch/value.h"
#include "base/assert.h"
#include "base/json.h"
#include "base/limits.h"

namespace malinka::agent::dispatch {
namespace {

/// How much of a name that a peer made up is repeated to it.
constexpr std::size_t quoted_bytes_max = 64;

Reply refuse_unknown(const Contract& contract, std::string_view name) {
  if (name.empty()) return refuse(ResponseCode::malformed, "a command needs a name");
  std::string error =
      fmt::format("this device has no command \"{}\"", name.substr(0, quoted_bytes_max));
  if (const std::optional<std::string> nearest = contract.suggest(name))
    error += fmt::format("; did you mean {}?", *nearest);
  return refuse(ResponseCode::not_found, std::move(error));
}

std::string needs_more(const CommandContract& command, const Grant& grant) {
  return fmt::format("{} needs the level {}: {}", command.name, to_text(command.level),
                     grant.reason);
}

Json describe_command(const CommandContract& command, const Grant& grant) {
  Json json = {{"name", command.name},
               {"level", to_text(command.level)},
               {"summary", command.summary},
               {"parameters", *command.parameters}};
  if (command.level > grant.level) json["denied"] = needs_more(command, grant);
  return json;
}

/// A command that cannot be one is answered as if that was not asked for.
bool is_stream(const Message& message, const CommandContract& contract) {
  return contract.may_stream && !message.stream.empty();
}

}  // namespace

/// A command that may be carried out.
struct Dispatcher::Checked {
  const CommandContract& contract;
  Capability& capability;
  std::shared_ptr<const Json> value;
};

Dispatcher::Dispatcher(Surroundings surroundings)
    : surroundings_(surroundings), running_(std::make_shared<Running>(surroundings.bus)) {}

Dispatcher::~Dispatcher() { stop(); }

void Dispatcher::add(std::unique_ptr<Capability> capability) {
  std::string name(capability->name());
  ASSERT(!surroundings_.contract.commands_of(name).empty());
  ASSERT(capabilities_.emplace(std::move(name), std::move(capability)).second);
}

void Dispatcher::dispatch(Message message, Access access) {
  std::expected<Checked, Reply> checked = check(message, access);
  if (!checked) return surroundings_.bus.respond(message, to_response(std::move(checked.error())));
  const Steady deadline = surroundings_.clock.now() + checked->contract.answers_within;
  const Command command{message.name,   message.originator,
                        checked->value, message.blob,
                        access,         is_stream(message, checked->contract),
                        deadline};
  checked->capability.run(command, Running::begin(running_, std::move(message), deadline));
}

std::expected<Dispatcher::Checked, Reply> Dispatcher::check(const Message& message,
                                                            Access access) const {
  const auto no = [](ResponseCode code, std::string error) {
    return std::unexpected(refuse(code, std::move(error)));
  };
  if (is_stopped_) return no(ResponseCode::unavailable, "the device is stopping");
  const CommandContract* const command = surroundings_.contract.find(message.name);
  Capability* const capability = find_capability(message.name);
  if (command == nullptr || capability == nullptr)
    return std::unexpected(refuse_unknown(surroundings_.contract, message.name));

  const Grant grant =
      surroundings_.policy.grant(capability->name(), surroundings_.bus.channel_kind(), access);
  if (command->level > grant.level) return no(ResponseCode::denied, needs_more(*command, grant));

  Result<Json> value = parse_value(message.value);
  if (!value) return no(ResponseCode::malformed, "value: " + value.error().context);
  if (std::optional<std::string> violation = find_violation(*command->parameters, *value))
    return no(ResponseCode::malformed, *std::move(violation));
  const bool takes_blob = command->takes_blob && !is_stream(message, *command);
  if (takes_blob != message.blob.has_value())
    return no(ResponseCode::malformed,
              command->name + (takes_blob ? " needs a blob" : " takes no blob"));
  if (!running_->has_room_for(message))
    return no(ResponseCode::busy,
              "the device carries out as many commands as it takes at once: try again");
  return Checked{*command, *capability, std::make_shared<const Json>(*std::move(value))};
}

void Dispatcher::emit(std::string_view event, const Json& value, std::optional<Blob> blob) {
  const Grant grant = surroundings_.policy.grant(capability_of(event),
                                                 surroundings_.bus.channel_kind(), Access::control);
  if (grant.level == Level::deny) return;
  surroundings_.bus.announce(event, dump_json(value), std::move(blob),
                             surroundings_.contract.who_sees(event));
}

void Dispatcher::answer_overdue() { running_->end_overdue(surroundings_.clock.now()); }

void Dispatcher::give_up(const std::string& why) {
  running_->end_all(ResponseCode::unavailable, why);
}

void Dispatcher::stop() {
  is_stopped_ = true;
  give_up("the device is stopping");
}

Json Dispatcher::describe_capabilities(Access access) const {
  Json all = Json::array();
  for (const auto& [name, capability] : capabilities_) all.push_back(describe(*capability, access));
  return all;
}

std::vector<std::string> Dispatcher::problems() const {
  std::vector<std::string> problems;
  for (const auto& [name, capability] : capabilities_)
    for (const Json& problem : capability->describe().value("problems", Json::array()))
      problems.push_back(fmt::format("{}: {}", name, problem.get_ref<const std::string&>()));
  return problems;
}

Json Dispatcher::describe(const Capability& capability, Access access) const {
  const std::string_view name = capability.name();
  const Grant grant = surroundings_.policy.grant(name, surroundings_.bus.channel_kind(), access);
  Json json = {{"name", name},
               {"level", to_text(grant.level)},
               {"channel", to_text(surroundings_.policy.rule_of(name).channel)},
               {"simulated", capability.is_simulated()},
               {"events", surroundings_.contract.events_of(name)}};
  if (!grant.reason.empty()) json["reason"] = grant.reason;
  for (const CommandContract* const command : surroundings_.contract.commands_of(name))
    json["commands"].push_back(describe_command(*command, grant));
  // What a capability tells of itself (roots, user) is no business of those who may not use it.
  if (grant.level != Level::deny) json.update(capability.describe());
  return json;
}

Capability* Dispatcher::find_capability(std::string_view command) const {
  const auto found = capabilities_.find(capability_of(command));
  return found == capabilities_.end() ? nullptr : found->second.get();
}

}  // namespace malinka::agent::dispatch
