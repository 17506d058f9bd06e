// SPDX-License-Identifier: MIT
#include "link/connection.h"

#include <utility>

#include "base/assert.h"
#include "link/keep_alive.h"
#include "link/send_queue.h"

namespace malinka::link {
namespace {

using net::no_timer;
using wire::CloseStatus;
using wire::Opcode;

// Read buffers that one connection may fill in a turn before the others are read.
constexpr int reads_per_turn_max = 4;
// One read buffer may hold thousands of messages, each to thousands: after so long the others are
// read first, however little was read.
constexpr auto turn_share = std::chrono::milliseconds(10);

/// How far the end has come. It only moves forward.
enum class Phase : std::uint8_t {
  open,
  finishing,  ///< close() was called: what the handler still has goes first.
  closing,    ///< Our close frame is the next to go.
  closed,     ///< It is on its way; nothing follows it.
  aborted,    ///< The end will be told in a moment, and nothing else.
  ended,
};

/// What is needed only from when the end has begun.
struct Ending {
  End end;                  // What on_end will say.
  SharedBytes close_frame;  // Until it is queued.
  net::TimerId close_timer = no_timer;
};

/// What is needed only at times.
struct Interim {
  Bytes unread;      // Came with the handshake, or was read when reading was paused.
  SharedBytes pong;  // To send before anything else.
  net::TimerId come_back_timer = no_timer;
  std::optional<Ending> ending;  // From when the end began; then this lasts.

  [[nodiscard]] bool is_over() const {
    return unread.empty() && pong.empty() && come_back_timer == no_timer && !ending;
  }
};

wire::Role other(wire::Role role) {
  return role == wire::Role::client ? wire::Role::server : wire::Role::client;
}

class WebSocketConnection final : public Connection, net::ReadinessHandler, net::Sender, KeepAlive {
 public:
  WebSocketConnection(Engine& engine, std::unique_ptr<net::Stream> stream,
                      const ConnectionSettings& settings, ConnectionHandler& handler)
      : KeepAlive(engine.heartbeats),
        role_(settings.role),
        close_wait_(static_cast<std::int32_t>(settings.close_wait.count())),
        engine_(engine),
        stream_(std::move(stream)),
        handler_(&handler),
        decoder_(other(settings.role), settings.message_bytes_max, engine.incoming_budget) {
    KeepAlive::set_heartbeat(settings.heartbeat);
  }

  ~WebSocketConnection() override { let_go(); }

  void start(Bytes unread) {
    if (!unread.empty()) {
      interim().unread = std::move(unread);
      come_back();
    }
    if (!stream_->watch(engine_.loop, *this)) abort();
  }

  void start_with(SendQueue unsent, SharedBytes pong) {
    queue_ = std::move(unsent);
    if (!pong.empty()) interim().pong = std::move(pong);
    if (!queue_.is_empty() || interim_) mark();
  }

  // What the owner asks for.

  void set_handler(ConnectionHandler& handler) override { handler_ = &handler; }
  void set_message_bytes_max(std::size_t limit) override { decoder_.set_message_bytes_max(limit); }
  void set_heartbeat(std::chrono::milliseconds heartbeat) override {
    if (phase_ == Phase::open) KeepAlive::set_heartbeat(heartbeat);
  }

  void wake() override {
    if (phase_ <= Phase::finishing) mark();
  }

  bool send_ahead(SharedBytes frames) override {
    const bool takes_more =
        phase_ == Phase::open && !is_blocked_ && !has_write_failed_ && queue_.has_room();
    if (!takes_more) return false;
    queue_.push(std::move(frames));
    mark();
    return true;
  }

  void pause_reading() override {
    if (phase_ != Phase::open) return;
    is_paused_ = true;
    judge_deafness();
  }

  void resume_reading() override {
    if (!std::exchange(is_paused_, false)) return;
    judge_deafness();
    come_back();
  }

