// SPDX-License-Identifier: MIT
// A Stream over a TCP socket.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/assert.h"
#include "net/stream.h"

namespace malinka::net {
namespace {

// What waits in the kernel cannot be overtaken or dropped any more, so little waits there unsent:
// enough to keep a fast link busy between two turns.
constexpr int unsent_bytes_max = 128 * 1024;

class TcpStream final : public Stream {
 public:
  TcpStream(UniqueFd socket, const IpAddress& peer) : socket_(std::move(socket)), peer_(peer) {}

  ~TcpStream() override { forget(); }

  Result<IoResult> read(std::span<std::byte> into) noexcept override {
    ssize_t count = 0;
    do count = ::recv(socket_.get(), into.data(), into.size(), MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    if (count == 0 && !into.empty()) return IoResult{IoStatus::ended, 0};
    return result_of(count);
  }

  Result<IoResult> write(std::span<const ByteView> pieces) noexcept override {
    ASSERT(pieces.size() <= write_pieces_max);
    ssize_t count = 0;
    do count = pieces.size() == 1 ? send_one(pieces[0]) : send_several(pieces);
    while (count < 0 && errno == EINTR);
    return result_of(count);
  }

  void finish_writing() noexcept override { ::shutdown(socket_.get(), SHUT_WR); }

  Result<void> watch(Loop& loop, ReadinessHandler& handler) override {
    loop_ = &loop;
    return loop.watch(socket_.get(), handler);
  }

  void forget() noexcept override {
    if (loop_ != nullptr) loop_->forget(socket_.get());
    loop_ = nullptr;
  }

  int plain_socket() const noexcept override { return socket_.get(); }
  std::string peer_address() const override { return peer_.text(); }

 private:
  /// Most of what a hub sends is one piece, for which this costs a tenth less.
  [[nodiscard]] ssize_t send_one(ByteView piece) const {
    return ::send(socket_.get(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  [[nodiscard]] ssize_t send_several(std::span<const ByteView> pieces) const {
    std::array<iovec, write_pieces_max> vectors;
    for (std::size_t i = 0; i < pieces.size(); ++i)  // The kernel only reads, whatever iovec says.
      vectors[i] = {const_cast<std::byte*>(pieces[i].data()), pieces[i].size()};
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = pieces.size();
    return ::sendmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  [[nodiscard]] Result<IoResult> result_of(ssize_t count) const {
    if (count >= 0) return IoResult{IoStatus::done, static_cast<std::size_t>(count)};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return IoResult{IoStatus::would_block, 0};
    return fail_errno(errno);
  }

  UniqueFd socket_;
  const IpAddress peer_;
  Loop* loop_ = nullptr;  // Outlives the stream, where it is watched.
};

void set_option(int socket, int option, int value) {
  // Without them it is slower, not wrong; and a socket that is not TCP has neither.
  static_cast<void>(::setsockopt(socket, IPPROTO_TCP, option, &value, sizeof value));
}

}  // namespace

std::unique_ptr<Stream> make_tcp_stream(UniqueFd socket, const IpAddress& peer) {
  set_option(socket.get(), TCP_NODELAY, 1);
  set_option(socket.get(), TCP_NOTSENT_LOWAT, unsent_bytes_max);
  return std::make_unique<TcpStream>(std::move(socket), peer);
}

}  // namespace malinka::net
