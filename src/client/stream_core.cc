// SPDX-License-Identifier: MIT
#include "client/stream_core.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "base/limits.h"
#include "base/response_code.h"
#include "client/streams.h"

namespace malinka::client {
namespace {

constexpr std::size_t chunk_bytes_max = limits::stream_chunk_bytes_max;
constexpr std::size_t waiting_bytes_max = limits::stream_waiting_bytes_max;
/// With less credit than for this much of what waits, a chunk is not worth its overhead.
constexpr std::size_t chunk_bytes_worth = 4096;

StreamFailure failure_of(const Error& error) {
  const bool is_gap = error.code == protocol::StreamFlowError::gap;
  const auto code = is_gap ? ResponseCode::unavailable : ResponseCode::malformed;
  return {static_cast<int>(code), "the stream broke off: " + error.code.message()};
}

}  // namespace

StreamCore::StreamCore(Streams& streams, Opening opening, StreamHandler& handler)
    : streams_(&streams),
      key_(std::move(opening.key)),
      name_(std::move(opening.name)),
      handler_(handler),
      sending_(opening.credit),
      receiving_(opening.window) {}

StreamCore::~StreamCore() {
  if (streams_ == nullptr) return;
  if (!is_over()) abort({static_cast<int>(ResponseCode::unavailable), "the other end gave it up"});
  streams_->remove(*this);
}

bool StreamCore::has_room() const { return waiting_bytes_ < waiting_bytes_max; }

void StreamCore::send(std::vector<std::byte> bytes) {
  if (!is_open() || end_value_ || bytes.empty()) return;
  append_waiting(std::move(bytes));
  is_room_owed_ = is_room_owed_ || !has_room();
  if (can_send()) streams_->may_send(*this);
}

void StreamCore::take(std::size_t bytes) {
  if (!is_open()) return;
  const std::uint64_t window_before = receiving_.window();
  const std::uint64_t credit =
      receiving_.take(bytes, streams_->window_max_of(*this), streams_->now());
  streams_->note_growth(window_before, receiving_.window());
  if (credit > 0) streams_->send_now(*this, make_part(protocol::StreamCredit{credit}));
}

void StreamCore::end(std::string value) {
  if (!is_open() || end_value_) return;
  end_value_ = std::move(value);
  if (can_send()) streams_->may_send(*this);
}

void StreamCore::abort(StreamFailure why) {
  if (!is_open()) return;
  is_given_up_ = true;
  waiting_.clear();
  streams_->send_now(*this, make_part(protocol::StreamAbort{why.code, why.error}));
  streams_->fail_later(*this, std::move(why));
}

bool StreamCore::is_open() const { return streams_ != nullptr && !is_given_up_; }

bool StreamCore::can_send() const {
  if (is_given_up_) return false;
  const std::size_t allowed = sending_.chunk_bytes_max();
  if (!waiting_.empty()) return allowed >= std::min(waiting_bytes_, chunk_bytes_worth);
  return end_value_ && !has_sent_end_;
}

Message StreamCore::next_message() {
  if (waiting_.empty()) {
    Message message = make_message(make_part(protocol::StreamFinish{sending_.chunks()}));
    message.value = *end_value_;
    has_sent_end_ = true;
    if (is_over()) streams_->has_news(*this);
    return message;
  }
  Bytes bytes = take_waiting(sending_.chunk_bytes_max());
  Message message = make_message(make_part(protocol::StreamChunk{sending_.send(bytes.size())}));
  message.blob.emplace().content = std::make_shared<const Bytes>(std::move(bytes));
  if (has_news()) streams_->has_news(*this);
  return message;
}

/// A first piece that fits is not copied.
Bytes StreamCore::take_waiting(std::size_t bytes_max) {
  Bytes& first = waiting_.front();
  Bytes bytes;
  if (first.size() <= bytes_max) {
    bytes = std::move(first);
    waiting_.pop_front();
  } else {
    const auto cut = first.begin() + static_cast<std::ptrdiff_t>(bytes_max);
    bytes.assign(first.begin(), cut);
    first.erase(first.begin(), cut);
  }
  waiting_bytes_ -= bytes.size();
  return bytes;
}

/// Small pieces go together; large ones are cut.
void StreamCore::append_waiting(Bytes bytes) {
  waiting_bytes_ += bytes.size();
  const bool joins_last =
      !waiting_.empty() && waiting_.back().size() + bytes.size() <= chunk_bytes_max;
  if (joins_last) return append(waiting_.back(), ByteView(bytes));
  if (bytes.size() <= chunk_bytes_max) return waiting_.push_back(std::move(bytes));
  for (ByteView rest = bytes; !rest.empty();) {
    const ByteView piece = rest.first(std::min(rest.size(), chunk_bytes_max));
    waiting_.emplace_back(piece.begin(), piece.end());
    rest = rest.subspan(piece.size());
  }
}

void StreamCore::take_part(const protocol::StreamPart& part, const Message& message, Steady now) {
  if (is_given_up_) return;
  if (const auto* const chunk = std::get_if<protocol::StreamChunk>(&part.what))
    return take_chunk(*chunk, message, now);
  if (const auto* const credit = std::get_if<protocol::StreamCredit>(&part.what))
    return take_credit(*credit);
  if (const auto* const finish = std::get_if<protocol::StreamFinish>(&part.what))
    return take_finish(*finish, message);
  if (const auto* const abort = std::get_if<protocol::StreamAbort>(&part.what))
    return fail({abort->code, abort->error});
}

void StreamCore::take_chunk(const protocol::StreamChunk& chunk, const Message& message,
                            Steady now) {
  static const StreamBytes nothing = std::make_shared<const Bytes>();
  const bool has_bytes = message.blob && message.blob->content;
  const StreamBytes bytes = has_bytes ? message.blob->content : nothing;
  if (const auto counted = receiving_.receive(chunk.seq, bytes->size(), now); !counted)
    return give_up(failure_of(counted.error()));
  handler_.on_chunk(bytes);
}

void StreamCore::take_finish(const protocol::StreamFinish& finish, const Message& message) {
  if (const auto counted = receiving_.finish(finish.seq); !counted)
    return give_up(failure_of(counted.error()));
  if (is_over()) streams_->has_news(*this);
  handler_.on_end(message.value);
}

void StreamCore::take_credit(const protocol::StreamCredit& credit) {
  if (const auto added = sending_.add_credit(credit.bytes); !added)
    return give_up(failure_of(added.error()));
  if (can_send()) streams_->may_send(*this);
}

void StreamCore::give_up(StreamFailure why) {
  streams_->send_now(*this, make_part(protocol::StreamAbort{why.code, why.error}));
  fail(std::move(why));
}

void StreamCore::fail(StreamFailure why) {
  std::exchange(streams_, nullptr)->remove(*this);
  handler_.on_over(std::move(why));
}

bool StreamCore::is_over() const { return has_sent_end_ && receiving_.has_finished(); }

bool StreamCore::has_news() const {
  return is_over() || (is_room_owed_ && waiting_bytes_ <= waiting_bytes_max / 2);
}

void StreamCore::tell_news() {
  if (is_over()) {
    std::exchange(streams_, nullptr)->remove(*this);
    return handler_.on_over(std::nullopt);
  }
  is_room_owed_ = false;
  handler_.on_room();
}

Message StreamCore::make_message(const protocol::StreamPart& part) const {
  Message message;
  const bool is_requester = key_.side == StreamKey::Side::requester;
  message.type = is_requester ? MessageType::command : MessageType::response;
  message.name = name_;
  message.recipients = {key_.peer};
  message.stream = protocol::make_stream_part(part);
  return message;
}

}  // namespace malinka::client