  std::optional<DetachedConnection> detach() override {
    if (phase_ != Phase::open || has_write_failed_) return std::nullopt;
    ASSERT(is_paused_ && decoder_.is_between_messages());
    let_go();
    phase_ = Phase::ended;
    DetachedConnection detached{.stream = std::move(stream_), .unsent = std::move(queue_)};
    if (const auto left = std::move(interim_)) {
      detached.unread = std::move(left->unread);
      detached.pong = std::move(left->pong);
    }
    return detached;
  }

  void probe(std::chrono::milliseconds timeout, ProbeHandler on_answer) override {
    if (phase_ == Phase::open) KeepAlive::probe(timeout, std::move(on_answer));
  }

  void close(std::uint16_t code, std::string_view reason) override {
    if (phase_ != Phase::open) return;
    const CloseStatus status{code, std::string(reason)};
    begin_closing(Phase::finishing, {EndReason::closed_by_us, status}, status);
  }

  void abort() override {
    if (phase_ >= Phase::aborted) return;
    phase_ = Phase::aborted;
    begin_ending({EndReason::lost, {wire::close_abnormal, {}}});
    KeepAlive::stop();
    come_back();
  }

  std::string peer_address() const override { return stream_->peer_address(); }
  bool is_closing() const override { return phase_ != Phase::open; }

 private:
  // Reading.

  void on_ready(net::Readiness readiness) noexcept override {
    has_hung_up_ |= readiness.is_hung_up;
    if (readiness.is_writable && std::exchange(is_blocked_, false)) {
      heard();  // A full socket has room again: the peer acknowledged something.
      if (is_paused_) judge_deafness();
      mark();
    }
    if (!is_coming_back()) read_some();
  }

  void come_back() {
    if (is_coming_back() || phase_ == Phase::ended) return;
    interim().come_back_timer = engine_.loop.after(std::chrono::nanoseconds(0), [this] {
      interim_->come_back_timer = no_timer;
      go_on();
      end_interim();
    });
  }

  [[nodiscard]] bool is_coming_back() const {
    return interim_ && interim_->come_back_timer != no_timer;
  }

  void go_on() {
    if (phase_ == Phase::aborted) return tell_end();
    if (is_paused_ && !has_write_failed_) return;
    Bytes unread = std::exchange(interim().unread, {});
    if (!unread.empty()) take_in(unread);
    read_some();
    const bool has_more_to_read = is_coming_back();
    if (has_write_failed_ && !has_more_to_read) on_stream_over();
  }

  void read_some() {
    for (int i = 0; i < reads_per_turn_max; ++i) {
      if (is_paused_ || phase_ >= Phase::aborted) return;
      const Result<net::IoResult> got = stream_->read(engine_.read_buffer);
      if (!got || got->status == net::IoStatus::ended) return on_stream_over();
      if (got->status == net::IoStatus::would_block) return;
      take_in(engine_.read_buffer.first(got->bytes));
      if (got->bytes < engine_.read_buffer.size() && !has_hung_up_) return;
      if (engine_.loop.clock().now() - engine_.loop.now() >= turn_share) break;
    }
    come_back();
  }

  /// What came in the closing handshake still counts, and is told then.
  void on_stream_over() {
    if (phase_ == Phase::open) begin_ending({EndReason::lost, {wire::close_abnormal, {}}});
    tell_end();
  }

  void take_in(std::span<std::byte> bytes) {
    heard();
    if (!is_listening()) return;  // After a close frame, or a violation, bytes mean nothing.
    while (is_listening()) {
      if (is_paused_ && !has_write_failed_) return hold_back(bytes);
      const auto message = decoder_.next(bytes);
      if (!message) return on_violation(message.error());
      if (!*message) return;
      on_decoded(**message);
    }
  }

  /// Until reading is resumed: one read buffer at most.
  void hold_back(ByteView bytes) {
    if (!bytes.empty()) interim().unread.assign(bytes.begin(), bytes.end());
  }

  /// Who is not read from cannot be heard. But one who takes nothing of what we send meanwhile has
  /// its time as if it were silent: else nothing would ever end it.
  void judge_deafness() {
    if (phase_ == Phase::open) set_deaf(is_paused_ && !is_blocked_);
  }

  [[nodiscard]] bool is_listening() const {
    return phase_ < Phase::aborted && !has_peer_closed_ && !has_violated();
  }

