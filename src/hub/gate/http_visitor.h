// SPDX-License-Identifier: MIT
// A connection that speaks HTTP: one request after the other, within limits of size and time, until
// it upgrades or ends. RFC 9112.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "hub/gate/http_response.h"
#include "link/connection.h"
#include "wire/http_head.h"

namespace malinka::hub {

/// What a request comes to: a response, or the upgrade to a WebSocket.
struct HttpReply {
  HttpResponse response{};
  std::string upgrade_head{};  ///< Not empty: the whole 101 response, to be sent instead.
  bool takes_binary = false;   ///< The subprotocol malinka.v1 was agreed on.
};

class HttpVisitor;

/// An upgraded stream, and what was read of it already.
struct UpgradedStream {
  std::unique_ptr<net::Stream> stream;
  Bytes early_bytes;
  bool takes_binary = false;
};

/// Who owns visitors. Outlives them.
class HttpVisitorHost {
 public:
  [[nodiscard]] virtual HttpReply on_request(const wire::RequestHead& request,
                                             const std::string& peer_address) noexcept = 0;
  /// The last call, as is on_gone: the visitor is to be disposed of.
  virtual void on_upgraded(HttpVisitor& visitor, UpgradedStream stream) noexcept = 0;
  virtual void on_gone(HttpVisitor& visitor) noexcept = 0;

 protected:
  ~HttpVisitorHost() = default;
};

/// **Loop-bound.** Destroyed by Loop::dispose only.
class HttpVisitor final : public net::ReadinessHandler, public net::Disposable {
 public:
  HttpVisitor(std::uint64_t id, link::Engine& engine, std::unique_ptr<net::Stream> stream,
              HttpVisitorHost& host);
  ~HttpVisitor() override;

  /// Ends it: its host is told that it is gone, unless it was already, and nothing else any more.
  void leave();

  [[nodiscard]] std::uint64_t id() const { return id_; }

 private:
  enum class Phase {
    reading,    ///< A request's head is on its way.
    writing,    ///< Its response is.
    resting,    ///< Until the next turn, which looks for the next request.
    lingering,  ///< All is said: what still comes is dropped until the peer leaves.
    gone,
  };

  void on_ready(net::Readiness readiness) noexcept override;
  void read_request();
  /// One read; false when there is nothing now.
  [[nodiscard]] bool read_some();
  void handle_input();
  void refuse(const Error& error);
  void handle(const wire::RequestHead& request);
  void send(HttpResponse response, bool has_content);
  void write_some();
  void on_written();
  void drain();
  void linger();
  void hand_over();
  void set_deadline(std::chrono::seconds delay);
  void on_deadline();

  const std::uint64_t id_;
  link::Engine& engine_;
  std::unique_ptr<net::Stream> stream_;
  HttpVisitorHost& host_;
  Phase phase_ = Phase::reading;
  Bytes input_;  // At most one head and one read buffer.
  std::string head_;
  SharedBytes content_;
  std::size_t written_bytes_ = 0;  // Of head and content together.
  std::size_t drained_bytes_ = 0;
  std::size_t request_count_ = 0;
  net::TimerId deadline_ = net::no_timer;
  bool is_upgrading_ = false;
  bool takes_binary_ = false;
  bool keeps_alive_ = true;
};

}  // namespace malinka::hub
