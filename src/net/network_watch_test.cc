// SPDX-License-Identifier: MIT
#include "net/network_watch.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>
#include <thread>

#include "net/test_support.h"

using namespace std::chrono_literals;

namespace malinka::net {
namespace {

/// Raises the loopback link of the calling thread's network.
bool raise_loopback() {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  return ::ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0;
}

}  // namespace

TEST_CASE("a burst of changes is told once, after it has settled") {
  bool is_allowed = false;
  int changes_at_once = -1;
  int changes = 0;
  // A network of its own, so that nobody else's is touched.
  std::jthread([&] {
    is_allowed = ::unshare(CLONE_NEWNET) == 0;
    if (!is_allowed) return;
    ManualClock clock;
    auto loop = make_loop(clock);
    auto watch = NetworkWatch::open(*loop, [&] { ++changes; });
    REQUIRE(watch);
    REQUIRE(raise_loopback());
    run_turns(*loop);
    changes_at_once = changes;
    clock.advance(100ms);
    run_turns(*loop);
    clock.advance(1h);
    run_turns(*loop);
  }).join();
  if (!is_allowed) {
    MESSAGE("not allowed to make a network to change: skipped");
    return;
  }
  CHECK(changes_at_once == 0);
  CHECK(changes == 1);
}

TEST_CASE("a network that does not change tells nothing, and a watch can end at any time") {
  ManualClock clock;
  auto loop = make_loop(clock);
  auto watch = NetworkWatch::open(*loop, [] {});
  if (!watch) return;  // Where netlink is not allowed, that is the answer.
  run_turns(*loop);
  watch->reset();
  run_turns(*loop);
}

}  // namespace malinka::net
