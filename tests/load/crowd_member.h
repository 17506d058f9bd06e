// SPDX-License-Identifier: MIT
// One connection of a random load: joins, sends, and tells its crowd what it hears.

#pragma once

#include <deque>
#include <memory>
#include <string>

#include "base/json_fwd.h"
#include "link/connection.h"
#include "link/connector.h"
#include "message_ledger.h"
#include "protocol/join.h"

namespace malinka::test {

class CrowdMember;

/// Who owns the members. Outlives them.
class Crowd {
 public:
  /// 200, or why not: then the connection ends soon.
  virtual void on_join(CrowdMember& member, int code) noexcept = 0;
  /// A message from `originator`; `filler` is its content, whatever form it came in.
  virtual void on_relayed(CrowdMember& member, std::size_t id, std::string_view originator,
                          std::string_view filler) noexcept = 0;
  virtual void on_hub_message(CrowdMember& member, const Json& message) noexcept = 0;
  virtual void on_nonsense(CrowdMember& member, std::string_view why) noexcept = 0;
  /// The last call: it is to be disposed of.
  virtual void on_end(CrowdMember& member, link::EndReason reason) noexcept = 0;

 protected:
  ~Crowd() = default;
};

/// **Loop-bound.** Destroyed by Loop::dispose only, and at any time: then it is gone from one
/// moment to the next.
class CrowdMember final : public link::ConnectionHandler, public net::Disposable {
 public:
  CrowdMember(Crowd& crowd, Place place) : crowd_(crowd), place_(place) {}

  void connect(link::Engine& engine, const link::HubUrl& url, protocol::Join join,
               bool takes_binary);
  void send(std::string_view text);
  /// As one binary message.
  void send_binary(std::string_view envelope, std::string_view blob);
  void stop_reading() { connection_->pause_reading(); }
  void start_reading() { connection_->resume_reading(); }
  void leave() { connection_->close(1000, {}); }

  [[nodiscard]] Place place() const { return place_; }
  /// Nothing can be asked of it before.
  [[nodiscard]] bool is_connected() const { return connection_ != nullptr; }

 private:
  void on_message(link::MessageKind kind, ByteView payload) noexcept override;
  void on_passed_over(link::MessageKind kind, wire::PassedOver why,
                      std::uint64_t bytes) noexcept override;
  std::optional<SharedBytes> next_frame() noexcept override;
  void on_end(const link::End& end) noexcept override;
  void hear(std::string_view envelope_text, ByteView blob);
  void queue(wire::Opcode opcode, ByteView payload);

  Crowd& crowd_;
  const Place place_;
  std::unique_ptr<link::Connector> connector_;
  std::unique_ptr<link::Connection> connection_;
  std::deque<SharedBytes> outgoing_;
  bool has_join_answer_ = false;
};

}  // namespace malinka::test
