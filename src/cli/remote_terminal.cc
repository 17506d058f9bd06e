// SPDX-License-Identifier: MIT
#include "cli/remote_terminal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <thread>
#include <utility>

#include "base/bytes.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"
#include "cli/printable.h"
#include "cli/raw_terminal.h"

namespace malinka::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds open_timeout{10};
constexpr milliseconds attempt_pause{300};
/// A device that came back a moment ago may not be seen yet.
constexpr int not_found_max = 3;
/// What was shown before comes once more.
constexpr std::string_view clear_screen = "\x1b[0m\x1b[H\x1b[2J";

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t size = write(fd, bytes.data(), bytes.size());
    if (size < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (size > 0) bytes = bytes.subspan(static_cast<std::size_t>(size));
  }
  return true;
}

/// As the device's contract wants it; empty where this one's name is none such.
std::string terminal_name() {
  const char* const name = std::getenv("TERM");
  constexpr std::string_view others = "._+-";
  std::string text = name == nullptr ? "" : name;
  for (const char letter : text)
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0 && !others.contains(letter))
      return {};
  return text.size() > 64 || (!text.empty() && others.contains(text.front())) ? "" : text;
}

/// As shells have it: 128 and the number of the signal.
ExitCode exit_code_of(const std::string& end) {
  const auto value = parse_json(end);
  const auto number = [&value](std::string_view name) -> std::optional<int> {
    const Json* const member = value && value->is_object() ? find_member(*value, name) : nullptr;
    if (member == nullptr || !member->is_number_integer()) return std::nullopt;
    return static_cast<int>(member->get<std::int64_t>() & 0xFF);
  };
  if (const auto code = number("exitCode")) return static_cast<ExitCode>(*code);
  if (const auto signal = number("signal")) return static_cast<ExitCode>(128 + (*signal & 0x7F));
  return ExitCode::failed;
}

bool is_code(const Failure& failure, ResponseCode code) {
  return failure.code == static_cast<int>(code);
}

/// Another attempt may fare better.
bool may_pass(const Failure& failure) {
  return failure.exit_code == ExitCode::no_device || is_code(failure, ResponseCode::unavailable) ||
         is_code(failure, ResponseCode::timed_out) || is_code(failure, ResponseCode::busy);
}

}  // namespace

RemoteTerminal::RemoteTerminal(Program& program, Session& session, TerminalWish wish)
    : program_(program), session_(session), wish_(std::move(wish)) {}

Attempt<ExitCode> RemoteTerminal::run() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return local_failure("no pipe can be had");
  notes_.reset(ends[0]);
  note_writer_.reset(ends[1]);
  TRY_VOID(open());
  const RawTerminal raw(note_writer_.get());
  if (!is_writer_)
    say(wish_.only_watches ? "watching; ~. leaves"
                           : "somebody else writes there: watching; ~. leaves");
  return stay_until_end();
}

Attempt<void> RemoteTerminal::open() {
  const TerminalSize size = terminal_size();
  Json value = {{"columns", size.columns}, {"rows", size.rows}};
  if (const std::string name = terminal_name(); !name.empty()) value["term"] = name;
  if (!wish_.session.empty()) value["session"] = wish_.session;
  if (wish_.only_watches) value["view"] = true;
  Session::Opened opened = TRY(session_.open({.device = wish_.device,
                                              .command = "terminal.open",
                                              .value = value,
                                              .timeout = open_timeout}));
  if (const std::string* const id = find_string(*opened.reply.value, "session"))
    wish_.session = *id;
  is_writer_ = opened.reply.value->value("writer", Json()) == true;
  stream_ = std::move(opened.stream);
  return {};
}

Attempt<ExitCode> RemoteTerminal::stay_until_end() {
  while (true) {
    if (stay() == News::left) return leave();
    if (*outcome_) return exit_code_of(**outcome_);
    if (outcome_->error().code == 0) return leave();  // Our own window is gone.
    if (TRY(take_up()) == News::left) return leave();
    const std::string_view clear = clear_screen;
    (void)write_all(STDOUT_FILENO, as_bytes(clear));
  }
}

