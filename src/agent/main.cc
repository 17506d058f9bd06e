// SPDX-License-Identifier: MIT
// malinka-agent: reads its settings, is the device until it is told to end, leaves in order.

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "agent/agent.h"
#include "base/service_manager.h"
#include "net/signals.h"

namespace {

namespace agent = malinka::agent;
namespace base = malinka::base;
namespace net = malinka::net;
using malinka::Error;

/// Beyond this a disk that hangs does not keep us: SIGALRM ends the process.
constexpr unsigned stop_seconds_max = 15;

/// Where one of the three standard streams is closed, the next descriptor would take its place, and
/// with it what is printed.
void reserve_standard_streams() {
  int fd = 0;
  while (fd >= 0 && fd <= STDERR_FILENO)
    fd = open("/dev/null", O_RDWR);  // NOLINT: inherited like the real ones.
  if (fd > STDERR_FILENO) close(fd);
}

int fail_with(const Error& error) {
  std::fprintf(stderr, "malinka-agent: %s\n", error.message().c_str());
  return 1;
}

int serve(agent::Config config) {
  const auto loop = net::Loop::create();
  if (!loop) return fail_with(loop.error());
  std::unique_ptr<agent::Agent> device;
  bool is_stopping = false;
  // Before any thread begins, which would take the signals otherwise.
  const auto signals = net::Signals::open(**loop, [&] {
    if (is_stopping) return (*loop)->stop();  // Asked twice: at once.
    is_stopping = true;
    alarm(stop_seconds_max);
    base::notify_service_manager("STOPPING=1");
    device->stop([&] { (*loop)->stop(); });
  });
  if (!signals) return fail_with(signals.error());
  auto started = agent::Agent::start(**loop, std::move(config));
  if (!started) return fail_with(started.error());
  device = *std::move(started);
  base::notify_service_manager("READY=1");
  (*loop)->run();
  return 0;
}

int run(int argc, const char* const* argv) {
  reserve_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // A command that does not read its input is no reason to end.
  auto config = agent::read_config(argc, argv);
  if (config) return serve(*std::move(config));
  std::fputs(config.error().output.c_str(), config.error().status == 0 ? stdout : stderr);
  return config.error().status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& problem) {  // No way to continue: out of memory.
    std::fprintf(stderr, "malinka-agent: %s\n", problem.what());
    return 1;
  }
}
