// SPDX-License-Identifier: MIT
#include "echo_endpoint.h"

#include <algorithm>
#include <utility>

#include "wire/frame.h"

namespace malinka::test {
namespace {

constexpr std::size_t stream_bytes_max = 64UL * 1024 * 1024;
// Written at once, so that little waits in the stream, unless the endpoint reads more at once.
constexpr std::size_t written_bytes = 4UL * 1024;

}  // namespace

EchoEndpoint::EchoEndpoint(wire::Role role, std::size_t message_bytes_max, std::size_t piece_bytes)
    : role_(role), read_buffer_(piece_bytes) {
  loop_->set_turn_end([this] { batcher_.flush(); });
  auto [ours, theirs] = net::make_memory_streams(stream_bytes_max);
  peer_ = std::move(theirs);
  const link::ConnectionSettings settings{.role = role,
                                          .message_bytes_max = message_bytes_max,
                                          .heartbeat = std::chrono::milliseconds(0),
                                          .close_wait = std::chrono::seconds(5)};
  connection_ = link::Connection::start(engine_, std::move(ours), settings, {}, *this);
  settle(0);
}

void EchoEndpoint::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const ByteView piece = as_bytes(bytes.substr(0, std::max(written_bytes, read_buffer_.size())));
    (void)peer_->write(std::span(&piece, 1));
    settle(piece.size());
    bytes.remove_prefix(piece.size());
  }
}

std::string EchoEndpoint::take_sent() {
  std::string sent;
  while (read_into(sent)) settle(0);  // A turn sends a share of what there is.
  return sent;
}

/// Appends what there is; false where there is nothing.
bool EchoEndpoint::read_into(std::string& sent) {
  const std::size_t size_before = sent.size();
  std::size_t size = size_before;
  while (true) {
    sent.resize(std::max(2 * size, written_bytes));
    const auto got = peer_->read(std::as_writable_bytes(std::span(sent).subspan(size)));
    if (!got || got->status != net::IoStatus::done) break;
    size += got->bytes;
  }
  sent.resize(size);
  return size > size_before;
}

void EchoEndpoint::leave() {
  peer_.reset();
  settle(0);
}

/// A turn reads one piece at least.
void EchoEndpoint::settle(std::size_t bytes) {
  net::run_turns(*loop_, static_cast<int>(bytes / read_buffer_.size()) + 8);
}

void EchoEndpoint::on_message(link::MessageKind kind, ByteView payload) noexcept {
  const wire::Opcode opcode =
      kind == link::MessageKind::text ? wire::Opcode::text : wire::Opcode::binary;
  echoes_.emplace_back(wire::make_frame(opcode, payload, role_));
  connection_->wake();
}

void EchoEndpoint::on_passed_over(link::MessageKind, wire::PassedOver, std::uint64_t) noexcept {}

std::optional<SharedBytes> EchoEndpoint::next_frame() noexcept {
  if (echoes_.empty()) return std::nullopt;
  SharedBytes frame = std::move(echoes_.front());
  echoes_.pop_front();
  return frame;
}

void EchoEndpoint::on_end(const link::End& end) noexcept { end_ = end; }

}  // namespace malinka::test
