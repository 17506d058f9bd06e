// SPDX-License-Identifier: MIT
#include "client/dial_hub.h"

#include <utility>

#include "base/limits.h"

namespace malinka::client {
namespace {

/// An attempt that failed before it began.
class FailedAttempt final : public link::Connector {
 public:
  FailedAttempt(net::Loop& loop, Error error, link::ConnectHandler handler)
      : loop_(loop),
        timer_(loop.after(std::chrono::nanoseconds(0),
                          [error = std::move(error), handler = std::move(handler)]() mutable {
                            handler(std::unexpected(std::move(error)));
                          })) {}
  ~FailedAttempt() override { loop_.cancel(timer_); }

 private:
  net::Loop& loop_;
  net::TimerId timer_;
};

link::ConnectionSettings connection_settings() {
  return {.role = wire::Role::client,
          .message_bytes_max = limits::text_bytes_max,
          .heartbeat = std::chrono::seconds(limits::heartbeat_seconds),
          .close_wait = std::chrono::seconds(limits::close_seconds)};
}

}  // namespace

ConnectFunction make_hub_dialer(link::Engine& engine, link::HubUrl url,
                                std::chrono::milliseconds timeout) {
  return [&engine, url = std::move(url), timeout, tls = std::shared_ptr<net::TlsContext>()](
             link::ConnectionHandler& connection_handler,
             link::ConnectHandler handler) mutable -> std::unique_ptr<link::Connector> {
    if (url.is_secure && !tls) {  // Once: reading the authorities takes a while.
      auto context = net::TlsContext::for_client();
      if (!context)
        return std::make_unique<FailedAttempt>(engine.loop, context.error(), std::move(handler));
      tls = std::move(*context);
    }
    link::ConnectorSettings settings{.url = url,
                                     .protocols = {std::string(limits::protocol_version)},
                                     .tls = tls,
                                     .timeout = timeout,
                                     .connection = connection_settings()};
    return link::Connector::connect(engine, std::move(settings), connection_handler,
                                    std::move(handler));
  };
}

}  // namespace malinka::client
