// SPDX-License-Identifier: MIT
#include "agent/os/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/try.h"

namespace malinka::agent::os {
namespace {

/// What a child was doing when it failed.
enum class Step : int { session, streams, user, directory, program };

struct Failure {
  Step step;
  int error_number;
};

std::string_view describe(Step step) {
  switch (step) {
    case Step::session: return "new session";
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

  [[noreturn]] void run() const {
    reset_signals();
    if (setsid() < 0) fail_at(Step::session);
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) fail_at(Step::streams);
    // Ours are close-on-exec already; this is for what a library may have opened without.
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    become_user();
    enter_directory();
    execve(arguments[0], arguments.data(), environment.data());
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
  const pid_t pid = fork();
  if (pid < 0) return fail_errno(errno, "fork");
  if (pid == 0) child.run();
  UniqueFd exit(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!exit.is_open()) {
    const int error_number = errno;
    kill(pid, SIGKILL);
    return fail_errno(error_number, "pidfd_open");
  }
  for (const UniqueFd* const fd : {&input.write, &output.read, &errors.read, &failure.read})
    set_non_blocking(*fd);
  return Spawned{pid,
                 std::move(exit),
                 std::move(input.write),
                 std::move(output.read),
                 std::move(errors.read),
                 std::move(failure.read)};
}

Result<void> read_start_failure(const Spawned& spawned) {
  Failure failed{};
  const ssize_t size = read(spawned.start_failure.get(), &failed, sizeof(failed));
  if (size != sizeof(failed)) return {};
  return fail_errno(failed.error_number, describe(failed.step));
}

}  // namespace malinka::agent::os
