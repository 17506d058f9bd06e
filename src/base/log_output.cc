// SPDX-License-Identifier: MIT
#include "base/log_output.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>

namespace malinka::base {

void LogOutput::write(std::string_view line) noexcept {
  if (!tell_loss() || !write_now(line)) ++lost_lines_;
}

bool LogOutput::tell_loss() noexcept {
  if (lost_lines_ == 0) return true;
  std::array<char, 80> text{};
  const int bytes = std::snprintf(text.data(), text.size(),
                                  "warning: log lines were lost lines=%zu\n", lost_lines_);
  if (!write_now({text.data(), static_cast<std::size_t>(bytes)})) return false;
  lost_lines_ = 0;
  return true;
}

/// A pipe that poll() finds writable takes PIPE_BUF bytes without waiting: pipe(7). The descriptor
/// is not made non-blocking, since that would hold for every program that shares it.
bool LogOutput::write_now(std::string_view line) const noexcept {
  std::array<char, PIPE_BUF> cut{};
  if (line.size() > cut.size()) {
    std::memcpy(cut.data(), line.data(), cut.size());
    cut.back() = '\n';
    line = {cut.data(), cut.size()};
  }
  pollfd output{.fd = fd_, .events = POLLOUT, .revents = 0};
  if (::poll(&output, 1, 0) != 1 || (output.revents & POLLOUT) == 0) return false;
  ssize_t written = 0;
  do written = ::write(fd_, line.data(), line.size());
  while (written < 0 && errno == EINTR);
  return written > 0;
}

}  // namespace malinka::base
