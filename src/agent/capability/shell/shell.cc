// SPDX-License-Identifier: MIT
#include "agent/capability/shell/shell.h"

#include <fmt/format.h>

#include <cmath>

#include "agent/capability/reply.h"
#include "agent/capability/shell/outcome.h"
#include "base/json.h"
#include "base/limits.h"

namespace malinka::agent::shell {
namespace {

std::chrono::milliseconds timeout_of(const Json& value) {
  const double milliseconds = value.value("timeoutSeconds", 60.0) * 1000;
  return std::chrono::milliseconds(std::lround(std::ceil(milliseconds)));
}

/// What no program can be given: its arguments are C strings.
bool has_nul(const Json& value, const char* member) {
  const std::string* const text = find_string(value, member);
  return text != nullptr && text->contains('\0');
}

std::string find_fault(const Json& value) {
  if (has_nul(value, "command")) return "value.command must not contain a NUL";
  if (has_nul(value, "directory")) return "value.directory must not contain a NUL";
  const std::string* const directory = find_string(value, "directory");
  if (directory && !directory->starts_with('/')) return "value.directory must be an absolute path";
  return {};
}

}  // namespace

Shell::Shell(net::Loop& loop, os::ShellUser user) : loop_(loop), user_(std::move(user)) {}

Shell::~Shell() = default;

Json Shell::describe() const {
  Json json = {{"user", user_.user.name}};
  if (!user_.problem.empty()) json["problems"] = {user_.problem};
  return json;
}

void Shell::run(const Command& command, Answerer answer) {
  if (!user_.problem.empty()) return answer(refuse(ResponseCode::failed, user_.problem));
  if (std::string fault = find_fault(*command.value); !fault.empty())
    return answer(refuse(ResponseCode::malformed, std::move(fault)));
  if (jobs_.size() >= limits::shell_jobs_max)
    return answer(
        refuse(ResponseCode::busy,
               fmt::format("{} commands run already: wait for one to end", jobs_.size())));
  const std::uint64_t number = next_number_++;
  Result<std::unique_ptr<os::Subprocess>> process = os::Subprocess::start(
      loop_, settings_for(*command.value),
      [this, number](os::SubprocessOutcome outcome) { end(number, std::move(outcome)); });
  if (!process) return answer(refuse(ResponseCode::failed, process.error().message()));
  jobs_.emplace(number, Job{std::move(answer), *std::move(process)});
}

os::SubprocessSettings Shell::settings_for(const Json& value) const {
  os::SubprocessSettings settings;
  settings.spawn.arguments = {"/bin/sh", "-c", value.at("command").get<std::string>()};
  settings.spawn.environment = os::clean_environment(user_.user, "/bin/sh", "dumb");
  // A home may be missing (a service's user): then the top, as login(1) does it. What was asked for
  // must be there.
  if (const std::string* const directory = find_string(value, "directory"))
    settings.spawn.directories = {*directory};
  else
    settings.spawn.directories = {user_.user.home, "/"};
  if (user_.is_switched) settings.spawn.user = user_.user;
  settings.input = value.value("input", "");
  settings.output_bytes_max = limits::shell_output_bytes_max;
  settings.timeout = timeout_of(value);
  return settings;
}

void Shell::end(std::uint64_t number, os::SubprocessOutcome outcome) {
  Job job = std::move(jobs_.extract(number).mapped());
  job.answer(to_reply(std::move(outcome)));
  loop_.dispose(std::move(job.process));  // We are in a callback of its own.
}

}  // namespace malinka::agent::shell
