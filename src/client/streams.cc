// SPDX-License-Identifier: MIT
#include "client/streams.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "client/messages.h"

namespace malinka::client {
namespace {

/// Windows grow into all but this part of what all may have, which is for streams yet to come.
constexpr std::uint64_t spare_share = 3;
/// A new stream takes at most this part of what is left.
constexpr std::uint64_t first_share = 4;

std::uint64_t cost_of(const Message& message) {
  return protocol::stream_chunk_cost(message.blob ? message.blob->size() : 0);
}

StreamFailure failure_of(const Error& error) {
  Answer failure = make_send_failure({}, error);
  return {failure.code, std::move(failure.error)};
}

/// What was sent for a stream that is no more is to stop; of all else nothing depends.
bool wants_refusal(const protocol::StreamPart& part) {
  return std::holds_alternative<protocol::StreamChunk>(part.what) ||
         std::holds_alternative<protocol::StreamFinish>(part.what);
}

}  // namespace

Streams::~Streams() {
  for (const auto& [key, core] : cores_) core->detach();
}

void Streams::set_queue_bytes(std::uint64_t queue_bytes) {
  windows_max_ = queue_bytes / limits::stream_queue_share;
}

std::optional<std::uint64_t> Streams::reserve_window() {
  constexpr std::uint64_t least = limits::stream_window_bytes_min;
  constexpr std::uint64_t usual = limits::stream_window_bytes;
  const std::uint64_t left = windows_max_ - std::min(windows_max_, reserved_);
  if (left < least || cores_.size() + reservations_ >= limits::streams_max) return std::nullopt;
  const std::uint64_t window = std::clamp(left / first_share, least, usual);
  reserved_ += window;
  ++reservations_;
  return window;
}

void Streams::release_window(std::uint64_t window) {
  reserved_ -= window;
  --reservations_;
}

bool Streams::knows(const StreamKey& key) const {
  return cores_.contains(key) || std::ranges::find(ended_, key) != ended_.end();
}

std::unique_ptr<StreamEnd> Streams::open(StreamCore::Opening opening, StreamHandler& handler) {
  --reservations_;  // What was reserved is the stream's now.
  const StreamKey key = opening.key;
  auto core = std::make_unique<StreamCore>(*this, std::move(opening), handler);
  cores_.emplace(key, core.get());
  return core;
}

void Streams::take(const StreamKey& key, const protocol::StreamPart& part, const Message& message) {
  if (const auto found = cores_.find(key); found != cores_.end())
    return found->second->take_part(part, message, clock_.now());
  if (wants_refusal(part)) refuse(key, message);
}

/// Once for each stream: what is on its way already needs no answer of its own.
void Streams::refuse(const StreamKey& key, const Message& message) {
  if (knows(key)) return;
  remember_ended(key);
  const bool is_requester = key.side == StreamKey::Side::requester;
  Message refusal;
  refusal.type = is_requester ? MessageType::command : MessageType::response;
  refusal.name = message.name;
  refusal.recipients = {key.peer};
  refusal.stream = protocol::make_stream_part(
      {.id = key.id,
       .what = protocol::StreamAbort{static_cast<int>(ResponseCode::not_found),
                                     "there is no such stream"}});
  (void)transport_.send_stream_message(key, refusal);
}

/// The other end may be there all the same: the hub may have had no room.
bool Streams::take_report(const ResponseStatus& report) {
  const auto found = by_message_id_.find(report.request_id);
  if (found == by_message_id_.end()) return false;
  if (is_report(report))
    abort({found->second}, static_cast<ResponseCode>(report.code), report.error);
  return true;
}

void Streams::fail_peer(std::string_view peer, std::string_view why) {
  fail(keys_of([&](const StreamKey& key) { return key.peer == peer; }), why);
}

void Streams::fail_all(std::string_view why) {
  fail(keys_of([](const StreamKey&) { return true; }), why);
  by_message_id_.clear();
  message_ids_.clear();
}

void Streams::abort_peer(std::string_view peer, std::string_view why) {
  abort(keys_of([&](const StreamKey& key) { return key.peer == peer; }), ResponseCode::unavailable,
        why);
}

void Streams::abort_all(std::string_view why) {
  abort(keys_of([](const StreamKey&) { return true; }), ResponseCode::unavailable, why);
}

void Streams::fail_sessions(const std::function<bool(const SealedOrigin&)>& has_session,
                            std::string_view why) {
  fail(keys_of([&](const StreamKey& key) { return key.way && !has_session(*key.way); }), why);
}

std::vector<StreamKey> Streams::keys_of(
    const std::function<bool(const StreamKey&)>& is_meant) const {
  std::vector<StreamKey> keys;
  for (const auto& [key, core] : cores_)
    if (is_meant(key)) keys.push_back(key);
  return keys;
}

/// Handlers may end others of them, and open some that are not meant.
void Streams::fail(const std::vector<StreamKey>& keys, std::string_view why) {
  for (const StreamKey& key : keys)
    if (const auto found = cores_.find(key); found != cores_.end())
      found->second->fail({static_cast<int>(ResponseCode::unavailable), std::string(why)});
}

void Streams::abort(const std::vector<StreamKey>& keys, ResponseCode code, std::string_view why) {
  for (const StreamKey& key : keys)
    if (const auto found = cores_.find(key); found != cores_.end())
      found->second->give_up({static_cast<int>(code), std::string(why)});
}

bool Streams::has_any_with(std::string_view peer) const {
  return std::ranges::any_of(cores_, [&](const auto& entry) { return entry.first.peer == peer; });
}

void Streams::send_next() {
  while (!queue_.empty()) {
    StreamCore& core = *queue_.begin()->second;
    queue_.erase(queue_.begin());
    virtual_time_ = core.turn;
    const Message message = core.next_message();
    core.turn += cost_of(message);
    latest_turn_ = std::max(latest_turn_, core.turn);
    if (core.can_send()) queue_.emplace(core.turn, &core);
    if (queue_.empty()) virtual_time_ = latest_turn_;  // All begin anew, as equals.
    auto id = transport_.send_stream_message(core.key(), message);
    if (id) return remember_id(*std::move(id), core.key());
    fail_later(core, failure_of(id.error()));
  }
}

void Streams::may_send(StreamCore& core) {
  if (queue_.contains({core.turn, &core}) || failed_.contains(core.key())) return;
  core.turn = std::max(core.turn, virtual_time_);
  queue_.emplace(core.turn, &core);
  transport_.want_link();
}

void Streams::has_news(const StreamCore& core) {
  const bool is_told_soon = !news_.empty();
  news_.insert(core.key());
  if (!is_told_soon) transport_.call_later([this] { tell_news(); });
}

void Streams::tell_news() {
  for (const StreamKey& key : std::exchange(news_, {})) {
    const auto found = cores_.find(key);
    if (found == cores_.end()) continue;
    if (auto failure = failed_.extract(key))
      found->second->fail(std::move(failure.mapped()));
    else if (found->second->has_news())
      found->second->tell_news();
  }
}

void Streams::send_now(StreamCore& core, const protocol::StreamPart& part) {
  auto id = transport_.send_stream_message(core.key(), core.make_message(part));
  if (id) return remember_id(*std::move(id), core.key());
  fail_later(core, failure_of(id.error()));
}

void Streams::fail_later(StreamCore& core, StreamFailure why) {
  queue_.erase({core.turn, &core});
  failed_.emplace(core.key(), std::move(why));
  has_news(core);
}

std::uint64_t Streams::window_max_of(const StreamCore& core) const {
  const std::uint64_t left = windows_max_ - std::min(windows_max_, reserved_);
  const std::uint64_t spare = windows_max_ / spare_share;
  return core.window() + (left > spare ? left - spare : 0);
}

void Streams::remove(StreamCore& core) {
  const StreamKey key = core.key();
  reserved_ -= core.window();
  cores_.erase(key);
  queue_.erase({core.turn, &core});
  failed_.erase(key);
  remember_ended(key);
}

void Streams::remember_ended(const StreamKey& key) {
  if (ended_.size() >= limits::streams_ended_max) ended_.pop_front();
  ended_.push_back(key);
}

void Streams::remember_id(std::string id, const StreamKey& key) {
  if (message_ids_.size() >= limits::stream_ids_max) {
    by_message_id_.erase(message_ids_.front());
    message_ids_.pop_front();
  }
  by_message_id_.emplace(id, key);
  message_ids_.push_back(std::move(id));
}

}  // namespace malinka::client
