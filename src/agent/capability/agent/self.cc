// SPDX-License-Identifier: MIT
#include "agent/capability/agent/self.h"

#include "agent/capability/agent/system.h"
#include "agent/capability/reply.h"
#include "base/json.h"
#include "protocol/timestamp.h"

namespace malinka::agent::self {

Self::Self(SelfSettings settings, const Catalogue& catalogue, const Clock& clock)
    : settings_(std::move(settings)),
      catalogue_(catalogue),
      clock_(clock),
      system_(std::make_shared<const Json>(describe_system())) {}

Json Self::describe() const { return Json::object(); }

void Self::run(const Command& command, Answerer answer) {
  answer(command.name == "agent.describe" ? describe_device(command.access) : ping());
}

Reply Self::describe_device(Access access) const {
  Json description = {{"device", settings_.device},
                      {"version", MALINKA_VERSION},
                      {"system", *system_},
                      {"simulated", settings_.is_simulated},
                      {"capabilities", catalogue_.describe_capabilities(access)}};
  if (!settings_.fingerprint.empty()) description["fingerprint"] = settings_.fingerprint;
  return done(std::move(description));
}

Reply Self::ping() const { return done({{"time", protocol::format_timestamp(clock_.wall())}}); }

}  // namespace malinka::agent::self