  [[nodiscard]] bool has_violated() const {
    return has_ending() && ending().end.reason == EndReason::violation;
  }

  void on_decoded(const wire::DecodedMessage& message) {
    switch (message.opcode) {
      case Opcode::text: return on_message(MessageKind::text, message);
      case Opcode::binary: return on_message(MessageKind::binary, message);
      case Opcode::ping: return on_ping(message.payload);
      case Opcode::close: return on_close_frame(message.payload);
      case Opcode::pong:                  // Being heard was all it is for.
      case Opcode::continuation: return;  // The decoder gives none.
    }
  }

  void on_message(MessageKind kind, const wire::DecodedMessage& message) {
    if (phase_ != Phase::open) return;
    if (message.passed_over)
      return handler_->on_passed_over(kind, *message.passed_over, message.payload_bytes);
    handler_->on_message(kind, message.payload);
  }

  /// Of several pings, the last is answered (section 5.5.3): one pong waits, never more.
  void on_ping(ByteView payload) {
    if (phase_ >= Phase::closing) return;
    interim().pong = SharedBytes(wire::make_frame(Opcode::pong, payload, role_));
    mark();
  }

  // Sending.

  void mark() {
    if (!is_blocked_ && !has_write_failed_) engine_.batcher.mark(*this);
  }

  net::Stream& sending_stream() noexcept override { return *stream_; }

  std::size_t gather(std::span<ByteView> pieces) noexcept override {
    if (phase_ <= Phase::closing && queue_.has_room()) take_frames();
    is_full_ = !queue_.has_room();
    return phase_ < Phase::aborted ? queue_.fill(pieces) : 0;
  }

  void take_frames() {
    if (interim_) take_pong();
    if (std::exchange(wants_ping_, false))
      queue_.push(SharedBytes(wire::make_frame(Opcode::ping, ByteView(), role_)));
    while (phase_ <= Phase::finishing && queue_.has_room()) {
      std::optional<SharedBytes> frame = handler_->next_frame();
      if (frame) {
        queue_.push(std::move(*frame));
        continue;
      }
      if (phase_ != Phase::finishing) break;
      phase_ = Phase::closing;
    }
    if (phase_ != Phase::closing) return;
    queue_.push(std::exchange(ending().close_frame, {}));
    phase_ = Phase::closed;
  }

  void take_pong() {
    SharedBytes pong = std::exchange(interim_->pong, {});
    if (!pong.empty()) queue_.push(std::move(pong));
    end_interim();
  }

  bool on_sent(std::size_t bytes) noexcept override {
    queue_.remove(bytes);
    if (phase_ == Phase::closed && queue_.is_empty()) on_all_sent();
    return is_full_ || !queue_.is_empty();
  }

  void on_all_sent() {
    if (has_peer_closed_) return tell_end();
    // Until the peer leaves, its bytes are read and dropped: closing over them would make the
    // kernel reset the connection, and take our close frame along.
    if (has_violated()) stream_->finish_writing();
  }

  void on_send_blocked() noexcept override {
    is_blocked_ = true;
    if (is_paused_) judge_deafness();
  }

  /// The peer may have said why before it went: what is left to read comes first.
  void on_send_failed(const Error&) noexcept override {
    has_write_failed_ = true;
    come_back();
  }

  void send_ping() noexcept override {
    wants_ping_ = true;
    mark();
  }

  // Ending.

  void begin_closing(Phase phase, End end, const CloseStatus& status) {
    phase_ = phase;
    begin_ending(std::move(end));
    ending().close_frame =
        SharedBytes(wire::make_frame(Opcode::close, wire::make_close_payload(status), role_));
    KeepAlive::stop();
    resume_reading();  // For the peer's close frame; messages are told no more.
    ending().close_timer = engine_.loop.after(close_wait_, [this] { tell_end(); });
    mark();
  }

  void begin_ending(End end) {
    if (!has_ending()) interim().ending.emplace();
    ending().end = std::move(end);
  }

  [[nodiscard]] bool has_ending() const { return interim_ && interim_->ending; }
  [[nodiscard]] Ending& ending() const { return *interim_->ending; }

