// SPDX-License-Identifier: MIT
// A Stream that speaks TLS over another. OpenSSL reads from that one through a BIO of our own, and
// writes to a buffer that is sent when it is due: so records are sent together, and an idle stream
// holds no buffer (a memory BIO would keep its own).

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "net/socket_address.h"
#include "net/tls.h"

namespace malinka::net {
namespace {

constexpr std::size_t record_bytes = SSL3_RT_MAX_PLAIN_LENGTH;

// What is encrypted before it is known whether the inner stream takes it: some records, one write.
constexpr std::size_t encrypted_bytes_max = 4 * record_bytes;

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslPtr = std::unique_ptr<SSL, FreeSsl>;

class TlsStream final : public Stream, ReadinessHandler {
 public:
  TlsStream(std::shared_ptr<TlsContext> context, std::unique_ptr<Stream> inner)
      : context_(std::move(context)), inner_(std::move(inner)) {}

  ~TlsStream() override { forget(); }

  /// Errors: TlsError::handshake_failed where OpenSSL has no memory.
  Result<void> start_server();
  Result<void> start_client(const std::string& host);

  Result<IoResult> read(std::span<std::byte> into) noexcept override {
    if (!is_shaken_) TRY_VOID(shake_hands());
    if (!is_shaken_) return IoResult{IoStatus::would_block, 0};
    std::size_t total = 0;
    while (!is_over() && total < into.size()) {
      std::size_t count = 0;
      ERR_clear_error();
      const int result = SSL_read_ex(ssl_.get(), &into[total], into.size() - total, &count);
      if (result != 1 && wants_more(result)) break;
      total += count;
    }
    send_encrypted();  // Reading may have made an answer: a new key, an alert.
    if (total == 0) return nothing_read(into);
    if (is_over()) tell_soon();  // The short read does not show it, and no event may follow.
    return IoResult{IoStatus::done, total};
  }

  Result<IoResult> write(std::span<const ByteView> pieces) noexcept override {
    if (!is_shaken_) TRY_VOID(shake_hands());
    if (failure_) return std::unexpected(*failure_);
    std::size_t total = 0;
    std::size_t offset = 0;  // In the first piece.
    while (is_shaken_ && !pieces.empty()) {
      if (encrypted_.size() >= encrypted_bytes_max) send_encrypted();
      if (failure_) return std::unexpected(*failure_);
      if (encrypted_.size() >= encrypted_bytes_max) break;
      total += TRY(encrypt_record(pieces, offset));
    }
    send_encrypted();
    if (failure_) return std::unexpected(*failure_);
    if (total == 0 && !pieces.empty()) return IoResult{IoStatus::would_block, 0};
    return IoResult{IoStatus::done, total};
  }

  void finish_writing() noexcept override {
    if (is_shaken_ && !failure_) SSL_shutdown(ssl_.get());
    ERR_clear_error();
    is_finishing_ = true;
    send_encrypted();
  }

  Result<void> watch(Loop& loop, ReadinessHandler& handler) override {
    forget();
    loop_ = &loop;
    handler_ = &handler;
    tell_soon();  // What is decrypted already is no news to the inner stream.
    return inner_->watch(loop, *this);
  }

  void forget() noexcept override {
    if (loop_ != nullptr) loop_->cancel(std::exchange(tell_timer_, no_timer));
    loop_ = nullptr;  // The next may be another thread's.
    handler_ = nullptr;
    is_inner_dry_ = false;  // From now on nobody would say otherwise.
    inner_->forget();
  }

  int plain_socket() const noexcept override { return -1; }
  std::string peer_address() const override { return inner_->peer_address(); }

 private:
  friend struct StreamBio;

  [[nodiscard]] bool is_over() const { return has_peer_finished_ || failure_.has_value(); }

  void on_ready(Readiness readiness) noexcept override {
    has_inner_hung_up_ |= readiness.is_hung_up;
    if (readiness.is_readable || readiness.is_hung_up) is_inner_dry_ = false;
    send_encrypted();
    if (!is_shaken_) {
      if (!failure_) static_cast<void>(shake_hands());
      if (!is_shaken_ && !failure_) return;
      readiness = {.is_readable = true, .is_writable = true, .is_hung_up = failure_.has_value()};
    }
    readiness.is_writable = readiness.is_writable && (encrypted_.empty() || failure_);
    if (handler_ != nullptr) handler_->on_ready(readiness);
  }

