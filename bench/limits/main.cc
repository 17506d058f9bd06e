// SPDX-License-Identifier: MIT
// malinka-bare: one of the bare servers, until it is ended. bench/README.md.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include "bench/limits/bare_server.h"
#include "bench/load/failure.h"

int main(int argc, char** argv) {
  namespace bench = malinka::bench;
  const auto way = argc == 3 ? bench::parse_way(argv[1]) : std::nullopt;
  if (!way) bench::give_up("usage: malinka-bare send|coalesce|io_uring|relay MESSAGE_BYTES");
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  const auto server = bench::BareServer::listen(*way, std::strtoul(argv[2], nullptr, 10));
  if (server == nullptr) bench::give_up("this kernel refuses a ring");
  std::printf("listening on http://127.0.0.1:%u\n", server->port());
  std::fflush(stdout);
  server->run();
  return 0;
}
