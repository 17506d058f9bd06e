// SPDX-License-Identifier: MIT
#include "client/waiting_stream.h"

#include <chrono>
#include <utility>

#include "base/limits.h"
#include "base/response_code.h"

namespace malinka::client {
namespace {

/// How often a thread that waits looks whether the client was closed meanwhile.
constexpr std::chrono::milliseconds closed_check_interval(200);

}  // namespace

void StreamMeeting::take(std::size_t bytes) {
  if (end_) end_->take(bytes);
}

void StreamMeeting::send(std::vector<std::byte> bytes) {
  const std::size_t size = bytes.size();
  if (end_) end_->send(std::move(bytes));
  const std::lock_guard lock(mutex_);
  const bool was_full = is_full();
  posted_bytes_ -= size;
  has_room_ = !end_ || end_->has_room();
  if (was_full) has_news_.notify_all();
}

bool StreamMeeting::is_full() const {
  return !has_room_ || posted_bytes_ >= limits::stream_waiting_bytes_max;
}

void StreamMeeting::end(std::string value) {
  if (end_) end_->end(std::move(value));
}

void StreamMeeting::abort(StreamFailure why) {
  if (end_) end_->abort(std::move(why));
}

void StreamMeeting::on_chunk(const StreamBytes& bytes) noexcept {
  const std::lock_guard lock(mutex_);
  arrived_.push_back(bytes);
  has_news_.notify_all();
}

void StreamMeeting::on_room() noexcept {
  const std::lock_guard lock(mutex_);
  has_room_ = true;
  has_news_.notify_all();
}

void StreamMeeting::on_end(std::string value) noexcept {
  const std::lock_guard lock(mutex_);
  end_value_ = std::move(value);
  has_news_.notify_all();
}

void StreamMeeting::on_over(const std::optional<StreamFailure>& failure) noexcept {
  if (failure) return break_off(*failure);
  const std::lock_guard lock(mutex_);
  is_over_ = true;
  has_news_.notify_all();
}

void StreamMeeting::break_off(StreamFailure why) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(why);
  has_news_.notify_all();
}

template <typename Condition>
Stream::Outcome<void> StreamMeeting::wait(std::unique_lock<std::mutex>& lock, Condition condition) {
  while (!condition()) {
    if (failure_) return std::unexpected(*failure_);
    if (*has_loop_ended_)
      return std::unexpected(
          StreamFailure{static_cast<int>(ResponseCode::unavailable), "closed by this program"});
    has_news_.wait_for(lock, closed_check_interval);
  }
  return {};
}

/// What came before a failure is given first.
Stream::Outcome<StreamBytes> StreamMeeting::wait_chunk() {
  std::unique_lock lock(mutex_);
  if (auto waited = wait(lock, [this] { return !arrived_.empty() || end_value_; }); !waited)
    return std::unexpected(std::move(waited.error()));
  if (arrived_.empty()) return nullptr;
  StreamBytes bytes = std::move(arrived_.front());
  arrived_.pop_front();
  return bytes;
}

Stream::Outcome<void> StreamMeeting::wait_room(std::size_t bytes) {
  std::unique_lock lock(mutex_);
  const auto has_room = [this] { return !failure_ && (!is_full() || is_over_); };
  if (auto waited = wait(lock, has_room); !waited) return waited;
  if (is_over_)  // Another thread has ended it meanwhile.
    return std::unexpected(
        StreamFailure{static_cast<int>(ResponseCode::malformed), "the stream has ended"});
  posted_bytes_ += bytes;
  return {};
}

Stream::Outcome<std::string> StreamMeeting::wait_end() {
  std::unique_lock lock(mutex_);
  if (auto waited = wait(lock, [this] { return end_value_.has_value(); }); !waited)
    return std::unexpected(std::move(waited.error()));
  return *end_value_;
}

WaitingStream::~WaitingStream() {
  loop_->post([meeting = meeting_] { meeting->leave(); });
}

Stream::Outcome<StreamBytes> WaitingStream::read() {
  auto bytes = meeting_->wait_chunk();
  if (bytes && *bytes)
    loop_->post([meeting = meeting_, size = (*bytes)->size()] { meeting->take(size); });
  return bytes;
}

Stream::Outcome<void> WaitingStream::write(std::vector<std::byte> bytes) {
  if (bytes.empty()) return {};
  if (auto waited = meeting_->wait_room(bytes.size()); !waited) return waited;
  loop_->post([meeting = meeting_, bytes = std::move(bytes)]() mutable {
    meeting->send(std::move(bytes));
  });
  return {};
}

void WaitingStream::end(std::string value) {
  loop_->post(
      [meeting = meeting_, value = std::move(value)]() mutable { meeting->end(std::move(value)); });
}

Stream::Outcome<std::string> WaitingStream::result() {
  while (true) {
    const auto bytes = read();
    if (!bytes) return std::unexpected(bytes.error());
    if (!*bytes) return meeting_->wait_end();
  }
}

void WaitingStream::abort(StreamFailure why) {
  meeting_->break_off(why);
  loop_->post(
      [meeting = meeting_, why = std::move(why)]() mutable { meeting->abort(std::move(why)); });
}

}  // namespace malinka::client
