// SPDX-License-Identifier: MIT
#include "base/service_manager.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>
#include <string>

#include "base/unique_fd.h"

namespace malinka::base {
namespace {

/// The end of sd_notify(3) that systemd has, in the abstract namespace.
struct FakeServiceManager {
  FakeServiceManager() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    // With no more than the family, the kernel picks a free name.
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address),
                   sizeof(sa_family_t)) == 0);
    socklen_t bytes = sizeof address;
    REQUIRE(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &bytes) == 0);
    std::string name(address.sun_path, bytes - sizeof(sa_family_t));
    name[0] = '@';
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~FakeServiceManager() { ::unsetenv("NOTIFY_SOCKET"); }

  [[nodiscard]] std::string receive() const {
    std::array<char, 64> buffer{};
    const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    return {buffer.data(), got < 0 ? 0 : static_cast<std::size_t>(got)};
  }

  UniqueFd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

}  // namespace

TEST_CASE("the service manager is told how far the hub is, where there is one") {
  const FakeServiceManager manager;
  notify_service_manager("READY=1");
  CHECK(manager.receive() == "READY=1");
  ::unsetenv("NOTIFY_SOCKET");
  notify_service_manager("STOPPING=1");
  CHECK(manager.receive().empty());
}

}  // namespace malinka::base
