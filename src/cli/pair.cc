// SPDX-License-Identifier: MIT
// malinka pair: on a device, the link to it, and another one in its place.
#include <array>

#include "base/json.h"
#include "base/private_files.h"
#include "base/qr_code.h"
#include "base/try.h"
#include "cli/device_link.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/verb.h"
#include "malinka/pairing.h"

namespace malinka::cli {
namespace {

/// What a person compares with the fingerprint that `malinka describe` shows; empty where it is not
/// known here.
std::string find_fingerprint(const DeviceLink& device) {
  if (!device.is_sealed || device.link.password.empty()) return {};
  const auto folder = base::state_folder();
  return folder ? own_fingerprint(*folder).value_or("") : std::string();
}

Attempt<void> renew(DeviceLink& device, const std::string& config_path) {
  if (!device.is_paired())
    return local_failure(
        "the channel and its password are set in " + config_path +
        ": change both there and restart malinka-agent. (Both, as whoever knows the old password "
        "keeps a channel of the old name alive.)");
  device.link = make_pairing(device.link.hub);
  const auto written = write_pairing(device.state_folder, device.link);
  if (!written) return local_failure("cannot keep the pairing: " + written.error().message());
  return {};
}

Attempt<ChannelLink> make_view(const DeviceLink& device) {
  if (device.link.password.empty())
    return local_failure("channel " + device.link.channel +
                         " has no password: everyone may command, and there is no view link");
  if (!device.is_sealed)
    return local_failure("the agent has sealed = false: only a sealed channel has a view link");
  auto view = to_view_link(device.link);
  if (!view) return local_failure(view.error().message());
  return *std::move(view);
}

/// To a person with all that there is to say, to a script the link alone.
void show(Program& program, const std::string& link, const std::string& fingerprint, bool is_view) {
  Console& console = program.console();
  if (!console.is_output_terminal()) return console.print(link + "\n");
  console.print(is_view ? "Who has this link may watch, and not command:\n\n"
                        : "Open this link in a browser, or read it with a phone:\n\n");
  console.print("  " + printable(link) + "\n\n" + base::draw_qr_code(link).value_or(""));
  if (!fingerprint.empty()) console.print("\nThis device's fingerprint: " + fingerprint + "\n");
}

Attempt<ExitCode> run_pair(Program& program, const Arguments& arguments) {
  const bool is_view = arguments.has("view");
  const bool is_new = arguments.has("new");
  if (is_view && is_new) return usage_failure("--new or --view: one of them");
  const std::string config_path =
      arguments.value("config").value_or(std::string(agent_config_path));
  DeviceLink device = TRY(find_device_link(config_path, arguments.has("config")));
  if (is_new) TRY_VOID(renew(device, config_path));
  const ChannelLink shown = is_view ? TRY(make_view(device)) : device.link;
  const auto link = make_link(shown);
  if (!link) return local_failure(link.error().message());
  const std::string fingerprint = find_fingerprint(device);

  Console& console = program.console();
  if (program.is_json()) {
    Json line = {
        {"hub", shown.hub}, {"channel", shown.channel}, {"link", *link}, {"view", is_view}};
    if (!fingerprint.empty()) line["fingerprint"] = fingerprint;
    console.print_json(line);
    return ExitCode::done;
  }
  show(program, *link, fingerprint, is_view);
  if (is_new) console.remark("malinka: the links from before are revoked");
  if (!device.is_paired())
    console.remark("malinka: as " + config_path +
                   " has it; flags and the environment of the agent may say otherwise");
  return ExitCode::done;
}

constexpr std::array flags = {
    Flag{"view", 0, "", "the view link, which lets watch and not command"},
    Flag{"new", 0, "", "another channel and password: all links from before are revoked"},
    Flag{"config", 0, "FILE", "the agent's settings [/etc/malinka/agent.toml]"},
};

}  // namespace

extern const Verb pair_verb;
constinit const Verb pair_verb = {
    .name = "pair",
    .operands = "",
    .summary = "show, on a device, the link to it, or make another",
    .flags = flags,
    .details =
        "Run it on the device, as the agent's user, or as root with STATE_DIRECTORY set to the "
        "agent's state\n"
        "folder. It shows the link and its QR code; in a pipe, the link alone. With --new the "
        "agent "
        "moves\n"
        "to the new channel by itself, at once; whoever had the old link, or a view link made of "
        "it, does\n"
        "not find the device any more. The channel is a new one, as members who know the old "
        "password\n"
        "could keep the old one alive. A device whose channel is set in agent.toml is paired anew "
        "there.",
    .examples =
        "malinka pair                         the link, and its QR code\n"
        "malinka pair --view                  for those who may only watch\n"
        "malinka pair --new                   a link got into wrong hands\n"
        "sudo STATE_DIRECTORY=/var/lib/malinka malinka pair",
    .run = run_pair,
};

}  // namespace malinka::cli