  void tell_soon() {
    if (loop_ == nullptr || tell_timer_ != no_timer) return;
    tell_timer_ = loop_->after(std::chrono::nanoseconds(0), [this] {
      tell_timer_ = no_timer;
      on_ready({.is_readable = true, .is_writable = true, .is_hung_up = is_over()});
    });
  }

  /// Errors: why the handshake failed; without one, it goes on when is_shaken_ does not say
  /// otherwise.
  Result<void> shake_hands() {
    if (failure_) return std::unexpected(*failure_);
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    is_shaken_ = result == 1;
    if (!is_shaken_) static_cast<void>(wants_more(result));
    send_encrypted();
    if (has_peer_finished_ && !failure_) failure_ = Error{TlsError::handshake_failed, "closed"};
    if (failure_) return std::unexpected(*failure_);
    return {};
  }

  /// True where OpenSSL waits for input; else what is over has been noted.
  bool wants_more(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ: return true;
      case SSL_ERROR_ZERO_RETURN: has_peer_finished_ = true; return false;
      default: note_failure(); return false;
    }
  }

  void note_failure() {
    const unsigned long error = ERR_peek_last_error();
    ERR_clear_error();
    if (!failure_) failure_ = explain(error);  // Else the inner stream's own error says more.
  }

  [[nodiscard]] Error explain(unsigned long error) const {
    const int reason = ERR_GET_REASON(error);
    const char* const words = ERR_reason_error_string(error);
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (verdict != X509_V_OK)
      return {TlsError::certificate_rejected, X509_verify_cert_error_string(verdict)};
    if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) return {TlsError::cut_off, {}};
    if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST)
      return {TlsError::not_tls, {}};
    return {is_shaken_ ? TlsError::record_failed : TlsError::handshake_failed,
            words != nullptr ? words : ""};
  }

  [[nodiscard]] Result<IoResult> nothing_read(std::span<std::byte> into) const {
    if (failure_) return std::unexpected(*failure_);
    if (into.empty()) return IoResult{};
    return IoResult{has_peer_finished_ ? IoStatus::ended : IoStatus::would_block, 0};
  }

  /// Encrypts one record from the front of `pieces`, and takes it off. Small pieces are put
  /// together.
  Result<std::size_t> encrypt_record(std::span<const ByteView>& pieces, std::size_t& offset) {
    std::array<std::byte, record_bytes> together;
    ByteView record = pieces[0].subspan(offset);
    record = record.first(std::min(record.size(), record_bytes));
    if (record.size() < record_bytes && pieces.size() > 1)
      record = put_together(pieces, offset, together);
    else
      take_off(pieces, offset, record.size());
    if (record.empty()) return 0;
    std::size_t count = 0;
    ERR_clear_error();
    if (SSL_write_ex(ssl_.get(), record.data(), record.size(), &count) != 1) {
      note_failure();
      return std::unexpected(*failure_);
    }
    return count;
  }

  static ByteView put_together(std::span<const ByteView>& pieces, std::size_t& offset,
                               std::span<std::byte> out) {
    std::size_t size = 0;
    while (size < out.size() && !pieces.empty()) {
      const ByteView rest = pieces[0].subspan(offset);
      const std::size_t count = std::min(rest.size(), out.size() - size);
      std::ranges::copy(rest.first(count), out.begin() + static_cast<std::ptrdiff_t>(size));
      size += count;
      take_off(pieces, offset, count);
    }
    return out.first(size);
  }

  static void take_off(std::span<const ByteView>& pieces, std::size_t& offset, std::size_t bytes) {
    offset += bytes;
    if (offset < pieces[0].size()) return;
    pieces = pieces.subspan(1);
    offset = 0;
  }

  void send_encrypted() noexcept {
    while (!encrypted_.empty()) {
      const ByteView piece = encrypted_;
      const Result<IoResult> written = inner_->write(std::span(&piece, 1));
      if (!written && !failure_) failure_ = written.error();
      if (!written) encrypted_ = {};
      if (!written || written->status != IoStatus::done) break;
      const auto sent = static_cast<std::ptrdiff_t>(written->bytes);
      encrypted_.erase(encrypted_.begin(), encrypted_.begin() + sent);
    }
    if (!encrypted_.empty()) return;
    encrypted_ = {};
    if (std::exchange(is_finishing_, false)) inner_->finish_writing();
  }

  std::shared_ptr<TlsContext> context_;
  std::unique_ptr<Stream> inner_;
  SslPtr ssl_;       // Its BIO points here, so it dies before the rest.
  Bytes encrypted_;  // Not taken by the inner stream yet; empty and without memory when idle.
  std::optional<Error> failure_;
  Loop* loop_ = nullptr;  // Outlives the stream, where it is watched.
  ReadinessHandler* handler_ = nullptr;
  TimerId tell_timer_ = no_timer;
  bool is_shaken_ = false;
  bool is_finishing_ = false;
  bool has_peer_finished_ = false;
  bool has_inner_ended_ = false;
  bool has_inner_hung_up_ = false;
  bool is_inner_dry_ = false;  // Its last read was short: nothing there until it tells.
};

