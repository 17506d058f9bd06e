// SPDX-License-Identifier: MIT
#include "agent/os/pipes.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace malinka::agent::os {
namespace {

constexpr std::size_t chunk_bytes = 65536;  // What a pipe holds.
/// Chunks in one turn of the loop: a program that floods us does not keep the loop from its other
/// work.
constexpr int share = 4;

}  // namespace

OutputPipe::OutputPipe(net::Loop& loop, UniqueFd fd, std::size_t bytes_max, net::Task on_end)
    : loop_(loop), fd_(std::move(fd)), bytes_max_(bytes_max), on_end_(std::move(on_end)) {}

OutputPipe::~OutputPipe() {
  if (fd_.is_open()) loop_.forget(fd_.get());
}

Result<void> OutputPipe::start() { return loop_.watch(fd_.get(), *this); }

void OutputPipe::on_ready(net::Readiness) noexcept { read_share(); }

void OutputPipe::read_share() {
  std::array<char, chunk_bytes> chunk;
  for (int i = 0; i < share && fd_.is_open(); ++i) {
    const ssize_t size = read(fd_.get(), chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return end();
    keep({chunk.data(), static_cast<std::size_t>(size)});
  }
  loop_.next_turn([this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) read_share();
  });
}

void OutputPipe::keep(std::string_view bytes) {
  captured_.bytes += bytes.substr(0, bytes_max_ - captured_.bytes.size());
  captured_.total += bytes.size();
}

void OutputPipe::end() {
  loop_.forget(fd_.get());
  fd_.reset();
  on_end_();
}

InputPipe::InputPipe(net::Loop& loop, UniqueFd fd, std::string bytes)
    : loop_(loop), fd_(std::move(fd)), bytes_(std::move(bytes)) {}

InputPipe::~InputPipe() {
  if (fd_.is_open()) loop_.forget(fd_.get());
}

Result<void> InputPipe::start() {
  if (bytes_.empty()) {
    fd_.reset();
    return {};
  }
  return loop_.watch(fd_.get(), *this);
}

void InputPipe::on_ready(net::Readiness) noexcept { write_more(); }

void InputPipe::write_more() {
  while (written_ < bytes_.size()) {
    const ssize_t size = write(fd_.get(), bytes_.data() + written_, bytes_.size() - written_);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size < 0) break;  // EPIPE: it does not want the rest.
    written_ += static_cast<std::size_t>(size);
  }
  end();
}

void InputPipe::end() {
  loop_.forget(fd_.get());
  fd_.reset();
  bytes_ = {};
}

}  // namespace malinka::agent::os
