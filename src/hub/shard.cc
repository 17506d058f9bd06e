// SPDX-License-Identifier: MIT
#include "hub/shard.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "hub/metrics/prometheus.h"
#include "hub/session/framing.h"
#include "protocol/join.h"
#include "protocol/names.h"

namespace malinka::hub {
namespace {

constexpr std::size_t read_buffer_bytes = 64UL * 1024;
constexpr const char* replaced_reason = "replaced by a newer connection of the same name";
constexpr const char* stopping_reason = "the hub is shutting down";

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
      engine_{loop, batcher_, read_buffer_, &incoming_budget_},
      memory_(config.queued_bytes_max, commons.queued_sum()),
      session_context_{.clock = loop.clock(),
                       .handler = *this,
                       .queues = {config.queue_bytes, memory_, counters_}},
      router_(loop.clock(), memory_, counters_),
      mail_(commons.shard_count()),
      outpost_(
          {.memory = memory_,
           .counters = counters_,
           .incoming_budget = incoming_budget_,
           .index = index_,
           .mail_to = [this](std::size_t shard) -> ShardMail& { return mail_to(shard); },
           .home = [&commons](std::size_t shard) -> HomeShard& { return commons.shard(shard); }}),
      spread_(commons.shard_count(), index_),
      gate_({.engine = engine_, .registry = registry_, .counters = counters_, .reception = *this},
            make_gate_settings(config, std::move(site), commons)) {
  uses_ring_ = batcher_.uses_ring() ? 1 : 0;
  loop_.set_turn_end([this] {
    router_.deliver_burst();
    send_mail();  // First, so that the others send at the same time.
    batcher_.flush();
    send_mail();
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
  drop_rival(admission.join);
  admission.connection->set_message_bytes_max(config_.text_bytes_max);
  Session& session = add_session(std::make_unique<Session>(
      session_context_, make_profile(admission.join, admission.takes_binary),
      std::move(admission.connection)));
  session.set_channel(&enter(admission.join, session));
  if (const auto& held = admission.held) {
    if (held->passed_over)
      on_passed_over(session, *held->passed_over, held->bytes);
    else
      on_message(session, held->kind, held->payload);
  }
}

Profile Shard::make_profile(const protocol::Join& join, bool takes_binary) {
  Profile profile{.id = make_member_id(),
                  .name = join.subscriber,
                  .instance = InstanceMark(join.instance),
                  .is_device = join.is_device,
                  .takes_binary = takes_binary};
  if (join.message_bytes_max) profile.message_bytes_max = *join.message_bytes_max;
  return profile;
}

Session& Shard::add_session(std::unique_ptr<Session> session) {
  ++session_count_;
  return sessions_.add(std::move(session));
}

/// Whoever is in a channel here and is not far has its session here.
Session& Shard::session_of(Member& member) {
  ASSERT(!far_members_.contains(member.id()));
  return static_cast<Session&>(member);
}

void Shard::drop_rival(const protocol::Join& join) {
  Channel* const channel = registry_.find(join.channel);
  Member* const rival = channel != nullptr ? channel->find(join.subscriber) : nullptr;
  if (rival == nullptr) return;
  const auto far = far_members_.find(rival->id());
  if (far != far_members_.end()) return replace_far(*far->second);
  replace(session_of(*rival));
}

Channel& Shard::enter(const protocol::Join& join, Member& member) {
  router_.deliver_burst();  // To those who were there before.
  Channel& channel = registry_.enter(join.channel, join.key, member);
  answer_join(channel, member);
  router_.presence().joined(channel, member);
  tell_crowds_later();
  return channel;
}

/// The answer is queued before any presence can be, so its list is the state before all that
/// follows.
void Shard::answer_join(const Channel& channel, Member& newcomer) {
  protocol::JoinAnswer answer{.channel = channel.name(),
                              .subscriber = newcomer.name(),
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
    if (member == &newcomer) continue;
    answer.subscribers.push_back(member->name());
    if (member->profile().is_device) answer.devices.push_back(member->name());
  }
  const ParcelLabel label{.type = MessageType::response,
                          .sender = hub_id,
                          .sender_name = std::string(protocol::hub_name)};
  newcomer.queue(make_parcel(memory_, label, make_text_frame(protocol::make_join_answer(answer))));
}

bool Shard::probe(Member& member, std::move_only_function<void(bool) noexcept> on_answer) {
  constexpr std::chrono::seconds timeout(limits::replace_ping_seconds);
  if (const auto far = far_members_.find(member.id()); far != far_members_.end())
    return far->second->probe(timeout, std::move(on_answer));
  return session_of(member).probe(timeout, std::move(on_answer));
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
  session.close(protocol::close_code_of(ResponseCode::conflict), replaced_reason);
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
  outpost_.on_end(session, reason);
  leave_channel(session, leave_reason(reason));
  --session_count_;
  loop_.dispose(sessions_.take_out(session));
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
  for (const auto& session : sessions_.all())
    if (session->channel() != nullptr) session->close(wire::close_going_away, stopping_reason);
  for (const auto& mail : mail_)
    if (mail)
      mail->add([&there = commons_.shard(mail->shard()).outpost_, home = index_] {
        there.close_all(home, wire::close_going_away, stopping_reason);
      });
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
  if (session.channel() == nullptr) return outpost_.on_message(session, kind, payload);
  route(*session.channel(), session, kind, payload);
}

void Shard::route(Channel& channel, Member& sender, link::MessageKind kind, ByteView payload) {
  const auto form = kind == link::MessageKind::binary ? MessageForm::binary : MessageForm::text;
  router_.route(channel, sender, form, payload);
}

void Shard::on_passed_over(Session& session, wire::PassedOver why, std::uint64_t bytes) noexcept {
  if (session.channel() == nullptr) return outpost_.on_passed_over(session, why, bytes);
  router_.refuse_passed_over(session, why, bytes);
}

void Shard::on_expired(Session& session, const Parcel& parcel) noexcept {
  if (session.channel() == nullptr) return outpost_.on_expired(session, parcel);
  router_.report_undelivered(*session.channel(), parcel, session, ResponseCode::timed_out);
}

// Wide channels, at home.

bool Shard::is_next_far(std::string_view channel) const {
  if (commons_.shard_count() == 1) return false;
  const Channel* const found = registry_.find(channel);
  return found != nullptr && found->members().size() >= config_.wide_channel_members &&
         spread_.next_place(*found) != index_;
}

void Shard::admit_far(Traveller traveller) noexcept {
  const std::size_t outpost = spread_.next_place(*registry_.find(traveller.join.channel));
  drop_rival(traveller.join);
  ShardMail& mail = mail_to(outpost);
  auto owned = std::make_unique<FarMember>(make_profile(traveller.join, traveller.takes_binary),
                                           mail, counters_, *this);
  FarMember& member = *owned;
  far_members_[member.id()] = std::move(owned);
  mail.add([&there = commons_.shard(outpost),
            settler = Settler{member.profile(), traveller.join.channel, index_,
                              std::move(traveller.connection)}]() mutable {
    there.settle(std::move(settler));
  });
  Channel& channel = enter(traveller.join, member);
  member.set_channel(channel);
  spread_.add(channel, outpost);
}

void Shard::send_mail() {
  for (const auto& mail : mail_)
    if (mail) mail->send();
}

ShardMail& Shard::mail_to(std::size_t shard) {
  auto& mail = mail_[shard];
  if (!mail) {
    Shard& there = commons_.shard(shard);
    mail = std::make_unique<ShardMail>(
        ShardMail::Ends{
            .here = loop_, .there = there.loop_, .shard = shard, .handler = there.outpost_},
        memory_);
  }
  return *mail;
}

void Shard::on_far_message(MemberId from, link::MessageKind kind, ByteView payload) noexcept {
  const auto found = far_members_.find(from);
  if (found != far_members_.end()) route(found->second->channel(), *found->second, kind, payload);
}

void Shard::on_far_passed_over(MemberId from, wire::PassedOver why, std::uint64_t bytes) noexcept {
  const auto found = far_members_.find(from);
  if (found != far_members_.end()) router_.refuse_passed_over(*found->second, why, bytes);
}

void Shard::on_far_probed(MemberId member, bool is_alive) noexcept {
  const auto found = far_members_.find(member);
  if (found != far_members_.end()) found->second->answer_probes(is_alive);
}

void Shard::on_far_undelivered(const std::string& channel, const ParcelLabel& label,
                               const std::string& recipient, ResponseCode code) noexcept {
  router_.report_undelivered(registry_.find(channel), label, recipient, code);
}

/// One that was replaced has left already.
void Shard::on_far_left(MemberId member, link::EndReason reason, std::size_t outpost) noexcept {
  const auto found = far_members_.find(member);
  if (found != far_members_.end()) leave_channel(*found->second, leave_reason(reason));
  mail_to(outpost).add(
      [&there = commons_.shard(outpost).outpost_, member] { there.forget(member); });
}

void Shard::replace_far(FarMember& member) {
  member.mail().add([&there = outpost_of(member), id = member.id()] {
    there.close(id, protocol::close_code_of(ResponseCode::conflict), replaced_reason);
  });
  leave_channel(member, protocol::LeaveReason::replaced);
}

void Shard::leave_channel(FarMember& member, protocol::LeaveReason reason) {
  router_.deliver_burst();
  const auto owned = far_members_.extract(member.id());
  spread_.remove(member.channel(), member.mail().shard());
  if (!is_stopping_) router_.presence().left(member.channel(), member, reason);
  registry_.leave(member.channel(), member);
  member.answer_probes(false);
}

Outpost& Shard::outpost_of(const FarMember& member) const {
  return commons_.shard(member.mail().shard()).outpost_;
}

void Shard::ask(const FarMember& member, std::chrono::milliseconds timeout) noexcept {
  member.mail().add(
      [&there = outpost_of(member), id = member.id(), timeout] { there.probe(id, timeout); });
}

void Shard::on_room_again(MemberId member) noexcept {
  const auto found = far_members_.find(member);
  if (found == far_members_.end()) return;
  FarMember& far = *found->second;
  far.mail().add([&there = outpost_of(far), member, drops = far.take_drops()] {
    there.note_drops(member, drops);
  });
}

// Wide channels, elsewhere.

void Shard::settle(Settler settler) {
  const link::ConnectionSettings settings{
      .role = wire::Role::server,
      .message_bytes_max = config_.text_bytes_max,
      .heartbeat = config_.heartbeat,
      .close_wait = std::chrono::seconds(limits::close_seconds)};
  Session& session =
      add_session(std::make_unique<Session>(session_context_, std::move(settler.profile), engine_,
                                            std::move(settler.connection), settings));
  outpost_.add(session, std::move(settler.channel), settler.home);
}

}  // namespace malinka::hub
