// SPDX-License-Identifier: MIT
// malinka-hub: reads its settings, serves until it is told to end, ends in order.

#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include "base/log.h"
#include "base/service_manager.h"
#include "hub/config.h"
#include "hub/server.h"
#include "net/signals.h"

namespace {

namespace base = malinka::base;
namespace hub = malinka::hub;
using malinka::Error;

/// A connection is a descriptor: as many as the system allows this process.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    LOG_WARNING("the limit of open files stays as it is");
}

int fail_with(const Error& error) {
  std::fprintf(stderr, "malinka-hub: %s\n", error.message().c_str());
  return 1;
}

int serve(const hub::Config& config) {
  base::set_log_level(config.log_level);
  std::signal(SIGPIPE, SIG_IGN);  // Whoever reads the log may go; the hub stays.
  raise_descriptor_limit();
  auto server = hub::Server::start(config);
  if (!server) return fail_with(server.error());
  auto signals = malinka::net::Signals::open((*server)->loop(), [&server = **server] {
    base::notify_service_manager("STOPPING=1");
    server.stop();
  });
  if (!signals) return fail_with(signals.error());

  for (const std::string& address : (*server)->addresses())
    std::printf("listening on %s\n", address.c_str());
  std::fflush(stdout);
  base::notify_service_manager("READY=1");
  (*server)->run();
  return 0;
}

int run(int argc, const char* const* argv) {
  const auto config = hub::read_config(argc, argv);
  if (config) return serve(*config);
  std::fputs(config.error().output.c_str(), config.error().status == 0 ? stdout : stderr);
  return config.error().status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& problem) {  // No way to continue: out of memory.
    std::fprintf(stderr, "malinka-hub: %s\n", problem.what());
    return 1;
  }
}
