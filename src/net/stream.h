// SPDX-License-Identifier: MIT
// A two-way stream of bytes that never blocks: TCP, TLS over TCP, or memory for tests.

#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "malinka/result.h"
#include "net/ip_address.h"
#include "net/loop.h"

namespace malinka::net {

enum class IoStatus {
  done,         ///< `bytes` were moved, at least one unless none were asked for.
  would_block,  ///< Nothing now; on_ready will say when.
  ended,        ///< Reading only: the peer closed its side in order.
};

struct IoResult {
  IoStatus status = IoStatus::done;
  std::size_t bytes = 0;
};

/// The most pieces that one write takes.
inline constexpr std::size_t write_pieces_max = 256;

/// **Loop-bound.** Destroying it closes it. Its handler is told of readiness edge-triggered: read
/// and write until would_block (or come back by Loop::next_turn). Fewer bytes moved than asked for
/// means the same for the rest as would_block, and spares the call that would say so; except that
/// after is_hung_up only the end itself, or an error, is the end.
class Stream {
 public:
  virtual ~Stream() = default;

  /// Errors: those of recv(2); for TLS also TlsError.
  [[nodiscard]] virtual Result<IoResult> read(std::span<std::byte> into) noexcept = 0;
  /// Takes the pieces in a row, as many bytes as fit now. Errors: those of send(2); for TLS also
  /// TlsError.
  [[nodiscard]] virtual Result<IoResult> write(std::span<const ByteView> pieces) noexcept = 0;
  /// Says that nothing more will be written (FIN, and close_notify before it).
  virtual void finish_writing() noexcept = 0;

  /// From now on tells `handler`, which may be changed by calling this again; what is ready already
  /// is told in a later turn. Errors: those of epoll_ctl.
  [[nodiscard]] virtual Result<void> watch(Loop& loop, ReadinessHandler& handler) = 0;
  /// Tells nobody any more. Then it may be moved to another thread, and watched by that one's loop.
  virtual void forget() noexcept = 0;

  /// The socket, where bytes may be given to the kernel as they are; -1 where only write() will do.
  [[nodiscard]] virtual int plain_socket() const noexcept = 0;
  /// The peer's IP address without its port, as text; `memory` for tests.
  [[nodiscard]] virtual std::string peer_address() const = 0;
};

/// Takes over a connected, non-blocking socket. Sets TCP_NODELAY and TCP_NOTSENT_LOWAT.
[[nodiscard]] std::unique_ptr<Stream> make_tcp_stream(UniqueFd socket, const IpAddress& peer);

/// The two ends of one stream in memory; each holds `capacity` bytes on the way to the other.
[[nodiscard]] std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> make_memory_streams(
    std::size_t capacity);

}  // namespace malinka::net
