// SPDX-License-Identifier: MIT
#include "link/connector.h"

#include <utility>

#include "base/limits.h"
#include "base/try.h"
#include "net/dialer.h"
#include "wire/handshake.h"

namespace malinka::link {
namespace {

using net::IoResult;
using net::IoStatus;
using net::no_timer;

constexpr unsigned status_switching_protocols = 101;

/// Dials, wraps in TLS, sends the request, reads the head of the answer; then hands the stream on.
class HubConnector final : public Connector, net::ReadinessHandler {
 public:
  HubConnector(Engine& engine, ConnectorSettings settings, ConnectionHandler& connection_handler,
               ConnectHandler handler)
      : engine_(engine),
        settings_(std::move(settings)),
        connection_handler_(connection_handler),
        handler_(std::move(handler)),
        key_(wire::make_key()),
        unsent_(wire::make_upgrade_request(settings_.url.host_field(), settings_.url.target, key_,
                                           settings_.protocols)) {}

  ~HubConnector() override {
    if (stream_) stream_->forget();
    engine_.loop.cancel(timeout_);
    engine_.loop.cancel(result_timer_);
  }

  void start() {
    timeout_ = engine_.loop.after(settings_.timeout, [this] { on_timeout(); });
    dialer_ =
        net::Dialer::dial(engine_.loop, settings_.url.host, settings_.url.port, settings_.timeout,
                          [this](Result<std::unique_ptr<net::Stream>> stream) noexcept {
                            on_dialed(std::move(stream));
                          });
  }

 private:
  void on_dialed(Result<std::unique_ptr<net::Stream>> dialed) {
    if (!dialed) return give_up(std::move(dialed.error()));
    Result<void> begun = begin_handshake(std::move(*dialed));
    if (!begun) give_up(in_context(std::move(begun.error())));
  }

  Result<void> begin_handshake(std::unique_ptr<net::Stream> stream) {
    stream_ = std::move(stream);
    if (settings_.url.is_secure)
      stream_ =
          TRY(net::make_tls_client_stream(settings_.tls, std::move(stream_), settings_.url.host));
    return stream_->watch(engine_.loop, *this);
  }

  void on_ready(net::Readiness) noexcept override {
    Result<void> advanced = send_request();
    if (advanced) advanced = read_answer();
    if (!advanced) give_up(in_context(std::move(advanced.error())));
  }

  Result<void> send_request() {
    while (!unsent_.empty()) {
      const ByteView piece = as_bytes(unsent_);
      const IoResult written = TRY(stream_->write(std::span(&piece, 1)));
      if (written.status != IoStatus::done) return {};
      unsent_.erase(0, written.bytes);
    }
    return {};
  }

  Result<void> read_answer() {
    while (result_timer_ == no_timer) {
      const IoResult got = TRY(stream_->read(engine_.read_buffer));
      if (got.status == IoStatus::would_block) return {};
      if (got.status == IoStatus::ended) return fail(std::errc::connection_reset, "no answer");
      append(answer_, engine_.read_buffer.first(got.bytes));
      const auto head = TRY(wire::parse_response_head(answer_, limits::http_head_bytes_max));
      if (head) return on_answer(*head);
    }
    return {};
  }

  Result<void> on_answer(const wire::ResponseHead& head) {
    if (head.status != status_switching_protocols)
      return fail(wire::HandshakeError::not_accepted, "answered " + std::to_string(head.status));
    protocol_ = TRY(wire::check_upgrade_response(head, key_, settings_.protocols));
    const auto head_end = answer_.begin() + static_cast<std::ptrdiff_t>(head.head_bytes);
    answer_.erase(answer_.begin(), head_end);  // What is left came early.
    stream_->forget();
    finish([this] { hand_over(); });
    return {};
  }

  void hand_over() {
    Connected connected;
    connected.protocol = std::move(protocol_);
    connected.connection = Connection::start(engine_, std::move(stream_), settings_.connection,
                                             answer_, connection_handler_);
    ConnectHandler handler = std::move(handler_);
    handler(std::move(connected));
  }

  void on_timeout() {
    const std::string stage = stream_ ? " (connected, but the handshake was not finished)" : "";
    give_up({std::make_error_code(std::errc::timed_out), settings_.url.host_and_port() + stage});
  }

  void give_up(Error error) {
    if (stream_) stream_->forget();
    finish([this, error = std::move(error)]() mutable {
      ConnectHandler handler = std::move(handler_);
      handler(std::unexpected(std::move(error)));
    });
  }

  /// In a later turn, so that the handler may destroy the connector, and with it what led here.
  void finish(net::Task task) {
    if (result_timer_ != no_timer) return;
    engine_.loop.cancel(std::exchange(timeout_, no_timer));
    result_timer_ = engine_.loop.after(std::chrono::nanoseconds(0), std::move(task));
  }

  [[nodiscard]] Error in_context(Error error) const {
    const std::string target = settings_.url.host_and_port();
    error.context = error.context.empty() ? target : target + ": " + error.context;
    return error;
  }

  Engine& engine_;
  const ConnectorSettings settings_;
  ConnectionHandler& connection_handler_;  // Outlives the connector and the connection.
  ConnectHandler handler_;
  const std::string key_;
  std::string unsent_;  // What is left of the request.
  Bytes answer_;        // The head of the answer, as far as it came; then what came behind it.
  std::string protocol_;
  std::unique_ptr<net::Dialer> dialer_;
  std::unique_ptr<net::Stream> stream_;
  net::TimerId timeout_ = no_timer;
  net::TimerId result_timer_ = no_timer;
};

}  // namespace

std::unique_ptr<Connector> Connector::connect(Engine& engine, ConnectorSettings settings,
                                              ConnectionHandler& connection_handler,
                                              ConnectHandler handler) {
  auto connector = std::make_unique<HubConnector>(engine, std::move(settings), connection_handler,
                                                  std::move(handler));
  connector->start();
  return connector;
}

}  // namespace malinka::link
