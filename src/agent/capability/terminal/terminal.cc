// SPDX-License-Identifier: MIT
#include "agent/capability/terminal/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "agent/capability/reply.h"
#include "base/base32.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/random.h"
#include "protocol/timestamp.h"

namespace malinka::agent::terminal {
namespace {

/// No secret: whoever may command may list them.
std::string make_id() {
  std::array<std::byte, 5> bytes{};
  base::fill_random(bytes);
  return base::encode_base32(bytes);
}

/// Of the account, where that can be run; an account that is not for people has one that says so.
std::string login_shell_of(const os::User& user) {
  const bool is_there = !user.shell.empty() && access(user.shell.c_str(), X_OK) == 0;
  return is_there ? user.shell : "/bin/sh";
}

os::WindowSize size_of(const Json& value, os::WindowSize unless_said) {
  return {value.value("columns", unless_said.columns), value.value("rows", unless_said.rows)};
}

Reply refuse_unknown(const std::string& id) {
  return refuse(ResponseCode::not_found,
                fmt::format("there is no terminal {} any more, or never was", id));
}

}  // namespace

Terminal::Terminal(net::Loop& loop, os::ShellUser user) : loop_(loop), user_(std::move(user)) {}

/// All at once: each of them waits a moment for its own.
Terminal::~Terminal() {
  for (const auto& session : sessions_) session->hang_up();
}

Json Terminal::describe() const {
  Json json = {{"user", user_.user.name}};
  if (!user_.problem.empty()) json["problems"] = {user_.problem};
  return json;
}

void Terminal::run(const Command& command, Answerer answer) {
  if (command.name == "terminal.list") return answer(list());
  if (command.name == "terminal.resize") return answer(resize(command));
  answer(open(command));
}

Reply Terminal::open(const Command& command) {
  if (!command.asks_stream)
    return refuse(ResponseCode::malformed, "terminal.open is to be asked for as a stream");
  if (command.value->contains("session")) return take_up(command);
  if (command.value->value("view", false))
    return refuse(ResponseCode::malformed, "value.view needs value.session: which to watch?");
  return open_new(command);
}

Reply Terminal::open_new(const Command& command) {
  if (!user_.problem.empty()) return refuse(ResponseCode::failed, user_.problem);
  if (sessions_.size() >= limits::terminal_sessions_max)
    return refuse(ResponseCode::busy,
                  fmt::format("{} terminals are open already: take one of them up (terminal.list "
                              "has them), or end one",
                              sessions_.size()));
  const std::string id = make_id();
  auto session = Session::start(loop_, id, program_for(*command.value), size_of(*command.value, {}),
                                [this, id] { end(id); });
  if (!session) return refuse(ResponseCode::failed, session.error().message());
  sessions_.push_back(*std::move(session));
  return accept(*sessions_.back(), command, Role::writer);
}

Reply Terminal::take_up(const Command& command) {
  const auto id = command.value->at("session").get<std::string>();
  Session* const session = find(id);
  if (session == nullptr) return refuse_unknown(id);
  if (session->viewer_count() >= limits::terminal_viewers_max)
    return refuse(ResponseCode::busy,
                  fmt::format("{} are at that terminal already", session->viewer_count()));
  const bool only_watches = command.value->value("view", false);
  const Role role = only_watches ? Role::watcher : session->role_for(command.originator);
  if (role == Role::writer) session->resize(size_of(*command.value, session->size()));
  return accept(*session, command, role);
}

Reply Terminal::accept(Session& session, const Command& command, Role role) const {
  Reply reply = done({{"session", session.id()},
                      {"columns", session.size().columns},
                      {"rows", session.size().rows},
                      {"user", user_.user.name},
                      {"writer", role == Role::writer}});
  reply.stream = std::make_unique<Viewer>(session, command.originator, role);
  return reply;
}

/// Two windows cannot both have their way: it is the writer's.
Reply Terminal::resize(const Command& command) {
  const auto id = command.value->at("session").get<std::string>();
  Session* const session = find(id);
  if (session == nullptr) return refuse_unknown(id);
  const Viewer* const writer = session->writer();
  if (writer != nullptr && writer->name() != command.originator)
    return refuse(ResponseCode::conflict,
                  fmt::format("the terminal is as large as the window of {}, who writes there",
                              writer->name()));
  session->resize(size_of(*command.value, {}));
  return done({{"columns", session->size().columns}, {"rows", session->size().rows}});
}

Reply Terminal::list() const {
  Json sessions = Json::array();
  for (const auto& session : sessions_) {
    if (session->is_ending()) continue;
    sessions.push_back({{"session", session->id()},
                        {"since", protocol::format_timestamp(session->since())},
                        {"columns", session->size().columns},
                        {"rows", session->size().rows},
                        {"viewers", session->viewer_count()}});
  }
  return done({{"sessions", std::move(sessions)}});
}

/// As login(1) does it: what is called `-bash` reads the profile.
os::SpawnSettings Terminal::program_for(const Json& value) const {
  const std::string shell = login_shell_of(user_.user);
  os::SpawnSettings program;
  program.program = shell;
  program.arguments = {"-" + shell.substr(shell.rfind('/') + 1)};
  program.environment =
      os::clean_environment(user_.user, shell, value.value("term", "xterm-256color"));
  program.directories = {user_.user.home, "/"};
  if (user_.is_switched) program.user = user_.user;
  return program;
}

Session* Terminal::find(const std::string& id) const {
  const auto found = std::ranges::find(sessions_, id, [](const auto& one) { return one->id(); });
  return found == sessions_.end() || (*found)->is_ending() ? nullptr : found->get();
}

void Terminal::end(const std::string& id) {
  const auto found = std::ranges::find(sessions_, id, [](const auto& one) { return one->id(); });
  loop_.dispose(std::move(*found));  // We are in a callback of its own.
  sessions_.erase(found);
}

}  // namespace malinka::agent::terminal
