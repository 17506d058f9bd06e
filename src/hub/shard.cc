// SPDX-License-Identifier: MIT
#include "hub/shard.h"

#include <algorithm>
#include <utility>

#include "hub/metrics/prometheus.h"
#include "hub/session/framing.h"
#include "protocol/join.h"
#include "protocol/names.h"

namespace malinka::hub {
namespace {

constexpr std::size_t read_buffer_bytes = 64UL * 1024;

protocol::LeaveReason leave_reason(link::EndReason reason) {
  return reason == link::EndReason::closed_by_peer ? protocol::LeaveReason::left
                                                   : protocol::LeaveReason::lost;
}

GateSettings make_gate_settings(const Config& config, WebSite site, const Commons& commons) {
  return {.wrong_keys_max = config.wrong_keys_max,
          .wrong_key_records_max =
              std::max<std::size_t>(limits::wrong_key_records_max / commons.shard_count(), 1),
          .text_bytes_max = config.text_bytes_max,
          .heartbeat = config.heartbeat,
          .allowed_origins = config.allowed_origins,
          .pages = {.site = std::move(site),
                    .metrics_allowed = config.metrics_allowed,
                    .render_metrics = [&commons] {
                      return render_metrics(commons.counters(), commons.gauges());
                    }}};
}

}  // namespace

Shard::Shard(net::Loop& loop, const Config& config, WebSite site,
             std::unique_ptr<net::SendRing> ring)
    : Shard(loop, config, std::move(site), std::make_unique<Commons>(1), std::move(ring)) {}

Shard::Shard(net::Loop& loop, const Config& config, WebSite site, std::unique_ptr<Commons> commons,
             std::unique_ptr<net::SendRing> ring)
    : Shard(loop, config, std::move(site), *commons, std::move(ring)) {
  own_commons_ = std::move(commons);
}

Shard::Shard(net::Loop& loop, const Config& config, WebSite site, Commons& commons,
             std::unique_ptr<net::SendRing> ring)
    : loop_(loop),
      commons_(commons),
      index_(commons.add(*this)),
      config_(config),
      batcher_(loop, std::move(ring)),
      read_buffer_(read_buffer_bytes),
      incoming_budget_(config.incoming_bytes_max, commons.incoming_sum()),
      memory_(config.queued_bytes_max, commons.queued_sum()),
      router_(loop.clock(), memory_, counters_),
      gate_({.engine = {loop, batcher_, read_buffer_, &incoming_budget_},
             .registry = registry_,
             .counters = counters_,
             .reception = *this},
            make_gate_settings(config, std::move(site), commons)) {
  uses_ring_ = batcher_.uses_ring() ? 1 : 0;
  loop_.set_turn_end([this] {
    router_.deliver_burst();
    batcher_.flush();
    uses_ring_ = batcher_.uses_ring() ? 1 : 0;
  });
}

Shard::~Shard() {
  loop_.cancel(stop_timer_);
  loop_.cancel(presence_timer_);
  loop_.set_turn_end([] {});
}

// Connections.

void Shard::accept(std::unique_ptr<net::Stream> stream) {
  ++counters_.connections_accepted;
  if (is_stopping_ ||
      !commons_.open_connection(config_.connections_max + limits::connections_spare)) {
    ++counters_.connections_turned_away;
    return;
  }
  Shard& host = commons_.next_in_turn();
  if (&host == this) return gate_.accept(std::move(stream));
  host.loop_.post(
      [&host, stream = std::move(stream)]() mutable { host.gate_.accept(std::move(stream)); });
}

bool Shard::is_full() const {
  return is_stopping_ || commons_.connections() > config_.connections_max;
}

Gauges Shard::gauges() const {
  return {.connections = commons_.connections(),
          .sessions = session_count_,
          .channels = registry_.channel_count(),
          .queued_bytes = memory_.used_bytes(),
          .incoming_bytes = incoming_budget_.used_bytes(),
          .uses_io_uring = uses_ring_ == 1};
}

// Joining.

bool Shard::is_home_of(std::string_view channel) const {
  return commons_.home_of(channel) == index_;
}

void Shard::send_home(Traveller traveller) noexcept {
  Shard& home = commons_.shard(commons_.home_of(traveller.join.channel));
  home.loop_.post([&home, traveller = std::move(traveller)]() mutable {
    home.gate_.arrive(std::move(traveller));
  });
}

/// No other shard makes the same.
MemberId Shard::make_member_id() { return ++members_made_ * commons_.shard_count() + index_; }

void Shard::admit(Admission admission) noexcept {
  const protocol::Join& join = admission.join;
  if (Channel* const channel = registry_.find(join.channel))
    if (Member* const rival = channel->find(join.subscriber)) replace(*sessions_.at(rival->id()));

  admission.connection->set_message_bytes_max(config_.text_bytes_max);
  Profile profile{.id = make_member_id(),
                  .name = join.subscriber,
                  .instance = join.instance,
                  .is_device = join.is_device,
                  .takes_binary = admission.takes_binary};
  if (join.message_bytes_max) profile.message_bytes_max = *join.message_bytes_max;
  const SessionContext context{.clock = loop_.clock(),
                               .memory = memory_,
                               .counters = counters_,
                               .handler = *this,
                               .queue_bytes = config_.queue_bytes};
  auto owned =
      std::make_unique<Session>(context, std::move(profile), std::move(admission.connection));
  Session& session = *owned;
  sessions_[session.id()] = std::move(owned);
  ++session_count_;

  router_.deliver_burst();  // To those who were there before.
  Channel& channel = registry_.enter(join.channel, join.key, session);
  session.set_channel(&channel);
  answer_join(channel, session);
  router_.presence().joined(channel, session);
  tell_crowds_later();
  if (const auto& held = admission.held) {
    if (held->passed_over)
      on_passed_over(session, *held->passed_over, held->bytes);
    else
      on_message(session, held->kind, held->payload);
  }
}

/// The answer is queued before any presence can be, so its list is the state before all that
/// follows.
void Shard::answer_join(const Channel& channel, Session& session) {
  protocol::JoinAnswer answer{.channel = channel.name(),
                              .subscriber = session.name(),
                              .is_guarded = channel.key().is_guarded(),
                              .is_crowd = router_.presence().is_crowd(channel),
                              .subscribers = {},
                              .devices = {},
                              .subscriber_count = channel.members().size(),
                              .text_bytes_max = config_.text_bytes_max,
                              .queue_bytes = config_.queue_bytes,
                              .heartbeat_seconds = static_cast<unsigned>(config_.heartbeat.count()),
                              .time = loop_.clock().wall()};
  for (const Member* const member : channel.members()) {
    if (answer.is_crowd) break;
    if (member == &session) continue;
    answer.subscribers.push_back(member->name());
    if (member->profile().is_device) answer.devices.push_back(member->name());
  }
  const ParcelLabel label{.type = MessageType::response,
                          .sender = hub_id,
                          .sender_name = std::string(protocol::hub_name)};
  session.queue(make_parcel(memory_, label, make_text_frame(protocol::make_join_answer(answer))));
}

bool Shard::probe(const Member& member, std::move_only_function<void(bool) noexcept> on_answer) {
  return sessions_.at(member.id())
      ->probe(std::chrono::seconds(limits::replace_ping_seconds), std::move(on_answer));
}

void Shard::tell_crowds_later() {
  if (is_stopping_ || presence_timer_ != net::no_timer || !router_.presence().has_crowds()) return;
  presence_timer_ = loop_.after(std::chrono::seconds(limits::presence_seconds), [this] {
    presence_timer_ = net::no_timer;
    router_.presence().tell_crowds();
    tell_crowds_later();
  });
}

// Leaving.

void Shard::replace(Session& session) {
  leave_channel(session, protocol::LeaveReason::replaced);
  session.close(protocol::close_code_of(ResponseCode::conflict),
                "replaced by a newer connection of the same name");
}

void Shard::leave_channel(Session& session, protocol::LeaveReason reason) {
  Channel* const channel = session.channel();
  if (channel == nullptr) return;
  router_.deliver_burst();
  // Only what it sent itself still knows its sender by then: to itself nothing is reported.
  for (const ParcelRef& parcel : session.take_undelivered())
    router_.report_undelivered(*channel, *parcel, session, ResponseCode::not_found);
  if (!is_stopping_) router_.presence().left(*channel, session, reason);
  session.set_channel(nullptr);
  registry_.leave(*channel, session);
}

void Shard::on_end(Session& session, link::EndReason reason) noexcept {
  leave_channel(session, leave_reason(reason));
  auto node = sessions_.extract(session.id());
  --session_count_;
  loop_.dispose(std::move(node.mapped()));
  on_connection_gone();
}

void Shard::on_connection_gone() {
  commons_.close_connection();
  tell_when_stopped();
}

void Shard::stop(net::Task on_stopped) {
  is_stopping_ = true;
  loop_.cancel(std::exchange(presence_timer_, net::no_timer));
  on_stopped_ = std::move(on_stopped);
  gate_.stop();
  router_.deliver_burst();
  for (auto& [id, session] : sessions_)
    session->close(wire::close_going_away, "the hub is shutting down");
  stop_timer_ = loop_.after(std::chrono::seconds(limits::close_seconds), [this] {
    stop_timer_ = net::no_timer;
    if (on_stopped_) std::exchange(on_stopped_, {})();
  });
  tell_when_stopped();
}

/// Whoever is on the way from one shard to another still counts.
void Shard::tell_when_stopped() {
  if (!on_stopped_ || commons_.connections() > 0) return;
  loop_.next_turn(std::exchange(on_stopped_, {}));
}

// Messages.

void Shard::on_message(Session& session, link::MessageKind kind, ByteView payload) noexcept {
  if (session.channel() == nullptr) return;
  const auto form = kind == link::MessageKind::binary ? MessageForm::binary : MessageForm::text;
  router_.route(*session.channel(), session, form, payload);
}

void Shard::on_passed_over(Session& session, wire::PassedOver why, std::uint64_t bytes) noexcept {
  if (session.channel() != nullptr) router_.refuse_passed_over(session, why, bytes);
}

void Shard::on_expired(Session& session, const Parcel& parcel) noexcept {
  if (session.channel() != nullptr)
    router_.report_undelivered(*session.channel(), parcel, session, ResponseCode::timed_out);
}

}  // namespace malinka::hub
