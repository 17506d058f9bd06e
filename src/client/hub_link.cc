// SPDX-License-Identifier: MIT
#include "client/hub_link.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "base/random.h"
#include "client/client_error.h"
#include "wire/close_code.h"
#include "wire/frame.h"

namespace malinka::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Close codes from here on are 4000 + a response code.
constexpr std::uint16_t first_refusal_close = 4400;
constexpr std::uint16_t last_refusal_close = 4599;
constexpr unsigned heartbeat_seconds_longest = 3600;

/// Random for each process, so that the hub knows a device that lost its link from another program.
const std::string& process_instance() {
  static const std::string instance = base::random_text(128);
  return instance;
}

protocol::Join make_join_of(const SubscriberSettings& settings) {
  return {.channel = settings.channel,
          .subscriber = settings.name,
          .key = settings.key,
          .instance = process_instance(),
          .message_bytes_max = limits::text_bytes_max,
          .is_device = settings.is_device};
}

Error error_of(ClientError code, std::string context = {}) {
  return {make_error_code(code), std::move(context)};
}

Error error_of(const link::End& end) {
  switch (end.reason) {
    case link::EndReason::closed_by_peer:
      return error_of(ClientError::hub_closed, end.status.reason);
    case link::EndReason::closed_by_us: return error_of(ClientError::closed);
    case link::EndReason::lost: return {std::make_error_code(std::errc::connection_reset), {}};
    case link::EndReason::silent: return error_of(ClientError::hub_silent);
    case link::EndReason::violation:
      return error_of(ClientError::hub_misbehaved, end.status.reason);
  }
  return {};
}

}  // namespace

HubLink::HubLink(net::Loop& loop, const SubscriberSettings& settings, ConnectFunction connect,
                 RetrySchedule retry, HubLinkHandler& handler)
    : loop_(loop),
      join_(make_join_of(settings)),
      connect_timeout_(settings.connect_timeout),
      connect_(std::move(connect)),
      retry_(std::move(retry)),
      handler_(handler),
      outbox_(settings.outbox_bytes_max) {
  status_.hub = settings.hub.text();
  status_.channel = settings.channel;
  status_.name = settings.name;
  status_.is_sealed = settings.sealing.has_value();
  set_timer(milliseconds(0), [this] { attempt(); });
}

HubLink::~HubLink() { cancel_timer(); }

Result<void> HubLink::send(SharedBytes frame) {
  if (phase_ != Phase::joined) return fail(std::errc::not_connected);
  if (auto queued = outbox_.push(std::move(frame)); !queued) return queued;
  wake();
  return {};
}

/// Not while the connection asks for frames: it would come back for what it takes now.
void HubLink::wake() {
  if (phase_ == Phase::joined && !is_offering_room_) connection_->wake();
}

void HubLink::network_changed() {
  if (phase_ == Phase::waiting && is_waiting_out_a_loss_)
    return set_timer(milliseconds(0), [this] { attempt(); });
  if (phase_ != Phase::joined) return;
  connection_->probe(probe_wait, [this](bool is_alive) noexcept {
    if (!is_alive && phase_ == Phase::joined) give_up_link(error_of(ClientError::hub_silent));
  });
}

void HubLink::close(milliseconds timeout, net::Task on_closed) {
  on_closed_ = std::move(on_closed);
  const bool is_linked = connection_ != nullptr;
  phase_ = Phase::closing;
  connector_.reset();  // Not in its callback: close() is called by the owner.
  set_timer(is_linked ? timeout : milliseconds(0), [this] { finish_close(); });
  if (is_linked) connection_->close(wire::close_normal, "");
}

void HubLink::finish_close() {
  cancel_timer();
  connection_.reset();  // We are in a timer's callback, not in one of its own.
  phase_ = Phase::closed;
  tell(ClientState::closed, error_of(ClientError::closed));
  if (on_closed_) std::exchange(on_closed_, nullptr)();
}

void HubLink::attempt() {
  timer_ = net::no_timer;
  phase_ = Phase::connecting;
  refusal_.reset();
  lost_because_ = {};
  outbox_.clear();
  connector_ = connect_(*this, [this](Result<link::Connected> connected) noexcept {
    on_connected(std::move(connected));
  });
}

void HubLink::on_connected(Result<link::Connected> connected) {
  if (!connected) {
    tell(ClientState::connecting, std::move(connected.error()));
    return retry_after(Setback{});
  }
  connection_ = std::move(connected->connection);
  takes_binary_ = connected->protocol == limits::protocol_version;
  phase_ = Phase::joining;
  const std::string join = protocol::make_join(join_);
  (void)outbox_.push(
      SharedBytes(wire::make_frame(wire::Opcode::text, as_bytes(join), wire::Role::client)));
  connection_->wake();
  set_timer(connect_timeout_, [this] { give_up_link(error_of(ClientError::no_answer)); });
}

