// SPDX-License-Identifier: MIT
// The way in: every new connection is a visitor here until it joins, is refused, or leaves.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "hub/channel/registry.h"
#include "hub/gate/doorkeeper.h"
#include "hub/gate/http_visitor.h"
#include "hub/gate/newcomer.h"
#include "hub/gate/pages.h"
#include "hub/metrics/counters.h"

namespace malinka::hub {

/// A newcomer that may come in.
struct Admission {
  protocol::Join join;
  std::unique_ptr<link::Connection> connection;
  bool takes_binary = false;
  std::optional<HeldMessage> held;  ///< What it said behind its join already.
};

/// What is behind the gate. Outlives it.
class Reception {
 public:
  /// Takes a newcomer in; whoever has its name leaves for it.
  virtual void admit(Admission admission) noexcept = 0;
  /// As Session::probe, for the member of that id.
  [[nodiscard]] virtual bool probe(Member& member,
                                   std::move_only_function<void(bool) noexcept> on_answer) = 0;
  /// Whether a channel of that name lives here, rather than on another shard.
  [[nodiscard]] virtual bool is_home_of(std::string_view channel) const = 0;
  /// Hands a newcomer to the shard that its channel lives on, whose gate lets it arrive.
  virtual void send_home(Traveller traveller) noexcept = 0;
  /// Whether a channel is so wide that its next member belongs on another shard than its home.
  [[nodiscard]] virtual bool is_next_far(std::string_view channel) const = 0;
  /// As admit(), for a member that is to be settled on another shard.
  virtual void admit_far(Traveller traveller) noexcept = 0;
  /// True when nobody more may come in.
  [[nodiscard]] virtual bool is_full() const = 0;
  /// A connection is gone that never joined.
  virtual void on_visitor_gone() noexcept = 0;

 protected:
  ~Reception() = default;
};

struct GateSettings {
  std::size_t wrong_keys_max = 0;
  std::size_t wrong_key_records_max = 0;
  std::size_t text_bytes_max = 0;
  std::chrono::seconds heartbeat{0};
  std::vector<std::string> allowed_origins{};  ///< Empty: all.
  PageSettings pages{};
};

/// What the gate works with. The references outlive it.
struct GateParts {
  link::Engine& engine;
  const Registry& registry;
  Counters& counters;
  Reception& reception;
};

/// **Loop-bound.**
class Gate final : public HttpVisitorHost, public NewcomerHost {
 public:
  Gate(const GateParts& parts, GateSettings settings);

  void accept(std::unique_ptr<net::Stream> stream);
  /// A newcomer whose join was heard on another shard: decided here as if it had been heard here.
  void arrive(Traveller traveller);
  /// Says goodbye to everyone who is still here; refuses who comes later.
  void stop();

 private:
  HttpReply on_request(const wire::RequestHead& request,
                       const std::string& peer_address) noexcept override;
  void on_upgraded(HttpVisitor& visitor, UpgradedStream upgraded) noexcept override;
  void on_gone(HttpVisitor& visitor) noexcept override;
  void on_join(Newcomer& newcomer) noexcept override;
  void on_no_join(Newcomer& newcomer, ResponseCode code, std::string error) noexcept override;
  void on_gone(Newcomer& newcomer) noexcept override;

  [[nodiscard]] HttpReply answer_upgrade(const wire::RequestHead& request) const;
  [[nodiscard]] bool is_allowed_origin(const wire::RequestHead& request) const;
  [[nodiscard]] Newcomer& add_newcomer(bool takes_binary);
  [[nodiscard]] link::ConnectionSettings connection_settings() const;
  void send_home(Newcomer& newcomer);
  void depart(std::uint64_t newcomer_id);
  void send_out(Newcomer& newcomer);
  void depart_out(std::uint64_t newcomer_id);
  [[nodiscard]] std::optional<Traveller> detach(std::uint64_t newcomer_id);
  Newcomer& take_back(Traveller traveller);
  void decide(Newcomer& newcomer, MemberId silent_rival);
  void carry_out(Newcomer& newcomer, const Decision& decision);
  void ask_rival(Newcomer& newcomer, Member& rival);
  void admit(Newcomer& newcomer);
  void refuse(Newcomer& newcomer, const protocol::JoinRefusal& refusal);

  GateParts parts_;
  GateSettings settings_;
  Pages pages_;
  Doorkeeper doorkeeper_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<HttpVisitor>> visitors_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Newcomer>> newcomers_;
  bool is_stopping_ = false;
};

}  // namespace malinka::hub
