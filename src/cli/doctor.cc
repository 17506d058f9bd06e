// SPDX-License-Identifier: MIT
// malinka doctor: on a device, what it has for the agent to use, and what is missing.
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/json.h"
#include "base/try.h"
#include "cli/checkup.h"
#include "cli/device_access.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/table.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

constexpr std::string_view agent_config = "/etc/malinka/agent.toml";

std::string current_user() {
  const passwd* const user = ::getpwuid(::geteuid());
  return user == nullptr ? std::to_string(::geteuid()) : user->pw_name;
}

std::unexpected<Failure> refuse(std::string_view flag, std::string_view what) {
  return usage_failure(fmt::format("--{}: {}", flag, what));
}

/// Where that is another machine's, its own /etc/passwd says who is there.
bool is_user(const std::string& name, const std::string& root) {
  if (root.empty()) return ::getpwnam(name.c_str()) != nullptr;
  return name == "root" || Groups::read(root).id_of(name).has_value();
}

/// What was named is there; what stands in for what was not named need not be.
Attempt<void> check_flags(const Arguments& arguments, const Machine& machine) {
  std::error_code error;  // Who may not look is told so by the check of it.
  if (arguments.has("root") && !std::filesystem::is_directory(machine.root + "/", error))
    return refuse("root", machine.root + " is no folder");
  if (arguments.has("user") && !is_user(machine.user, machine.root))
    return refuse("user", "there is no user " + machine.user);
  const std::string config = machine.root + machine.agent_config;
  const auto type = std::filesystem::status(config, error).type();
  if (arguments.has("agent-config") && (type == std::filesystem::file_type::not_found ||
                                        type == std::filesystem::file_type::directory))
    return refuse("agent-config", "there is no file " + config);
  return {};
}

Attempt<Machine> machine_of(const Arguments& arguments) {
  for (const std::string& name : arguments.operands)
    if (std::ranges::find(check_names, name) == check_names.end())
      return usage_failure(
          fmt::format("there is no check {}; there are: {}", name, fmt::join(check_names, ", ")));
  Machine machine{arguments.value("root").value_or(""),
                  arguments.value("user").value_or(current_user()),
                  arguments.value("agent-config").value_or(std::string(agent_config))};
  while (machine.root.ends_with('/')) machine.root.pop_back();
  if (!machine.root.empty() && !machine.agent_config.starts_with('/'))
    machine.agent_config.insert(0, "/");
  TRY_VOID(check_flags(arguments, machine));
  return machine;
}

std::string_view word_of(Health health) {
  switch (health) {
    case Health::good: return "good";
    case Health::absent: return "absent";
    case Health::note: return "note";
    case Health::bad: return "bad";
  }
  return "";
}

void print_json(Console& console, const Finding& finding) {
  Json line = {
      {"check", finding.check}, {"health", word_of(finding.health)}, {"text", finding.text}};
  if (!finding.fix.empty()) line["fix"] = finding.fix;
  if (!finding.devices.empty()) line["devices"] = finding.devices;
  console.print_json(line);
}

std::string table_of(const std::vector<Finding>& findings) {
  Table table({{"CHECK"}, {"HEALTH"}, {"WHAT"}});
  for (const Finding& finding : findings) {
    std::string text = printable(finding.text);
    if (!finding.fix.empty()) text += "\n→ " + printable(finding.fix);
    table.add({std::string(finding.check), std::string(word_of(finding.health)), std::move(text)});
  }
  return table.text();
}

Attempt<ExitCode> run_doctor(Program& program, const Arguments& arguments) {
  const auto machine = machine_of(arguments);
  if (!machine) return std::unexpected(machine.error());
  const std::vector<Finding> findings = check_up(*machine, arguments.operands);
  if (program.is_json())
    for (const Finding& finding : findings) print_json(program.console(), finding);
  else
    program.console().print(table_of(findings));
  const bool is_well = std::ranges::none_of(
      findings, [](const Finding& finding) { return finding.health == Health::bad; });
  return is_well ? ExitCode::done : ExitCode::failed;
}

constexpr std::array doctor_flags = {
    Flag{"user", 0, "NAME", "whom the agent runs as [who runs this]"},
    Flag{"agent-config", 0, "FILE", "the agent's settings [/etc/malinka/agent.toml]"},
    Flag{"root", 0, "DIR", "where the machine's files are [/]"},
};

}  // namespace

extern const Verb doctor_verb;
constinit const Verb doctor_verb = {
    .name = "doctor",
    .operands = "[CHECK…]",
    .summary = "say, on a device, what its hardware lacks to be used, and what helps",
    .operands_min = 0,
    .operands_max = any_number,
    .operand_kind = OperandKind::word,
    .words = check_names,
    .flags = doctor_flags,
    .details =
        "Finds GPIO chips, I2C buses, sensors, HDMI ports that speak CEC, video devices and the "
        "firmware's\n"
        "mailbox, says which line config.txt lacks for them, who may not use them, and whether the "
        "agent's\n"
        "settings can be read. Nothing is changed, and no hub is needed; `malinka status` looks at "
        "that.\n"
        "\n"
        "A CHECK is one of board, gpio, i2c, sensors, tv, video, power and agent; without one, all "
        "are made.\n"
        "`absent` is what is not there and need not be; `note` what could be used on a machine "
        "that "
        "is no\n"
        "Raspberry Pi; where anything is `bad`, the exit status is 1.",
    .examples =
        "malinka doctor                              all of it\n"
        "malinka doctor sensors tv                   what matters here\n"
        "sudo malinka doctor --user malinka          as the agent's user would find it",
    .run = run_doctor,
};

}  // namespace malinka::cli
