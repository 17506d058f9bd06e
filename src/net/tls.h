// SPDX-License-Identifier: MIT
// TLS 1.2 and 1.3 over any stream: an adapter over OpenSSL with memory BIOs.

#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "net/stream.h"

namespace malinka::net {

/// Certificates and settings shared by many streams. **Thread-safe** once made.
class TlsContext {
 public:
  /// Errors: OpenSSL's, with the file's name as context.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> for_server(
      const std::filesystem::path& certificate_chain, const std::filesystem::path& private_key);
  /// Trusts the system's authorities, and `extra_authorities` (PEM) unless it is empty.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> for_client(
      const std::filesystem::path& extra_authorities = {});
  virtual ~TlsContext() = default;
};

/// The server's end. The handshake happens as bytes come; read() gives would_block until it is
/// done.
[[nodiscard]] Result<std::unique_ptr<Stream>> make_tls_server_stream(
    std::shared_ptr<TlsContext> context, std::unique_ptr<Stream> inner);
/// The client's end; checks the certificate against `host` and sends it as SNI.
[[nodiscard]] Result<std::unique_ptr<Stream>> make_tls_client_stream(
    std::shared_ptr<TlsContext> context, std::unique_ptr<Stream> inner, const std::string& host);

}  // namespace malinka::net