  /// What answers the messages before a peer's close, or before its violation, goes before our
  /// close: one queue full, and nothing where the peer does not take even that.
  void take_answers() {
    if (phase_ == Phase::open && !is_blocked_) take_frames();
  }

  void on_close_frame(ByteView payload) {
    Result<CloseStatus> status = wire::parse_close(payload);
    if (!status) return on_violation(status.error());
    take_answers();
    if (phase_ >= Phase::aborted) return;
    has_peer_closed_ = true;
    if (phase_ == Phase::open) {
      const CloseStatus answer{status->code, {}};
      return begin_closing(Phase::closing, {EndReason::closed_by_peer, std::move(*status)}, answer);
    }
    ending().end.status = std::move(*status);
    if (phase_ == Phase::closed && queue_.is_empty()) return tell_end();
    if (phase_ == Phase::finishing) phase_ = Phase::closing;  // It listens no more.
    mark();
  }

  void on_violation(const Error& error) {
    take_answers();
    if (phase_ >= Phase::aborted) return;
    if (phase_ != Phase::open) return tell_end();
    const CloseStatus status{wire::close_code_for(error), error.message()};
    begin_closing(Phase::closing, {EndReason::violation, status}, status);
  }

  void on_silent() noexcept override {
    begin_ending({EndReason::silent, {wire::close_abnormal, {}}});
    tell_end();
  }

  void tell_end() {
    if (phase_ == Phase::ended) return;
    phase_ = Phase::ended;
    let_go();
    handler_->on_end(ending().end);
  }

  void let_go() noexcept {
    if (stream_) stream_->forget();  // Unless it is detached.
    engine_.batcher.unmark(*this);
    if (has_ending()) engine_.loop.cancel(std::exchange(ending().close_timer, no_timer));
    if (interim_) engine_.loop.cancel(std::exchange(interim_->come_back_timer, no_timer));
    KeepAlive::stop();
  }

  [[nodiscard]] Interim& interim() {
    if (!interim_) interim_ = std::make_unique<Interim>();
    return *interim_;
  }

  void end_interim() {
    if (interim_ && interim_->is_over()) interim_.reset();
  }

  // There are many, most of them silent: what is needed only at times is elsewhere until then. And
  // together stands what each message that is sent needs; the decoder is behind it.
  Phase phase_ = Phase::open;
  bool wants_ping_ = false;
  bool is_full_ = false;  // The queue was when it was last sent: the handler may have more.
  bool is_paused_ = false;
  bool is_blocked_ = false;        // The stream took less than it was given; cleared when writable.
  bool has_hung_up_ = false;       // Read on until the end itself shows.
  bool has_write_failed_ = false;  // Nothing can be sent any more.
  bool has_peer_closed_ = false;   // Its close frame came.
  const wire::Role role_;
  const std::chrono::duration<std::int32_t, std::milli> close_wait_;  // Days, at most.
  Engine& engine_;
  std::unique_ptr<net::Stream> stream_;
  ConnectionHandler* handler_;        // Outlives the connection, or is replaced.
  std::unique_ptr<Interim> interim_;  // Null while nothing of it is needed.
  SendQueue queue_;
  wire::MessageDecoder decoder_;
};

}  // namespace

std::unique_ptr<Connection> Connection::start(Engine& engine, std::unique_ptr<net::Stream> stream,
                                              const ConnectionSettings& settings,
                                              ByteView early_bytes, ConnectionHandler& handler) {
  auto connection =
      std::make_unique<WebSocketConnection>(engine, std::move(stream), settings, handler);
  connection->start(Bytes(early_bytes.begin(), early_bytes.end()));
  return connection;
}

std::unique_ptr<Connection> Connection::attach(Engine& engine, DetachedConnection detached,
                                               const ConnectionSettings& settings,
                                               ConnectionHandler& handler) {
  auto connection =
      std::make_unique<WebSocketConnection>(engine, std::move(detached.stream), settings, handler);
  connection->start(std::move(detached.unread));
  connection->start_with(std::move(detached.unsent), std::move(detached.pong));
  return connection;
}

}  // namespace malinka::link