/// The BIO between OpenSSL and the inner stream.
struct StreamBio {
  static TlsStream& stream_of(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* out, int size) {
    TlsStream& stream = stream_of(bio);
    BIO_clear_retry_flags(bio);
    const auto into = std::as_writable_bytes(std::span(out, static_cast<std::size_t>(size)));
    Result<IoResult> got = IoResult{IoStatus::would_block, 0};
    if (!stream.is_inner_dry_) got = stream.inner_->read(into);
    if (!got) {
      stream.failure_ = got.error();
      return -1;
    }
    stream.has_inner_ended_ = got->status == IoStatus::ended;
    stream.is_inner_dry_ = got->bytes < into.size() && !stream.has_inner_hung_up_;
    if (got->status == IoStatus::would_block) BIO_set_retry_read(bio);
    return got->status == IoStatus::would_block ? -1 : static_cast<int>(got->bytes);
  }

  static int write(BIO* bio, const char* bytes, int size) {
    append(stream_of(bio).encrypted_, std::string_view(bytes, static_cast<std::size_t>(size)));
    return size;
  }

  static long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return stream_of(bio).has_inner_ended_ ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  static BIO_METHOD* make_method() {
    BIO_METHOD* const method =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "malinka stream");
    ASSERT(method != nullptr);
    BIO_meth_set_read(method, read);
    BIO_meth_set_write(method, write);
    BIO_meth_set_ctrl(method, control);
    return method;
  }

  static BIO* make(TlsStream& stream) {
    static BIO_METHOD* const method = make_method();  // As long as the process.
    BIO* const bio = BIO_new(method);
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, &stream);
    BIO_set_init(bio, 1);
    return bio;
  }
};

/// SSL_set_tlsext_host_name() without its old-style cast.
bool send_server_name(SSL* ssl, std::string host) {
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()) == 1;
}

Result<void> TlsStream::start_server() {
  ssl_.reset(SSL_new(context_->native()));
  BIO* const bio = ssl_ ? StreamBio::make(*this) : nullptr;
  if (bio == nullptr) return fail(TlsError::handshake_failed, "out of memory");
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
  return {};
}

Result<void> TlsStream::start_client(const std::string& host) {
  TRY_VOID(start_server());
  SSL_set_connect_state(ssl_.get());
  const bool is_address = SocketAddress::from_text(host, 0).has_value();
  X509_VERIFY_PARAM* const checks = SSL_get0_param(ssl_.get());
  const int is_set = is_address ? X509_VERIFY_PARAM_set1_ip_asc(checks, host.c_str())
                                : SSL_set1_host(ssl_.get(), host.c_str());
  // RFC 6066 section 3: an address is never sent as a server's name.
  if (is_set == 1 && (is_address || send_server_name(ssl_.get(), host))) return {};
  return fail(TlsError::handshake_failed, host);
}

}  // namespace

Result<std::unique_ptr<Stream>> make_tls_server_stream(std::shared_ptr<TlsContext> context,
                                                       std::unique_ptr<Stream> inner) {
  auto stream = std::make_unique<TlsStream>(std::move(context), std::move(inner));
  TRY_VOID(stream->start_server());
  return stream;
}

Result<std::unique_ptr<Stream>> make_tls_client_stream(std::shared_ptr<TlsContext> context,
                                                       std::unique_ptr<Stream> inner,
                                                       const std::string& host) {
  auto stream = std::make_unique<TlsStream>(std::move(context), std::move(inner));
  TRY_VOID(stream->start_client(host));
  return stream;
}

}  // namespace malinka::net