void HubLink::on_message(link::MessageKind kind, ByteView payload) noexcept {
  if (lost_because_.code) return;  // Given up already; its end is on the way.
  if (phase_ == Phase::joined) return handler_.on_link_message(kind, payload);
  if (phase_ == Phase::joining && !refusal_) take_join_outcome(kind, payload);
}

/// The hub has answered for us with 413 already.
void HubLink::on_passed_over(link::MessageKind, wire::PassedOver, std::uint64_t bytes) noexcept {
  LOG_WARNING("a message was too large and passed over", {"bytes", std::to_string(bytes)});
  if (phase_ == Phase::joining) give_up_link(error_of(ClientError::hub_misbehaved));
}

std::optional<SharedBytes> HubLink::next_frame() noexcept {
  if (outbox_.is_empty() && phase_ == Phase::joined) {
    is_offering_room_ = true;
    handler_.on_link_room();
    is_offering_room_ = false;
  }
  return outbox_.pop();
}

void HubLink::take_join_outcome(link::MessageKind kind, ByteView payload) {
  const auto outcome = protocol::parse_join_outcome(as_text(payload));
  if (kind != link::MessageKind::text || !outcome)
    return give_up_link(error_of(ClientError::hub_misbehaved));
  if (outcome->answer) return take_join_answer(*outcome->answer);
  refusal_ = outcome->refusal;  // The hub closes; the join's timer sees to it that the link ends.
}

void HubLink::take_join_answer(const protocol::JoinAnswer& answer) {
  cancel_timer();
  phase_ = Phase::joined;
  joined_at_ = loop_.now();
  status_.is_guarded = answer.is_guarded;
  const unsigned heartbeat = std::min(answer.heartbeat_seconds, heartbeat_seconds_longest);
  if (heartbeat > 0) connection_->set_heartbeat(seconds(heartbeat));
  handler_.on_link_joined(answer, takes_binary_);
  tell(ClientState::joined, {});
}

/// Ends the link from our side; on_end follows and plans the next attempt.
void HubLink::give_up_link(Error why) {
  cancel_timer();
  lost_because_ = std::move(why);
  connection_->abort();
}

void HubLink::on_end(const link::End& end) noexcept {
  loop_.dispose(std::move(connection_));
  if (phase_ == Phase::closing) return set_timer(milliseconds(0), [this] { finish_close(); });
  const bool was_joined = std::exchange(phase_, Phase::waiting) == Phase::joined;
  if (was_joined && loop_.now() - joined_at_ >= stable_link) retry_.reset();
  cancel_timer();
  outbox_.clear();
  if (was_joined) handler_.on_link_lost();
  retry_after(setback_of(end));
}

/// Why the link ended, which is told, and what that means for the next attempt.
Setback HubLink::setback_of(const link::End& end) {
  const std::uint16_t close = end.status.code;
  const bool says_code = end.reason == link::EndReason::closed_by_peer &&
                         close >= first_refusal_close && close <= last_refusal_close;
  const bool was_joined = status_.state == ClientState::joined;
  if (was_joined && says_code && close == protocol::close_code_of(ResponseCode::conflict)) {
    tell(ClientState::refused, error_of(ClientError::replaced), close - 4000);
    return {.kind = Setback::Kind::replaced};
  }
  if (!refusal_ && says_code)  // Its answer got lost on the way, or the hub changed its mind.
    refusal_ =
        protocol::JoinRefusal{static_cast<ResponseCode>(close - 4000), end.status.reason, {}};
  if (refusal_) {
    tell(ClientState::refused, error_of(ClientError::refused, refusal_->error),
         static_cast<int>(refusal_->code));
    return {Setback::Kind::refused, refusal_->code, refusal_->retry_after_seconds};
  }
  tell(ClientState::connecting, lost_because_.code ? lost_because_ : error_of(end));
  return {};
}

void HubLink::retry_after(const Setback& setback) {
  if (phase_ == Phase::closing || phase_ == Phase::closed)
    return;  // A handler closed it meanwhile.
  const auto delay = retry_.after(setback);
  phase_ = delay ? Phase::waiting : Phase::given_up;
  is_waiting_out_a_loss_ = setback.kind == Setback::Kind::lost;
  if (delay) set_timer(*delay, [this] { attempt(); });
}

void HubLink::tell(ClientState state, Error error, int refusal_code) {
  status_.state = state;
  status_.error = std::move(error);
  status_.refusal_code = refusal_code;
  handler_.on_link_status(status_);
}

void HubLink::set_timer(milliseconds delay, net::Task task) {
  cancel_timer();
  timer_ = loop_.after(delay, std::move(task));
}

void HubLink::cancel_timer() { loop_.cancel(std::exchange(timer_, net::no_timer)); }

}  // namespace malinka::client
