// SPDX-License-Identifier: MIT
// The client's end of a handshake: dial, TLS where the URL says so, upgrade, and a Connection comes
// out.

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "link/connection.h"
#include "link/hub_url.h"
#include "net/tls.h"

namespace malinka::link {

struct ConnectorSettings {
  HubUrl url;
  std::vector<std::string> protocols;    ///< Offered subprotocols.
  std::shared_ptr<net::TlsContext> tls;  ///< Needed where the URL is secure.
  std::chrono::milliseconds timeout{0};  ///< For all of it.
  ConnectionSettings connection;
};

/// An upgraded connection, and the subprotocol that the server chose (empty for none).
struct Connected {
  std::unique_ptr<Connection> connection;
  std::string protocol;
};

using ConnectHandler = std::move_only_function<void(Result<Connected>) noexcept>;

/// One attempt; destroying it gives up, and `handler` is not called. `connection_handler` is the
/// new connection's. `handler` may destroy the connector. **Loop-bound.** Errors given, with the
/// host and port in their context: those of Dialer, TlsError, HttpError and HandshakeError, where
/// not_accepted comes with the HTTP status.
class Connector {
 public:
  [[nodiscard]] static std::unique_ptr<Connector> connect(Engine& engine,
                                                          ConnectorSettings settings,
                                                          ConnectionHandler& connection_handler,
                                                          ConnectHandler handler);
  virtual ~Connector() = default;
};

}  // namespace malinka::link
