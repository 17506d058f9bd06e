// SPDX-License-Identifier: MIT
#include "hub/session/session.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "hub/session/framing.h"

namespace malinka::hub {

Session::Session(const SessionContext& context, Profile profile,
                 std::unique_ptr<link::Connection> connection)
    : Member(std::move(profile)),
      context_(context),
      connection_(std::move(connection)),
      outbox_(context.queues) {
  connection_->set_handler(*this);
}

Session::Session(const SessionContext& context, Profile profile, link::Engine& engine,
                 link::DetachedConnection connection, const link::ConnectionSettings& settings)
    : Member(std::move(profile)),
      context_(context),
      connection_(link::Connection::attach(engine, std::move(connection), settings, *this)),
      outbox_(context.queues) {}

bool Session::queue(const ParcelRef& parcel) noexcept {
  if (is_closing_) return false;
  const bool is_queued = outbox_.push(parcel);
  connection_->wake();  // Also when it was dropped: that may be what is to be told.
  pause_or_resume_reading();
  return is_queued;
}

bool Session::send_burst(const Burst& burst) noexcept {
  if (is_closing_ || !burst.may_go_as_one_to(profile())) return false;
  if (!outbox_.lets_pass(*burst.joined())) return false;
  const ParcelRef parcel = burst.joined_for(id(), context_.queues.memory);
  if (!parcel) return true;
  if (!connection_->send_ahead(frame_of(parcel))) return false;
  count_sent(burst.count_for(id()), parcel->bytes());
  return true;
}

void Session::note_drops(const DropCounts& drops) {
  outbox_.note_drops(drops);
  connection_->wake();
}

void Session::stop_listening() {
  has_said_enough_ = true;
  pause_or_resume_reading();
}

void Session::listen_again() {
  has_said_enough_ = false;
  pause_or_resume_reading();
}

bool Session::probe(std::chrono::milliseconds timeout, AnswerHandler on_answer) {
  const bool is_first = probes_.empty();
  if (std::ranges::distance(probes_) >= std::ptrdiff_t{limits::replace_waiting_max}) return false;
  probes_.push_front(std::move(on_answer));
  if (is_first)
    connection_->probe(timeout, [this](bool is_alive) noexcept { answer_probes(is_alive); });
  return true;
}

void Session::answer_probes(bool is_alive) {
  std::forward_list<AnswerHandler> probes = std::exchange(probes_, {});
  probes.reverse();  // Who asked first has the answer first.
  for (AnswerHandler& on_answer : probes) on_answer(is_alive);
}

void Session::close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(is_closing_, true)) return;
  connection_->close(code, reason);
}

void Session::on_message(link::MessageKind kind, ByteView payload) noexcept {
  if (!is_closing_) context_.handler.on_message(*this, kind, payload);
}

void Session::on_passed_over(link::MessageKind, wire::PassedOver why,
                             std::uint64_t bytes) noexcept {
  if (!is_closing_) context_.handler.on_passed_over(*this, why, bytes);
}

std::optional<SharedBytes> Session::next_frame() noexcept {
  if (has_been_answered_ && outbox_.has_drops_to_tell())
    return make_text_frame(protocol::make_dropped(outbox_.take_drops()));
  while (const ParcelRef parcel = outbox_.pop()) {
    pause_or_resume_reading();
    if (is_expired(*parcel)) {
      context_.handler.on_expired(*this, *parcel);
      continue;
    }
    has_been_answered_ = true;
    if (parcel->label().sender != hub_id) count_sent(1, parcel->bytes());
    return frame_of(parcel);
  }
  return std::nullopt;
}

void Session::on_end(const link::End& end) noexcept {
  is_closing_ = true;
  answer_probes(false);
  context_.handler.on_end(*this, end.reason);
}

bool Session::is_expired(const Parcel& parcel) const {
  const auto& expires_at = parcel.label().expires_at;
  return expires_at && *expires_at <= context_.clock.wall();
}

void Session::count_sent(std::size_t copies, std::size_t bytes) {
  Counters& counters = context_.queues.counters;
  counters.copies_sent += copies;
  counters.copy_bytes_sent += bytes;
}

/// Most of what the hub says to a peer answers what the peer sent: one that sends and does not read
/// is not listened to, before its answers would have to be dropped.
void Session::pause_or_resume_reading() {
  const std::size_t waiting = outbox_.hub_bytes();
  const OutboxContext& queues = context_.queues;
  const std::size_t pause_bytes = std::min(queues.queue_bytes / 4, queues.memory.free_bytes());
  if (is_reading_ && (has_said_enough_ || (waiting > 0 && waiting >= pause_bytes))) {
    is_reading_ = false;
    connection_->pause_reading();
  } else if (!is_reading_ && !has_said_enough_ && (waiting == 0 || waiting < pause_bytes / 2)) {
    is_reading_ = true;
    connection_->resume_reading();
  }
}

}  // namespace malinka::hub
