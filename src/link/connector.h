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
#include "net/tls.h"

namespace malinka::link {

/// A hub's address taken apart: ws[s]://HOST[:PORT][/PATH], http[s] meaning the same. Path /bus
/// unless given.
struct HubUrl {
  bool is_secure = false;
  std::string host;  ///< Without brackets.
  std::uint16_t port = 0;
  std::string target;  ///< Path and query.

  /// Errors: std::errc::invalid_argument, with what was given as context.
  [[nodiscard]] static Result<HubUrl> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string host_field() const;  ///< As in an HTTP Host field.
};

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
/// new connection's. **Loop-bound.** Errors given: those of Dialer, TLS, HttpError and
/// HandshakeError.
class Connector {
 public:
  [[nodiscard]] static std::unique_ptr<Connector> connect(Engine engine, ConnectorSettings settings,
                                                          ConnectionHandler& connection_handler,
                                                          ConnectHandler handler);
  virtual ~Connector() = default;
};

}  // namespace malinka::link
