// SPDX-License-Identifier: MIT
// TLS 1.2 and 1.3 over any stream: an adapter over OpenSSL.

#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/error_category.h"
#include "net/stream.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX.

namespace malinka::net {

/// What is wrong comes as the error's context, in OpenSSL's words.
enum class TlsError {
  unusable_file = 1,     ///< A certificate, key or list of authorities cannot be used.
  certificate_rejected,  ///< The peer is not who it should be, as far as its certificate shows.
  not_tls,               ///< The peer speaks something else.
  handshake_failed,
  record_failed,  ///< After the handshake.
  cut_off,        ///< The peer went without saying so: what came may not be all.
};
std::string_view describe(TlsError error);
inline std::error_code make_error_code(TlsError error) { return base::error_code_of(error, "tls"); }

/// Certificates and settings shared by many streams. **Thread-safe** once made.
class TlsContext {
 public:
  /// Errors: TlsError::unusable_file, with the file's name in the context.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> for_server(
      const std::filesystem::path& certificate_chain, const std::filesystem::path& private_key);
  /// Trusts the system's authorities, and `extra_authorities` (PEM) unless it is empty.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> for_client(
      const std::filesystem::path& extra_authorities = {});

  virtual ~TlsContext() = default;
  [[nodiscard]] virtual ssl_ctx_st* native() const noexcept = 0;
};

/// The server's end. The handshake happens as bytes come; read() gives would_block until it is
/// done.
[[nodiscard]] Result<std::unique_ptr<Stream>> make_tls_server_stream(
    std::shared_ptr<TlsContext> context, std::unique_ptr<Stream> inner);
/// The client's end; checks the certificate against `host` and sends it as SNI.
[[nodiscard]] Result<std::unique_ptr<Stream>> make_tls_client_stream(
    std::shared_ptr<TlsContext> context, std::unique_ptr<Stream> inner, const std::string& host);

}  // namespace malinka::net

template <>
struct std::is_error_code_enum<malinka::net::TlsError> : std::true_type {};
