// SPDX-License-Identifier: MIT
#include "cli/program.h"

#include <algorithm>
#include <vector>

#include "base/json.h"
#include "cli/command_line.h"
#include "cli/help.h"
#include "cli/man_page.h"
#include "cli/printable.h"
#include "cli/prompt.h"

namespace malinka::cli {
namespace {

constexpr int password_questions_max = 3;

/// The hub wants a password; none was given to us.
bool wants_password(const Attempt<Session>& session, const Settings& settings) {
  return !session && session.error().code == static_cast<int>(ResponseCode::wrong_key) &&
         !settings.password;
}

ExitCode say(Console& console, const base::Exit& exit) {
  if (exit.status == 0)
    console.print(exit.output);
  else
    console.remark(exit.output.substr(0, exit.output.find_last_not_of('\n') + 1));
  return static_cast<ExitCode>(exit.status);
}

ExitCode run_verb(const Verb& verb, const Arguments& arguments, Program& program) {
  const Attempt<ExitCode> ended = verb.run(program, arguments);
  if (ended) return *ended;
  program.report(ended.error());
  return ended.error().exit_code;
}

}  // namespace

Attempt<Session> Program::join() {
  auto session = Session::join(settings_);
  if (!console_.is_interactive()) return session;
  for (int i = 0; i < password_questions_max && wants_password(session, settings_); ++i) {
    Settings with_password = settings_;
    with_password.password =
        ask_secret("Password of channel " + printable(settings_.channel) + ": ");
    if (!with_password.password) return session;
    session = Session::join(with_password);
  }
  return session;
}

void Program::print_reply(const std::string& device, const Json& reply) {
  Json line = reply;
  line["device"] = device;
  console_.print_json(line);
}

void Program::report(const Failure& failure) {
  if (is_json() && failure.exit_code != ExitCode::usage) {
    const Json device = failure.device.empty() ? Json() : Json(failure.device);
    return console_.print_json(
        {{"device", device}, {"code", failure.code}, {"error", failure.error}});
  }
  const bool names_device = failure.device.empty() || failure.exit_code == ExitCode::no_device;
  const std::string about = names_device ? "" : printable(failure.device) + ": ";
  console_.remark(console_.painted_remark("malinka:", Colour::red) + " " + about +
                  printable(failure.error));
}

ExitCode run_program(int argc, const char* const* argv) {
  Console console;
  const std::vector<std::string_view> words(argv + std::min(argc, 1), argv + argc);
  const Attempt<CommandLine> line = parse_command_line(words, program_options());
  if (!line) {
    console.remark("malinka: " + printable(line.error().error));
    return ExitCode::usage;
  }
  if (line->wants_help) {
    console.print(line->verb != nullptr ? verb_help(*line->verb) : program_help());
    return ExitCode::done;
  }
  if (std::ranges::find(line->settings, "--man-page") != line->settings.end()) {
    console.print(make_man_page());
    return ExitCode::done;
  }
  auto settings = read_settings(line->settings);
  if (!settings) return say(console, settings.error());
  if (line->verb == nullptr) {
    console.remark(program_help());
    return ExitCode::usage;
  }
  Program program(std::move(*settings), console);
  const ExitCode ended = run_verb(*line->verb, line->arguments, program);
  if (console.flush() || ended != ExitCode::done) return ended;
  console.remark("malinka: cannot write to standard output");
  return ExitCode::failed;
}

}  // namespace malinka::cli
