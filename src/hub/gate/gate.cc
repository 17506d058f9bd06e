// SPDX-License-Identifier: MIT
#include "hub/gate/gate.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "wire/handshake.h"

namespace malinka::hub {
namespace {

constexpr std::string_view bus_path = "/bus";

HttpResponse refuse_upgrade(const Error& error) {
  if (error.code == wire::HandshakeError::wrong_method) {
    HttpResponse response = make_plain_response(405, error.message());
    response.fields.push_back({"Allow", "GET"});
    return response;
  }
  const bool is_other_protocol = error.code == wire::HandshakeError::not_an_upgrade ||
                                 error.code == wire::HandshakeError::wrong_version;
  if (!is_other_protocol) return make_plain_response(400, error.message());
  HttpResponse response = make_plain_response(426, error.message());
  response.fields.push_back({"Upgrade", "websocket"});
  response.fields.push_back({"Connection", "Upgrade"});  // RFC 9110 section 7.8
  response.fields.push_back({"Sec-WebSocket-Version", "13"});
  return response;
}

/// Takes an object out of its owner's table, so that it can be disposed of.
template <typename Table>
typename Table::mapped_type take(Table& table, std::uint64_t id) {
  auto node = table.extract(id);
  return std::move(node.mapped());
}

}  // namespace

Gate::Gate(const GateParts& parts, GateSettings settings)
    : parts_(parts),
      settings_(std::move(settings)),
      pages_(settings_.pages),
      doorkeeper_(parts.engine.loop.clock(), parts.registry, settings_.wrong_keys_max,
                  settings_.wrong_key_records_max) {}

void Gate::accept(std::unique_ptr<net::Stream> stream) {
  if (is_stopping_) return parts_.reception.on_visitor_gone();
  const std::uint64_t id = ++last_id_;
  visitors_[id] = std::make_unique<HttpVisitor>(id, parts_.engine, std::move(stream), *this);
}

void Gate::stop() {
  is_stopping_ = true;
  while (!visitors_.empty()) visitors_.begin()->second->leave();
  for (auto& [id, newcomer] : newcomers_)
    newcomer->close(wire::close_going_away, "the hub is shutting down");
}

// HTTP.

HttpReply Gate::on_request(const wire::RequestHead& request,
                           const std::string& peer_address) noexcept {
  ++parts_.counters.http_requests;
  const Result<wire::Target> target = wire::parse_target(request.target);
  if (!target) return {.response = make_plain_response(400, target.error().message())};
  if (target->path == bus_path) return answer_upgrade(request);
  if (parts_.reception.is_full())
    return {.response = make_plain_response(503, "the hub is full: come back later")};
  return {.response = pages_.answer(request, target->path, peer_address)};
}

/// A hub that is full upgrades too: a page cannot see the status of a refused upgrade, but it can
/// read the answer to its join.
HttpReply Gate::answer_upgrade(const wire::RequestHead& request) const {
  const Result<wire::UpgradeRequest> upgrade = wire::check_upgrade_request(request);
  if (!upgrade) return {.response = refuse_upgrade(upgrade.error())};
  if (!is_allowed_origin(request))
    return {.response = make_plain_response(403, "pages of this origin may not connect here")};
  const bool takes_binary =
      std::ranges::find(upgrade->protocols, limits::protocol_version) != upgrade->protocols.end();
  const std::string_view protocol = takes_binary ? limits::protocol_version : "";
  return {.upgrade_head = wire::make_upgrade_response(*upgrade, protocol),
          .takes_binary = takes_binary};
}

/// Programs send no Origin, and could send any: the list protects people's browsers alone.
bool Gate::is_allowed_origin(const wire::RequestHead& request) const {
  const auto& allowed = settings_.allowed_origins;
  if (allowed.empty() || request.fields.count("Origin") == 0) return true;
  const std::string* const origin = request.fields.find("Origin");
  return origin != nullptr && std::ranges::find(allowed, *origin) != allowed.end();
}

void Gate::on_upgraded(HttpVisitor& visitor, UpgradedStream upgraded) noexcept {
  parts_.engine.loop.dispose(take(visitors_, visitor.id()));
  add_newcomer(upgraded.takes_binary)
      .start(std::move(upgraded.stream), connection_settings(), upgraded.early_bytes);
}

Newcomer& Gate::add_newcomer(bool takes_binary) {
  const std::uint64_t id = ++last_id_;
  auto& newcomer = newcomers_[id];
  newcomer = std::make_unique<Newcomer>(id, parts_.engine, takes_binary, *this);
  return *newcomer;
}

link::ConnectionSettings Gate::connection_settings() const {
  return {.role = wire::Role::server,
          .message_bytes_max = limits::join_bytes_max,
          .heartbeat = settings_.heartbeat,
          .close_wait = std::chrono::seconds(limits::close_seconds)};
}

void Gate::on_gone(HttpVisitor& visitor) noexcept {
  parts_.engine.loop.dispose(take(visitors_, visitor.id()));
  parts_.reception.on_visitor_gone();
}

// Joins.

void Gate::on_join(Newcomer& newcomer) noexcept {
  if (parts_.reception.is_full())
    return refuse(newcomer, {.code = ResponseCode::unavailable,
                             .error = "the hub is full: come back later",
                             .retry_after_seconds = {}});
  if (!parts_.reception.is_home_of(newcomer.join().channel)) return send_home(newcomer);
  decide(newcomer, hub_id);
}

void Gate::on_no_join(Newcomer& newcomer, ResponseCode code, std::string error) noexcept {
  refuse(newcomer, {.code = code, .error = std::move(error), .retry_after_seconds = {}});
}

/// In the next turn: its connection is in the middle of telling the join.
void Gate::send_home(Newcomer& newcomer) {
  newcomer.pause();
  parts_.engine.loop.next_turn([this, id = newcomer.id()] { depart(id); });
}

void Gate::depart(std::uint64_t newcomer_id) {
  std::optional<Traveller> traveller = detach(newcomer_id);
  if (!traveller) return;
  ++parts_.counters.joins_moved;
  parts_.reception.send_home(*std::move(traveller));
}

/// Nothing where it is gone already, or about to go.
std::optional<Traveller> Gate::detach(std::uint64_t newcomer_id) {
  const auto found = newcomers_.find(newcomer_id);
  if (found == newcomers_.end()) return std::nullopt;
  std::optional<Traveller> traveller = found->second->depart();
  if (traveller) parts_.engine.loop.dispose(take(newcomers_, newcomer_id));
  return traveller;
}

/// As send_home().
void Gate::send_out(Newcomer& newcomer) {
  newcomer.pause();
  parts_.engine.loop.next_turn([this, id = newcomer.id()] { depart_out(id); });
}

/// Much may have changed since it was decided: it is judged anew.
void Gate::depart_out(std::uint64_t newcomer_id) {
  std::optional<Traveller> traveller = detach(newcomer_id);
  if (!traveller) return;
  if (is_stopping_) return arrive(*std::move(traveller));
  const Decision decision =
      doorkeeper_.judge(traveller->join, traveller->connection.stream->peer_address(), hub_id);
  const bool may_come_in =
      decision.verdict == Verdict::admit || decision.verdict == Verdict::replace;
  if (!may_come_in || !parts_.reception.is_next_far(traveller->join.channel))
    return carry_out(take_back(*std::move(traveller)), decision);
  ++parts_.counters.joins_accepted;
  parts_.reception.admit_far(*std::move(traveller));
}

Newcomer& Gate::take_back(Traveller traveller) {
  Newcomer& newcomer = add_newcomer(traveller.takes_binary);
  newcomer.arrive(std::move(traveller), connection_settings());
  return newcomer;
}

void Gate::arrive(Traveller traveller) {
  Newcomer& newcomer = take_back(std::move(traveller));
  if (is_stopping_) return newcomer.close(wire::close_going_away, "the hub is shutting down");
  on_join(newcomer);
}

void Gate::on_gone(Newcomer& newcomer) noexcept {
  parts_.engine.loop.dispose(take(newcomers_, newcomer.id()));
  parts_.reception.on_visitor_gone();
}

void Gate::decide(Newcomer& newcomer, MemberId silent_rival) {
  carry_out(newcomer, doorkeeper_.judge(newcomer.join(), newcomer.peer_address(), silent_rival));
}

void Gate::carry_out(Newcomer& newcomer, const Decision& decision) {
  switch (decision.verdict) {
    case Verdict::admit:
    case Verdict::replace: {
      const bool is_far =
          newcomer.is_joining() && parts_.reception.is_next_far(newcomer.join().channel);
      return is_far ? send_out(newcomer) : admit(newcomer);
    }
    case Verdict::ask_rival: return ask_rival(newcomer, *decision.rival);
    case Verdict::refuse: return refuse(newcomer, decision.refusal);
  }
}

/// Either side may be gone by the time of the answer, and much else may have changed: it is judged
/// anew.
void Gate::ask_rival(Newcomer& newcomer, Member& rival) {
  newcomer.wait(settings_.text_bytes_max);
  const auto on_answer = [this, id = newcomer.id(), rival_id = rival.id()](bool is_alive) noexcept {
    const auto found = newcomers_.find(id);
    if (found == newcomers_.end() || !found->second->is_waiting()) return;
    if (is_alive)
      refuse(*found->second, name_is_taken());
    else
      decide(*found->second, rival_id);
  };
  if (!parts_.reception.probe(rival, on_answer)) refuse(newcomer, name_is_taken());
}

void Gate::admit(Newcomer& newcomer) {
  ++parts_.counters.joins_accepted;
  Admission admission{.join = newcomer.join(),
                      .connection = newcomer.hand_over(),
                      .takes_binary = newcomer.takes_binary(),
                      .held = newcomer.take_held()};
  parts_.engine.loop.dispose(take(newcomers_, newcomer.id()));
  parts_.reception.admit(std::move(admission));
}

void Gate::refuse(Newcomer& newcomer, const protocol::JoinRefusal& refusal) {
  ++parts_.counters.joins_refused[refusal.code];
  newcomer.refuse(refusal);
}

}  // namespace malinka::hub
