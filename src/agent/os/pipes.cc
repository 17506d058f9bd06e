// SPDX-License-Identifier: MIT
#include "agent/os/pipes.h"

#include <unistd.h>

#include <array>
#include <cerrno>

namespace malinka::agent::os {
namespace {

constexpr std::size_t chunk_bytes = 65536;  // What a pipe holds.
/// Chunks in one turn of the loop: a program that floods us does not keep the loop from its other
/// work.
constexpr int share = 4;

}  // namespace

OutputPipe::OutputPipe(net::Loop& loop, UniqueFd fd, Sink sink, net::Task on_end)
    : loop_(loop), fd_(std::move(fd)), sink_(std::move(sink)), on_end_(std::move(on_end)) {}

OutputPipe::~OutputPipe() {
  if (fd_.is_open()) loop_.forget(fd_.get());
}

Result<void> OutputPipe::start() { return loop_.watch(fd_.get(), *this); }

void OutputPipe::resume() {
  if (std::exchange(is_paused_, false)) read_in_next_turn();
}

void OutputPipe::close() {
  for (int i = 0; i < share && read_chunk(); ++i) continue;
  if (!fd_.is_open()) return;
  loop_.forget(fd_.get());
  fd_.reset();
}

void OutputPipe::on_ready(net::Readiness) noexcept { read_share(); }

void OutputPipe::read_share() {
  for (int i = 0; i < share; ++i)
    if (is_paused_ || !read_chunk()) return;
  read_in_next_turn();
}

/// False where there is nothing more for now, or ever.
bool OutputPipe::read_chunk() {
  if (!fd_.is_open()) return false;
  std::array<std::byte, chunk_bytes> chunk;
  ssize_t size = -1;
  do size = read(fd_.get(), chunk.data(), chunk.size());
  while (size < 0 && errno == EINTR);
  if (size < 0 && errno == EAGAIN) return false;
  if (size <= 0) {
    end();
    return false;
  }
  sink_(ByteView(chunk).first(static_cast<std::size_t>(size)));
  return true;
}

void OutputPipe::read_in_next_turn() {
  loop_.next_turn([this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) read_share();
  });
}

void OutputPipe::end() {
  loop_.forget(fd_.get());
  fd_.reset();
  on_end_();
}

InputPipe::InputPipe(net::Loop& loop, UniqueFd fd, std::string bytes, net::Task on_room)
    : loop_(loop), fd_(std::move(fd)), first_(std::move(bytes)), on_room_(std::move(on_room)) {}

InputPipe::~InputPipe() {
  if (fd_.is_open()) loop_.forget(fd_.get());
}

Result<void> InputPipe::start() { return loop_.watch(fd_.get(), *this); }

void InputPipe::on_ready(net::Readiness) noexcept {
  write_first();
  if (fd_.is_open() && first_.empty()) on_room_();
}

std::size_t InputPipe::write(ByteView bytes) { return first_.empty() ? write_now(bytes) : 0; }

void InputPipe::finish() {
  is_finished_ = true;
  if (first_.empty()) end();
}

void InputPipe::write_first() {
  if (first_.empty()) return;
  written_ += write_now(as_bytes(first_).subspan(written_));
  if (written_ < first_.size()) return;
  first_ = {};
  if (is_finished_) finish();
}

std::size_t InputPipe::write_now(ByteView bytes) {
  std::size_t written = 0;
  while (fd_.is_open() && written < bytes.size()) {
    const ByteView rest = bytes.subspan(written);
    const ssize_t size = ::write(fd_.get(), rest.data(), rest.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return written;
    if (size < 0) break;  // EPIPE: it does not want the rest.
    written += static_cast<std::size_t>(size);
  }
  if (written < bytes.size()) end();
  return bytes.size();
}

void InputPipe::end() {
  if (!fd_.is_open()) return;
  loop_.forget(fd_.get());
  fd_.reset();
}

}  // namespace malinka::agent::os
