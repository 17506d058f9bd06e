// SPDX-License-Identifier: MIT
#include "cli/interrupts.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace malinka::cli {
namespace {

int notes_fd = -1;  // For the signal handler, which has nothing else.

void note_interrupt(int) {
  const int error_number = errno;
  (void)!write(notes_fd, "i", 1);
  errno = error_number;
}

}  // namespace

/// Where no pipe can be had, Ctrl-C goes on to end the program.
Interrupts::Interrupts() {
  std::array<int, 2> ends{-1, -1};
  const bool has_pipe = pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0;
  notes_.reset(ends[0]);
  note_writer_.reset(ends[1]);
  notes_fd = ends[1];
  struct sigaction action{};
  action.sa_handler = has_pipe ? note_interrupt : SIG_DFL;
  action.sa_flags = SA_RESTART;
  (void)sigaction(SIGINT, &action, &before_);
}

Interrupts::~Interrupts() { (void)sigaction(SIGINT, &before_, nullptr); }

bool Interrupts::wait(int stop) const {
  std::array<pollfd, 2> both = {{{.fd = notes_.get(), .events = POLLIN, .revents = 0},
                                 {.fd = stop, .events = POLLIN, .revents = 0}}};
  while (poll(both.data(), both.size(), -1) < 0) continue;
  if (both[1].revents != 0) return false;
  char note = 0;
  return read(notes_.get(), &note, 1) == 1;
}

}  // namespace malinka::cli
