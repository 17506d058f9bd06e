// SPDX-License-Identifier: MIT
// The Subscriber over a HubLink: turns messages into answers, commands and events, and calls into
// messages.

#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/hub_link.h"
#include "client/message_form.h"
#include "client/open_commands.h"
#include "client/pending_requests.h"
#include "client/roster.h"
#include "client/sealed_traffic.h"
#include "client/stream_transport.h"
#include "client/streams.h"
#include "client/subscriber.h"

namespace malinka::client {

/// **Loop-bound.**
class SubscriberCore final : public Subscriber,
                             private HubLinkHandler,
                             private SealedHandler,
                             private StreamTransport {
 public:
  SubscriberCore(net::Loop& loop, const SubscriberSettings& settings, ConnectFunction connect,
                 RandomBelow random_below, SubscriberHandler& handler);
  ~SubscriberCore() override;

  void request(Request request, AnswerHandler on_answer, DoneHandler on_done) override;
  Result<void> answer(const Message& command, Answer answer) override;
  void open_stream(Request request, StreamHandler& handler, OpenedHandler on_opened) override;
  std::unique_ptr<StreamEnd> accept_stream(const Message& command, Answer answer,
                                           StreamHandler& handler) override;
  Result<void> broadcast(std::string name, std::string value, std::optional<Blob> blob,
                         Access see) override;
  void listen() override;

  [[nodiscard]] std::string fingerprint(std::string_view device) const override;
  [[nodiscard]] std::string changed_fingerprint(std::string_view device) const override;
  [[nodiscard]] Result<void> trust(const std::string& device,
                                   std::string_view fingerprint) override;

  [[nodiscard]] const ClientStatus& status() const override { return link_.status(); }
  [[nodiscard]] std::vector<Member> members() const override { return roster_.members(); }
  [[nodiscard]] bool is_crowd() const override { return roster_.is_crowd(); }
  void close(std::chrono::milliseconds timeout, net::Task on_closed) override;

  void network_changed() { link_.network_changed(); }

 private:
  void on_link_joined(const protocol::JoinAnswer& answer, bool takes_binary) noexcept override;
  void on_link_message(link::MessageKind kind, ByteView payload) noexcept override;
  void on_link_room() noexcept override;
  void on_link_lost() noexcept override;
  void on_link_status(const ClientStatus& status) noexcept override;

  Result<void> send_outer(const Message& message) override { return send(message); }
  [[nodiscard]] Result<void> check_outer(std::size_t blob_bytes) const override;
  void take_sealed_command(Message command, const SealedOrigin& origin) override;
  void take_sealed_response(const Message& response) override;
  void take_sealed_event(const Message& event) override;
  void fail_command(const std::string& id, const std::string& device, ResponseCode code,
                    std::string_view why) override;
  void tell_missed(const std::string& originator, MessageType type, std::uint64_t count) override;
  void tell_changed(const std::string& device) override;
  void want_events_of(const std::string& originator) override;
  void fail_streams(const std::string& peer, std::string_view why) override;
  [[nodiscard]] bool has_streams(const std::string& peer) const override;

  Result<std::string> send_stream_message(const StreamKey& key, const Message& message) override;
  void want_link() override { link_.wake(); }
  void call_later(net::Task task) override { later(std::move(task)); }

  /// Asks as request() does; gives the Command's id.
  std::string start_request(Request request, AnswerHandler on_answer, DoneHandler on_done);
  /// Whether it belongs to a stream, and so is dealt with.
  [[nodiscard]] bool take_stream_message(StreamKey::Side side, const Message& message,
                                         const OpenCommands::Way& way);
  /// A Response to a Command of this end.
  void take_answer(const Message& response);
  void take_plain(Message message);
  void take_plain_in_sealed_channel(Message message);
  void take_response(const Message& response);
  void take_command(Message command, OpenCommands::Way way, Access access);
  void take_broadcast(const Message& broadcast);
  void take_presence(const Message& presence);
  void take_crowd(const Message& presence);
  void take_dropped(const Message& dropped);
  void fail_dropped(const std::string& name);
  [[nodiscard]] Result<void> send(const Message& message);
  [[nodiscard]] Result<void> send_response(const Message& response, OpenCommands::Way way);
  [[nodiscard]] Result<void> check_request(const std::vector<std::string>& recipients) const;
  std::string request_sealed(Request request, AnswerHandler on_answer, DoneHandler on_done);
  void fail_later(std::vector<std::string> names, Error why, AnswerHandler on_answer,
                  DoneHandler on_done);
  /// What `*` means in a sealed channel.
  [[nodiscard]] std::vector<std::string> device_names() const;
  void watch_sealing();
  void hear_all_devices();
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
  Streams streams_;
  std::optional<SealedTraffic> sealed_;  // Nothing: the channel is not sealed.
  bool is_listening_ = false;
  bool is_requesting_ = false;           // Inside request(): no handler may be called.
  std::set<std::string> events_wanted_;  // Of whom, soon.
  net::TimerId sealing_timer_ = net::no_timer;
  // The hub's clock as of a moment of ours: the wall clock of a Pi may be years off.
  Wall hub_time_;
  Steady hub_time_at_;
  net::TimerId expiry_timer_ = net::no_timer;
  std::optional<Steady> expiry_armed_for_;
  std::shared_ptr<const int> alive_;  // Gone with this: what was put off checks it.
};

}  // namespace malinka::client
