// SPDX-License-Identifier: MIT
// malinka trust: accepts the identity that a device has now in place of the one that is remembered.
#include <array>

#include "base/json.h"
#include "base/try.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/prompt.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

/// Makes a session, so that the device shows who it is. What it answers does not matter.
Attempt<void> meet(Session& session, const std::string& device) {
  if (!session.status().is_sealed)
    return std::unexpected(Failure{
        ExitCode::failed, device, static_cast<int>(ResponseCode::not_supported),
        "channel " + session.status().channel + " is not sealed: devices have no identity there"});
  const auto reply =
      session.ask({.device = device, .command = "agent.ping", .value = Json::object()});
  if (!reply && session.client().fingerprint(device).empty()) return std::unexpected(reply.error());
  return {};
}

struct Identities {
  std::string device;
  std::string remembered;
  std::string now;  ///< Empty: the remembered one.
};

Attempt<void> confirm(Console& console, const Identities& identities, bool is_agreed) {
  console.remark(printable(identities.device) + " was     " + identities.remembered + "\n" +
                 std::string(printable(identities.device).size(), ' ') + "  is now " +
                 identities.now);
  if (is_agreed) return {};
  const auto answer = console.is_interactive()
                          ? ask_yes("Was it set up anew, and do you trust it? [y/N] ")
                          : std::nullopt;
  if (answer && *answer) return {};
  return std::unexpected(
      Failure{ExitCode::failed, identities.device, static_cast<int>(ResponseCode::identity_changed),
              answer ? "not trusted: all is as it was"
                     : "not trusted: nobody can be asked here, and --yes was not given"});
}

Json json_of(const Identities& identities) {
  const bool has_changed = !identities.now.empty();
  return {{"fingerprint", has_changed ? identities.now : identities.remembered},
          {"remembered", identities.remembered},
          {"changed", has_changed}};
}

Attempt<ExitCode> run_trust(Program& program, const Arguments& arguments) {
  const std::string& device = arguments.operands.front();
  Session session = TRY(program.join());
  TRY_VOID(meet(session, device));
  Client& client = session.client();
  const Identities identities{device, client.fingerprint(device),
                              client.changed_fingerprint(device)};
  if (identities.now.empty() && !program.is_json())
    program.console().print("nothing to accept: " + printable(device) + " is still " +
                            identities.remembered + "\n");
  if (!identities.now.empty()) {
    TRY_VOID(confirm(program.console(), identities, arguments.has("yes")));
    const auto trusted = client.trust(device, identities.now);
    if (!trusted) return local_failure(trusted.error().message());
  }
  if (program.is_json()) program.print_reply(device, json_of(identities));
  return ExitCode::done;
}

constexpr std::array flags = {
    Flag{"yes", 'y', "", "ask nobody"},
};

}  // namespace

extern const Verb trust_verb;
constinit const Verb trust_verb = {
    .name = "trust",
    .operands = "DEV",
    .summary = "accept the new identity of a device that was set up anew",
    .operands_min = 1,
    .operands_max = 1,
    .operand_kind = OperandKind::device,
    .flags = flags,
    .details =
        "The first time that a device of a sealed channel is met, its identity is remembered; a "
        "device that\n"
        "shows another one later is not spoken to (495). This shows both fingerprints and asks. "
        "`malinka pair`\n"
        "on the device itself shows the one that it has.",
    .examples =
        "malinka trust kitchen\n"
        "malinka trust --yes kitchen          for scripts: it was you who set it up anew",
    .run = run_trust,
};

}  // namespace malinka::cli