/// Keys are typed by this thread, what comes is shown by another.
RemoteTerminal::News RemoteTerminal::stay() {
  outcome_.reset();
  std::jthread shower([this] { show(); });
  News news = News::none;
  while (news == News::none) news = wait_for_news(milliseconds(-1));
  // Whoever waits in a call of it is told.
  if (news == News::left)
    stream_->abort({static_cast<int>(ResponseCode::unavailable), "the person has left"});
  else
    stream_->end();
  shower.join();
  return news;
}

void RemoteTerminal::show() {
  while (!outcome_) {
    auto bytes = stream_->read();
    if (!bytes)
      outcome_ = std::unexpected(std::move(bytes.error()));
    else if (!*bytes)
      outcome_ = stream_->result();
    else if (!write_all(STDOUT_FILENO, **bytes))
      outcome_ = std::unexpected(StreamFailure{0, "nothing can be shown any more"});
  }
  (void)!write(note_writer_.get(), "o", 1);
}

RemoteTerminal::News RemoteTerminal::wait_for_news(milliseconds at_most) {
  std::array<pollfd, 2> both = {{{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                                 {.fd = notes_.get(), .events = POLLIN, .revents = 0}}};
  if (poll(both.data(), both.size(), static_cast<int>(at_most.count())) <= 0) return News::none;
  if (both[1].revents != 0)
    if (const News news = take_notes(); news != News::none) return news;
  return both[0].revents != 0 ? take_keys() : News::none;
}

RemoteTerminal::News RemoteTerminal::take_notes() {
  std::array<char, 64> notes{};
  const ssize_t size = read(notes_.get(), notes.data(), notes.size());
  const std::string_view text(notes.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  if (text.contains('w')) tell_size();
  return text.contains('o') ? News::ended : News::none;
}

RemoteTerminal::News RemoteTerminal::take_keys() {
  std::array<char, 4096> typed{};
  const ssize_t size = read(STDIN_FILENO, typed.data(), typed.size());
  if (size < 0 && errno == EINTR) return News::none;
  if (size <= 0) return News::left;  // Its window was closed.
  const EscapeKeys::Typed keys = escape_keys_.take({typed.data(), static_cast<std::size_t>(size)});
  // Where it is over, the other thread tells why.
  if (stream_ && is_writer_ && !keys.keys.empty()) (void)stream_->write(to_bytes(keys.keys));
  if (keys.wants_help)
    say("~.  leaves, and the shell stays for 5 minutes\r\n~~  types a tilde\r\n~?  shows this");
  return keys.wants_leave ? News::left : News::none;
}

void RemoteTerminal::tell_size() {
  if (!is_writer_) return;
  const TerminalSize size = terminal_size();
  const Json value = {{"session", wish_.session}, {"columns", size.columns}, {"rows", size.rows}};
  session_.client().request(
      {.recipients = {wish_.device},
       .name = "terminal.resize",
       .value = dump_json(value),
       .blob = {}},
      [](const Answer&) {}, [] {});
}

/// Gives `left` where the person would not wait.
Attempt<RemoteTerminal::News> RemoteTerminal::take_up() {
  const std::string why = outcome_->error().error;
  stream_.reset();
  say(fmt::format("{}: taking the terminal up again (~. leaves)", printable(why)));
  const auto deadline = steady_clock::now() + seconds(limits::terminal_keep_seconds);
  Failure failure{ExitCode::no_hub, {}, static_cast<int>(ResponseCode::unavailable), why};
  int not_found = 0;
  while (steady_clock::now() < deadline) {
    if (wait_for_news(attempt_pause) == News::left) return News::left;
    if (session_.status().state != ClientState::joined) continue;
    auto opened = open();
    if (opened) return News::none;
    failure = opened.error();
    const bool is_gone = is_code(failure, ResponseCode::not_found) && !may_pass(failure);
    if (is_gone ? ++not_found >= not_found_max : !may_pass(failure)) break;
  }
  RawTerminal::reset_modes();
  return std::unexpected(std::move(failure));
}

ExitCode RemoteTerminal::leave() {
  RawTerminal::reset_modes();
  say(fmt::format("left; the shell stays for 5 minutes: malinka terminal {} --session {}",
                  printable(wish_.device), printable(wish_.session)));
  return ExitCode::done;
}

/// In raw mode, a new line is no beginning of one.
void RemoteTerminal::say(const std::string& line) {
  Console& console = program_.console();
  console.remark("\r\n" + console.painted_remark("malinka: " + line, Colour::dim) + "\r");
}

}  // namespace malinka::cli
