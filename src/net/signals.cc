// SPDX-License-Identifier: MIT
#include "net/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>
#include <csignal>

#include <cerrno>
#include <utility>

#include "base/try.h"

namespace malinka::net {

Result<std::unique_ptr<Signals>> Signals::open(Loop& loop, Task on_signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  UniqueFd fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd.is_open()) return fail_errno(errno, "signalfd");
  std::unique_ptr<Signals> signals(new Signals(loop, std::move(fd), std::move(on_signal)));
  TRY_VOID(loop.watch(signals->fd_.get(), *signals));
  return signals;
}

Signals::Signals(Loop& loop, UniqueFd fd, Task on_signal)
    : loop_(loop), fd_(std::move(fd)), on_signal_(std::move(on_signal)) {}

Signals::~Signals() { loop_.forget(fd_.get()); }

void Signals::on_ready(Readiness) noexcept {
  signalfd_siginfo info{};
  while (::read(fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) on_signal_();
}

}  // namespace malinka::net
