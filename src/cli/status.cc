// SPDX-License-Identifier: MIT
// malinka status: whether the hub can be reached, as whom, and who else is there.
#include <fmt/format.h>

#include <chrono>

#include "base/json.h"
#include "base/try.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/table.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

/// How long the hub takes to answer, there and back.
Attempt<double> measure_round_trip_milliseconds(Session& session) {
  const auto begin = std::chrono::steady_clock::now();
  const Answer answer = session.client().request_one("@hub", "hub.ping");
  if (!answer.is_success)
    return std::unexpected(Failure{ExitCode::no_hub, {}, answer.code, answer.error});
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

/// Who can read what is said in the channel, and what this program may do in it.
std::string kind_of(const ClientStatus& status, const Settings& settings) {
  if (status.is_sealed && settings.is_view_link()) return ", sealed; a view link, to watch";
  if (status.is_sealed) return ", sealed: the hub cannot read it";
  return status.is_guarded ? ", guarded by a password, not sealed: the hub can read it"
                           : ", open to everyone";
}

Attempt<ExitCode> run_status(Program& program, const Arguments&) {
  Session session = TRY(program.join());
  const double round_trip = TRY(measure_round_trip_milliseconds(session));
  const ClientStatus status = session.status();
  std::vector<std::string> devices;
  std::size_t others = 0;
  for (const Member& member : session.members()) {
    if (member.is_device)
      devices.push_back(member.name);
    else
      ++others;
  }
  if (program.is_json()) {
    program.console().print_json({{"hub", status.hub},
                                  {"channel", status.channel},
                                  {"subscriber", status.name},
                                  {"guarded", status.is_guarded},
                                  {"sealed", status.is_sealed},
                                  {"view", program.settings().is_view_link()},
                                  {"devices", devices},
                                  {"otherCount", others},
                                  {"roundTripMilliseconds", round_trip}});
    return ExitCode::done;
  }
  Table table({{""}, {""}});
  table.add({"hub", fmt::format("{}, answers in {:.1f} ms", printable(status.hub), round_trip)});
  table.add({"channel", printable(status.channel) + kind_of(status, program.settings())});
  table.add({"joined as", printable(status.name)});
  table.add({"devices", std::to_string(devices.size())});
  table.add({"others", std::to_string(others)});
  program.console().print(table.text());
  return ExitCode::done;
}

}  // namespace

extern const Verb status_verb;
constinit const Verb status_verb = {
    .name = "status",
    .operands = "",
    .summary = "say whether the hub can be reached, and who is there",
    .flags = {},
    .details = "",
    .examples =
        "malinka status\n"
        "malinka --hub wss://hub.example.org --channel home status",
    .run = run_status,
};

}  // namespace malinka::cli
