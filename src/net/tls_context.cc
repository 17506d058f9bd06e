// SPDX-License-Identifier: MIT
// Certificates and settings of TLS, and the words for its errors. Streams are in tls_stream.cc.

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <utility>

#include "base/try.h"
#include "net/tls.h"

namespace malinka::net {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, FreeContext>;

class OpenSslContext final : public TlsContext {
 public:
  explicit OpenSslContext(ContextPtr context) : context_(std::move(context)) {}
  ssl_ctx_st* native() const noexcept override { return context_.get(); }

 private:
  ContextPtr context_;
};

std::unexpected<Error> fail_openssl(const std::filesystem::path& file) {
  const unsigned long error = ERR_peek_last_error();
  const char* const reason = ERR_reason_error_string(error);
  ERR_clear_error();
  return fail(TlsError::unusable_file,
              file.string() + (reason != nullptr ? std::string(" (") + reason + ")" : ""));
}

/// A key that wants a passphrase is refused; a daemon has nobody to ask.
int refuse_passphrase(char*, int, int, void*) { return -1; }

Result<ContextPtr> make_context(const SSL_METHOD* method) {
  ContextPtr context(SSL_CTX_new(method));
  if (!context) return fail_openssl("OpenSSL");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Idle connections give their buffers back; what waits to be sent may lie elsewhere by then.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_passwd_cb(context.get(), refuse_passphrase);
  return context;
}

}  // namespace

std::string_view describe(TlsError error) {
  switch (error) {
    case TlsError::unusable_file: return "not usable for TLS";
    case TlsError::certificate_rejected: return "its certificate is not accepted";
    case TlsError::not_tls: return "the other side does not speak TLS";
    case TlsError::handshake_failed: return "the TLS handshake failed";
    case TlsError::record_failed: return "what was received is not valid TLS";
    case TlsError::cut_off: return "the connection was cut off";
  }
  return "unknown TLS error";
}

Result<std::shared_ptr<TlsContext>> TlsContext::for_server(
    const std::filesystem::path& certificate_chain, const std::filesystem::path& private_key) {
  ContextPtr context = TRY(make_context(TLS_server_method()));
  SSL_CTX* const native = context.get();
  if (SSL_CTX_use_certificate_chain_file(native, certificate_chain.c_str()) != 1)
    return fail_openssl(certificate_chain);
  if (SSL_CTX_use_PrivateKey_file(native, private_key.c_str(), SSL_FILETYPE_PEM) != 1)
    return fail_openssl(private_key);  // Also where it is not the certificate's key.
  return std::make_shared<OpenSslContext>(std::move(context));
}

Result<std::shared_ptr<TlsContext>> TlsContext::for_client(
    const std::filesystem::path& extra_authorities) {
  ContextPtr context = TRY(make_context(TLS_client_method()));
  SSL_CTX* const native = context.get();
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_set_default_verify_paths(native) != 1) return fail_openssl("system authorities");
  if (!extra_authorities.empty() &&
      SSL_CTX_load_verify_locations(native, extra_authorities.c_str(), nullptr) != 1)
    return fail_openssl(extra_authorities);
  return std::make_shared<OpenSslContext>(std::move(context));
}

}  // namespace malinka::net
