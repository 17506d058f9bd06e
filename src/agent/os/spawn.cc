// SPDX-License-Identifier: MIT
#include "agent/os/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/try.h"

namespace malinka::agent::os {
namespace {

/// What a child was doing when it failed.
enum class Step : int { session, terminal, streams, user, directory, program };

struct Failure {
  Step step;
  int error_number;
};

std::string_view describe(Step step) {
  switch (step) {
    case Step::session: return "new session";
    case Step::terminal: return "terminal";
    case Step::streams: return "standard streams";
    case Step::user: return "change of user";
    case Step::directory: return "directory";
    case Step::program: return "program";
  }
  return {};
}

struct Pipe {
  UniqueFd read, write;
};

/// Closed in every program that anybody starts, except where the child says otherwise.
Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno(errno, "pipe");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void set_non_blocking(const UniqueFd& fd) {
  fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// All that the child needs, made before the fork: between fork and exec nothing may allocate or
/// lock, because another thread of ours may have held the lock.
struct Child {
  const SpawnSettings& settings;
  std::vector<char*> arguments, environment;
  int input, output, errors, failure;
  bool is_at_terminal = false;  ///< Which its streams are.

  [[noreturn]] void run() const {
    reset_signals();
    if (setsid() < 0) fail_at(Step::session);
    if (is_at_terminal && ioctl(input, TIOCSCTTY, 0) != 0) fail_at(Step::terminal);
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) fail_at(Step::streams);
    // Ours are close-on-exec already; this is for what a library may have opened without.
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    become_user();
    enter_directory();
    const std::string& program = settings.program;
    execve(program.empty() ? arguments[0] : program.c_str(), arguments.data(), environment.data());
    fail_at(Step::program);
  }

  static void reset_signals() {
    for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
  }

  /// The groups first: without root they could no longer be changed.
  void become_user() const {
    if (!settings.user) return;
    const User& user = *settings.user;
    if (setgroups(user.groups.size(), user.groups.data()) != 0 ||
        setresgid(user.gid, user.gid, user.gid) != 0 ||
        setresuid(user.uid, user.uid, user.uid) != 0)
      fail_at(Step::user);
  }

  void enter_directory() const {
    for (const std::string& directory : settings.directories)
      if (chdir(directory.c_str()) == 0) return;
    if (!settings.directories.empty()) fail_at(Step::directory);
  }

  [[noreturn]] void fail_at(Step step) const {
    const Failure failed{step, errno};
    // Nobody can be told when this fails too.
    [[maybe_unused]] const ssize_t written = write(failure, &failed, sizeof(failed));
    _exit(127);
  }
};

struct Started {
  pid_t pid;
  UniqueFd exit;
};

/// A signal to the child waits until the child has no handlers of ours any more.
pid_t fork_without_signals() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = fork();
  if (pid == 0) return pid;
  const int error_number = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error_number;
  return pid;
}

Result<Started> start(const Child& child) {
  const pid_t pid = fork_without_signals();
  if (pid < 0) return fail_errno(errno, "fork");
  if (pid == 0) child.run();
  UniqueFd exit(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (exit.is_open()) return Started{pid, std::move(exit)};
  const int error_number = errno;
  kill(pid, SIGKILL);
  return fail_errno(error_number, "pidfd_open");
}

struct Terminal {
  UniqueFd ours, theirs;
};

Result<Terminal> open_terminal(const std::optional<User>& user, WindowSize size) {
  constexpr int flags = O_RDWR | O_NOCTTY | O_CLOEXEC;
  UniqueFd ours(posix_openpt(flags));
  if (!ours.is_open() || grantpt(ours.get()) != 0 || unlockpt(ours.get()) != 0)
    return fail_errno(errno, "posix_openpt");
  UniqueFd theirs(ioctl(ours.get(), TIOCGPTPEER, flags));
  if (!theirs.is_open()) return fail_errno(errno, "terminal");
  // So that it can be opened once more by its name: for what asks a question, or runs within it.
  if (user && fchown(theirs.get(), user->uid, static_cast<gid_t>(-1)) != 0)
    return fail_errno(errno, "owner of the terminal");
  termios modes{};
  if (tcgetattr(theirs.get(), &modes) == 0) {
    modes.c_iflag |= IUTF8;
    (void)tcsetattr(theirs.get(), TCSANOW, &modes);
  }
  set_window_size(ours, size);
  return Terminal{std::move(ours), std::move(theirs)};
}

}  // namespace

Result<Spawned> spawn(const SpawnSettings& settings) {
  Pipe input = TRY(make_pipe());
  Pipe output = TRY(make_pipe());
  Pipe errors = TRY(make_pipe());
  Pipe failure = TRY(make_pipe());
  const Child child{settings,
                    pointers_to(settings.arguments),
                    pointers_to(settings.environment),
                    input.read.get(),
                    output.write.get(),
                    errors.write.get(),
                    failure.write.get()};
  Started started = TRY(start(child));
  for (const UniqueFd* const fd : {&input.write, &output.read, &errors.read, &failure.read})
    set_non_blocking(*fd);
  return Spawned{started.pid,
                 std::move(started.exit),
                 std::move(input.write),
                 std::move(output.read),
                 std::move(errors.read),
                 std::move(failure.read)};
}

Result<SpawnedAtTerminal> spawn_at_terminal(const SpawnSettings& settings, WindowSize size) {
  Terminal terminal = TRY(open_terminal(settings.user, size));
  Pipe failure = TRY(make_pipe());
  const int theirs = terminal.theirs.get();
  const Child child{settings,
                    pointers_to(settings.arguments),
                    pointers_to(settings.environment),
                    theirs,
                    theirs,
                    theirs,
                    failure.write.get(),
                    true};
  Started started = TRY(start(child));
  set_non_blocking(terminal.ours);
  set_non_blocking(failure.read);
  return SpawnedAtTerminal{started.pid, std::move(started.exit), std::move(terminal.ours),
                           std::move(failure.read)};
}

void set_window_size(const UniqueFd& terminal, WindowSize size) {
  const winsize window{.ws_row = size.rows, .ws_col = size.columns, .ws_xpixel = 0, .ws_ypixel = 0};
  (void)ioctl(terminal.get(), TIOCSWINSZ, &window);
}

std::optional<Exit> find_exit(pid_t pid) {
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid == 0)
    return std::nullopt;
  if (info.si_code == CLD_EXITED) return Exit{.code = info.si_status, .signal = {}};
  return Exit{.code = {}, .signal = info.si_status};
}

Result<void> read_start_failure(const UniqueFd& start_failure) {
  Failure failed{};
  const ssize_t size = read(start_failure.get(), &failed, sizeof(failed));
  if (size != sizeof(failed)) return {};
  return fail_errno(failed.error_number, describe(failed.step));
}

}  // namespace malinka::agent::os
