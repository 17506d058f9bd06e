// SPDX-License-Identifier: MIT
#include "agent/capability/shell/shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/capability/reply.h"
#include "agent/capability/shell/outcome.h"
#include "base/base32.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/random.h"

namespace malinka::agent::shell {
namespace {

bool is_detached(const Json& value) { return value.value("detach", false); }

constexpr double answer_seconds = 60;
/// How much of a command line is told to who lists the jobs.
constexpr std::size_t listed_command_bytes_max = 1024;

/// None for a job that nobody need be there for, unless it was asked for.
std::optional<std::chrono::milliseconds> timeout_of(const Json& value) {
  if (is_detached(value) && !value.contains("timeoutSeconds")) return std::nullopt;
  const double milliseconds = value.value("timeoutSeconds", answer_seconds) * 1000;
  return std::chrono::milliseconds(std::lround(std::ceil(milliseconds)));
}

std::string listed(const std::string& command) {
  return std::string(
      whole_characters(std::string_view(command).substr(0, listed_command_bytes_max)));
}

std::string make_id() {
  std::array<std::byte, 16> bytes{};
  base::fill_random(bytes);
  return base::encode_base32(bytes);
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

Shell::~Shell() {
  for (const auto& [id, timer] : kept_) loop_.cancel(timer);
}

Json Shell::describe() const {
  Json json = {{"user", user_.user.name}};
  if (!user_.problem.empty()) json["problems"] = {user_.problem};
  return json;
}

void Shell::run(const Command& command, Answerer answer) {
  if (command.name == "shell.run") return run_line(command, std::move(answer));
  if (command.name == "shell.jobs") return answer(list());
  Job* const job = find(text_of(*command.value, "job"));
  if (job == nullptr)
    return answer(refuse(ResponseCode::not_found,
                         "there is no such job any more, or never was: shell.jobs has them"));
  if (command.name == "shell.output") return answer(output(*job, command));
  if (command.name == "shell.cancel")
    job->cancel();
  else
    job->detach();
  answer(done(job->describe()));
  settle(job->id());
}

void Shell::run_line(const Command& command, Answerer answer) {
  if (!user_.problem.empty()) return answer(refuse(ResponseCode::failed, user_.problem));
  if (std::string fault = find_fault(*command.value); !fault.empty())
    return answer(refuse(ResponseCode::malformed, std::move(fault)));
  if (running_count() >= limits::shell_jobs_max)
    return answer(
        refuse(ResponseCode::busy,
               fmt::format("{} commands run already: wait for one to end", running_count())));
  if (command.asks_stream || is_detached(*command.value)) return answer(run_job(command));
  run_answered(command, std::move(answer));
}

void Shell::run_answered(const Command& command, Answerer answer) {
  const std::uint64_t number = next_number_++;
  Result<std::unique_ptr<os::Subprocess>> process = os::Subprocess::start(
      loop_, settings_for(*command.value),
      [this, number](os::SubprocessOutcome outcome) { end_answered(number, std::move(outcome)); });
  if (!process) return answer(refuse(ResponseCode::failed, process.error().message()));
  answered_.emplace(number, Answered{std::move(answer), *std::move(process)});
}

/// With a stream, its end is where the program begins.
Reply Shell::run_job(const Command& command) {
  const std::string id = make_id();
  Job::Settings settings{.id = id,
                         .command = listed(command.value->at("command").get<std::string>()),
                         .program = settings_for(*command.value),
                         .is_detached = is_detached(*command.value)};
  settings.program.keeps_input_open = command.asks_stream;
  auto job = std::make_unique<Job>(loop_, std::move(settings), [this, id] { settle(id); });
  Reply reply = done({{"job", id}});
  if (command.asks_stream)
    reply.stream = std::make_unique<JobStream>(*job, Role::asker, 0);
  else if (const auto started = job->start(); !started)
    return refuse(ResponseCode::failed, started.error().message());
  jobs_.push_back(std::move(job));
  return reply;
}

Reply Shell::list() const {
  Json jobs = Json::array();
  for (const auto& job : jobs_) jobs.push_back(job->describe());
  return done({{"jobs", std::move(jobs)}});
}

Reply Shell::output(Job& job, const Command& command) const {
  const OutputLog& log = job.log();
  const auto place = command.value->value("offset", std::uint64_t{0});
  Json value = job.describe();
  value["offset"] = std::max(place, log.begin());
  if (!command.asks_stream) {
    value["stdout"] = describe_output(log.read_one(os::Output::standard, place));
    value["stderr"] = describe_output(log.read_one(os::Output::error, place));
  }
  Reply reply = done(std::move(value));
  if (command.asks_stream) reply.stream = std::make_unique<JobStream>(job, Role::listener, place);
  return reply;
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

/// Who does not take the end of what a job has said holds its place as well.
std::size_t Shell::running_count() const { return answered_.size() + jobs_.size() - kept_.size(); }

/// Null where there is none of that id.
Job* Shell::find(const std::string& id) const {
  const auto found = std::ranges::find(jobs_, id, [](const auto& job) { return job->id(); });
  return found == jobs_.end() ? nullptr : found->get();
}

void Shell::end_answered(std::uint64_t number, os::SubprocessOutcome outcome) {
  Answered answered = std::move(answered_.extract(number).mapped());
  answered.answer(to_reply(std::move(outcome)));
  loop_.dispose(std::move(answered.process));  // We are in a callback of its own.
}

/// Decides what becomes of a job that is over.
void Shell::settle(const std::string& id) {
  const Job* const job = find(id);
  if (job == nullptr || !job->is_over()) return;
  if (job->is_detached())
    keep(id);
  else if (!job->has_streams())
    drop(id);
}

void Shell::keep(const std::string& id) {
  if (kept_.contains(id)) return;
  if (kept_.size() >= limits::shell_ended_jobs_max) {
    const auto oldest =
        std::ranges::find_if(jobs_, [this](const auto& job) { return kept_.contains(job->id()); });
    drop((*oldest)->id());
  }
  kept_[id] =
      loop_.after(std::chrono::seconds(limits::shell_kept_seconds), [this, id] { drop(id); });
}

/// We may be in a callback of its own.
void Shell::drop(const std::string& id) {
  const auto found = std::ranges::find(jobs_, id, [](const auto& job) { return job->id(); });
  if (const auto kept = kept_.extract(id); !kept.empty()) loop_.cancel(kept.mapped());
  (*found)->expire();
  loop_.dispose(std::move(*found));
  jobs_.erase(found);
}

}  // namespace malinka::agent::shell
