// SPDX-License-Identifier: MIT
// Whether a ring does what the batcher relies on: a kernel's number would not tell.

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/try.h"
#include "base/unique_fd.h"
#include "net/send_ring.h"

namespace malinka::net {
namespace {

struct SocketPair {
  UniqueFd here;
  UniqueFd there;
};

Result<SocketPair> make_socket_pair() {
  std::array<int, 2> sockets{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets.data()) != 0)
    return fail_errno(errno, "socketpair");
  return SocketPair{UniqueFd(sockets[0]), UniqueFd(sockets[1])};
}

std::int64_t take_all(int socket, std::span<std::byte> buffer) {
  std::int64_t total = 0;
  for (ssize_t count = 1; count > 0; total += count)
    count = std::max<ssize_t>(::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT), 0);
  return total;
}

Result<void> expect(bool is_as_needed, const char* what) {
  if (is_as_needed) return {};
  return fail(std::errc::operation_not_supported, what);
}

}  // namespace

Result<void> probe_send_ring(SendRing& ring) {
  SocketPair small = TRY(make_socket_pair());
  SocketPair large = TRY(make_socket_pair());
  SocketPair broken = TRY(make_socket_pair());
  broken.there.reset();
  Bytes bytes(4UL * 1024 * 1024);  // More than a socket takes.

  SocketSend whole{small.here.get(), ByteView(bytes).first(100)};
  SocketSend part{large.here.get(), bytes};
  SocketSend failing{broken.here.get(), ByteView(bytes).first(1)};
  for (SocketSend* const send : {&failing, &whole, &part}) ring.add(*send);
  TRY_VOID(ring.submit());
  SocketSend blocked{large.here.get(), ByteView(bytes).first(1)};
  ring.add(blocked);
  TRY_VOID(ring.submit());

  TRY_VOID(expect(whole.result == 100 && take_all(small.there.get(), bytes) == 100, "whole send"));
  TRY_VOID(expect(part.result > 0 && part.result < static_cast<std::int64_t>(bytes.size()) &&
                      take_all(large.there.get(), bytes) == part.result,
                  "short send"));
  TRY_VOID(expect(failing.result == -EPIPE, "failing send"));
  return expect(blocked.result == -EAGAIN, "blocked send");
}

}  // namespace malinka::net
