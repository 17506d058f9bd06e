// SPDX-License-Identifier: MIT
#include "hub/gate/http_visitor.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace malinka::hub {
namespace {

using net::IoStatus;

// What a peer may go on sending after its last response; then it is cut off.
constexpr std::size_t drained_bytes_max = 16UL * 1024 * 1024;

/// The status that answers a head that was refused. RFC 9110 section 15.
unsigned status_for(const Error& error) {
  if (error.code == wire::HttpError::head_too_large) return 431;
  if (error.code == wire::HttpError::unsupported_version) return 505;
  if (error.code == wire::HttpError::unsupported_body) return 501;
  return 400;
}

}  // namespace

HttpVisitor::HttpVisitor(std::uint64_t id, link::Engine& engine,
                         std::unique_ptr<net::Stream> stream, HttpVisitorHost& host)
    : id_(id), engine_(engine), stream_(std::move(stream)), host_(host) {
  set_deadline(std::chrono::seconds(limits::http_head_seconds));
  if (!stream_->watch(engine_.loop, *this)) set_deadline(std::chrono::seconds(0));
}

HttpVisitor::~HttpVisitor() {
  engine_.loop.cancel(deadline_);
  if (stream_) stream_->forget();
}

void HttpVisitor::on_ready(net::Readiness) noexcept {
  switch (phase_) {
    case Phase::reading: return read_request();
    case Phase::writing: return write_some();
    case Phase::resting: return;
    case Phase::lingering: return drain();
    case Phase::gone: return;
  }
}

// Reading.

void HttpVisitor::read_request() {
  while (phase_ == Phase::reading && read_some()) handle_input();
}

bool HttpVisitor::read_some() {
  const Result<net::IoResult> got = stream_->read(engine_.read_buffer);
  if (!got || got->status == IoStatus::ended) {
    leave();
    return false;
  }
  if (got->status == IoStatus::would_block) return false;
  append(input_, ByteView(engine_.read_buffer.first(got->bytes)));
  return true;
}

void HttpVisitor::handle_input() {
  auto request = wire::parse_request_head(input_, limits::http_head_bytes_max);
  if (!request) return refuse(request.error());
  if (!*request) return;
  input_.erase(input_.begin(),
               input_.begin() + static_cast<std::ptrdiff_t>((*request)->head_bytes));
  handle(**request);
}

void HttpVisitor::refuse(const Error& error) {
  keeps_alive_ = false;
  send(make_plain_response(status_for(error), error.message()), true);
}

void HttpVisitor::handle(const wire::RequestHead& request) {
  ++request_count_;
  // A request with content is answered, but its content is not looked for among what follows.
  keeps_alive_ = request.keeps_alive && request.content_bytes == 0 &&
                 request_count_ < limits::http_requests_max;
  HttpReply reply = host_.on_request(request, stream_->peer_address());
  if (reply.upgrade_head.empty()) return send(std::move(reply.response), request.method != "HEAD");
  is_upgrading_ = true;
  takes_binary_ = reply.takes_binary;
  head_ = std::move(reply.upgrade_head);
  phase_ = Phase::writing;
  write_some();
}

// Writing.

void HttpVisitor::send(HttpResponse response, bool has_content) {
  head_ = make_response_head(response, engine_.loop.clock().wall(), keeps_alive_);
  if (has_content) content_ = std::move(response.content);
  phase_ = Phase::writing;
  set_deadline(std::chrono::seconds(limits::http_response_seconds));
  write_some();
}

void HttpVisitor::write_some() {
  const std::size_t total = head_.size() + content_.size();
  while (written_bytes_ < total) {
    const std::size_t of_head = std::min(written_bytes_, head_.size());
    const std::array pieces = {as_bytes(head_).subspan(of_head),
                               content_.view().subspan(written_bytes_ - of_head)};
    const Result<net::IoResult> written = stream_->write(pieces);
    if (!written) return leave();
    written_bytes_ += written->bytes;
    if (written->status == IoStatus::would_block) return;
  }
  on_written();
}

void HttpVisitor::on_written() {
  if (is_upgrading_) return hand_over();
  head_.clear();
  content_ = {};
  written_bytes_ = 0;
  if (!keeps_alive_) return linger();
  // In a later turn: whoever sends many requests at once lets the others have their turn. Until
  // then nothing more is read, or requests would pile up faster than they are answered.
  phase_ = Phase::resting;
  engine_.loop.cancel(deadline_);
  deadline_ = engine_.loop.after(std::chrono::nanoseconds(0), [this] {
    phase_ = Phase::reading;
    set_deadline(std::chrono::seconds(limits::http_head_seconds));
    if (!input_.empty()) handle_input();
    read_request();
  });
}

// Ending.

/// Closing while the peer still sends would make the kernel reset the connection, and take our
/// response along before it was read.
void HttpVisitor::linger() {
  phase_ = Phase::lingering;
  stream_->finish_writing();
  set_deadline(std::chrono::seconds(limits::close_seconds));
  drain();
}

void HttpVisitor::drain() {
  while (phase_ == Phase::lingering) {
    drained_bytes_ += std::exchange(input_, {}).size();
    if (drained_bytes_ > drained_bytes_max) return leave();
    if (!read_some()) return;
  }
}

void HttpVisitor::on_deadline() {
  deadline_ = net::no_timer;
  const bool is_slow_request = phase_ == Phase::reading && !input_.empty();
  if (!is_slow_request) return leave();
  keeps_alive_ = false;
  send(make_plain_response(408, "the request took too long"), true);
}

void HttpVisitor::leave() {
  if (std::exchange(phase_, Phase::gone) == Phase::gone) return;
  engine_.loop.cancel(std::exchange(deadline_, net::no_timer));
  stream_->forget();
  host_.on_gone(*this);
}

void HttpVisitor::hand_over() {
  phase_ = Phase::gone;
  engine_.loop.cancel(std::exchange(deadline_, net::no_timer));
  stream_->forget();
  host_.on_upgraded(*this, {std::move(stream_), std::move(input_), takes_binary_});
}

void HttpVisitor::set_deadline(std::chrono::seconds delay) {
  engine_.loop.cancel(deadline_);
  deadline_ = engine_.loop.after(delay, [this] { on_deadline(); });
}

}  // namespace malinka::hub
