// SPDX-License-Identifier: MIT
// The Subscriber over a HubLink: turns messages into answers, commands and events, and calls into
// messages.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/hub_link.h"
#include "client/message_form.h"
#include "client/open_commands.h"
#include "client/pending_requests.h"
#include "client/roster.h"
#include "client/subscriber.h"

namespace malinka::client {

/// **Loop-bound.**
class SubscriberCore final : public Subscriber, private HubLinkHandler {
 public:
  SubscriberCore(net::Loop& loop, const SubscriberSettings& settings, ConnectFunction connect,
                 RandomBelow random_below, SubscriberHandler& handler);
  ~SubscriberCore() override;

  void request(Request request, AnswerHandler on_answer, DoneHandler on_done) override;
  Result<void> answer(const Message& command, Answer answer) override;
  Result<void> broadcast(std::string name, std::string value, std::optional<Blob> blob) override;

  [[nodiscard]] const ClientStatus& status() const override { return link_.status(); }
  [[nodiscard]] std::vector<Member> members() const override { return roster_.members(); }
  [[nodiscard]] bool is_crowd() const override { return roster_.is_crowd(); }
  void close(std::chrono::milliseconds timeout, net::Task on_closed) override;

  void network_changed() { link_.network_changed(); }

 private:
  void on_link_joined(const protocol::JoinAnswer& answer, bool takes_binary) noexcept override;
  void on_link_message(link::MessageKind kind, ByteView payload) noexcept override;
  void on_link_lost() noexcept override;
  void on_link_status(const ClientStatus& status) noexcept override;

  void take_command(Message command);
  void take_broadcast(const Message& broadcast);
  void take_presence(const Message& presence);
  void take_crowd(const Message& presence);
  void take_dropped(const Message& dropped);
  [[nodiscard]] Result<void> send(const Message& message);
  [[nodiscard]] std::string expiry_in(std::chrono::milliseconds timeout) const;
  void arm_expiry();
  /// Runs `task` in a later turn, unless this is gone by then.
  void later(net::Task task);

  net::Loop& loop_;
  SubscriberHandler& handler_;
  HubLink link_;
  MessageForm form_;
  Roster roster_;
  PendingRequests pending_;
  OpenCommands open_commands_;
  // The hub's clock as of a moment of ours: the wall clock of a Pi may be years off.
  Wall hub_time_;
  Steady hub_time_at_;
  net::TimerId expiry_timer_ = net::no_timer;
  std::optional<Steady> expiry_armed_for_;
  std::shared_ptr<const int> alive_;  // Gone with this: what was put off checks it.
};

}  // namespace malinka::client
