// SPDX-License-Identifier: MIT
#include "hub/gate/newcomer.h"

#include <utility>

#include "base/limits.h"
#include "hub/session/framing.h"

namespace malinka::hub {
namespace {

// Of the error that names a member; a name may be as long as the join.
constexpr std::size_t error_bytes_max = 300;
// What fits a close frame beside its code. RFC 6455 section 5.5.
constexpr std::size_t close_reason_bytes_max = 123;

}  // namespace

Newcomer::Newcomer(std::uint64_t id, link::Engine& engine, bool takes_binary, NewcomerHost& host)
    : id_(id), engine_(engine), takes_binary_(takes_binary), host_(host) {}

Newcomer::~Newcomer() { engine_.loop.cancel(deadline_); }

void Newcomer::start(std::unique_ptr<net::Stream> stream, const link::ConnectionSettings& settings,
                     ByteView early_bytes) {
  connection_ = link::Connection::start(engine_, std::move(stream), settings, early_bytes, *this);
  deadline_ = engine_.loop.after(std::chrono::seconds(limits::join_seconds), [this] {
    deadline_ = net::no_timer;
    host_.on_no_join(*this, ResponseCode::timed_out, "no join in time");
  });
}

void Newcomer::arrive(Traveller traveller, const link::ConnectionSettings& settings) {
  join_ = std::move(traveller.join);
  phase_ = Phase::joining;
  connection_ = link::Connection::attach(engine_, std::move(traveller.connection), settings, *this);
}

void Newcomer::pause() { connection_->pause_reading(); }

std::optional<Traveller> Newcomer::depart() {
  auto detached = connection_->detach();
  if (!detached) return std::nullopt;
  phase_ = Phase::closing;
  return Traveller{std::move(join_), *std::move(detached), takes_binary_};
}

void Newcomer::on_message(link::MessageKind kind, ByteView payload) noexcept {
  if (phase_ == Phase::waiting)
    return hold({.kind = kind, .payload = Bytes(payload.begin(), payload.end())});
  if (phase_ != Phase::expected_to_join) return;
  if (kind == link::MessageKind::binary)
    return host_.on_no_join(*this, ResponseCode::malformed,
                            "the first message must be a Join, in text");
  Result<protocol::Join> join = protocol::parse_join(as_text(payload));
  if (!join)
    return host_.on_no_join(*this, ResponseCode::malformed,
                            join.error().message().substr(0, error_bytes_max));
  cancel_deadline();
  join_ = *std::move(join);
  phase_ = Phase::joining;
  host_.on_join(*this);
}

void Newcomer::on_passed_over(link::MessageKind kind, wire::PassedOver why,
                              std::uint64_t bytes) noexcept {
  if (phase_ == Phase::waiting)
    return hold({.kind = kind, .payload = {}, .passed_over = why, .bytes = bytes});
  if (phase_ == Phase::expected_to_join)
    host_.on_no_join(*this, ResponseCode::malformed,
                     "the join is too long, or another message came before it");
}

/// Until then it is read on, so that its end is noticed.
void Newcomer::hold(HeldMessage message) {
  held_ = std::move(message);
  connection_->pause_reading();
}

void Newcomer::wait(std::size_t message_bytes_max) {
  if (std::exchange(phase_, Phase::waiting) == Phase::waiting) return;
  connection_->set_message_bytes_max(message_bytes_max);
}

bool Newcomer::is_waiting() const { return phase_ == Phase::waiting && !connection_->is_closing(); }

void Newcomer::refuse(const protocol::JoinRefusal& refusal) {
  if (phase_ == Phase::closing) return;
  refusal_frame_ = make_text_frame(protocol::make_join_refusal(refusal));
  close(protocol::close_code_of(refusal.code),
        std::string_view(refusal.error).substr(0, close_reason_bytes_max));
}

void Newcomer::close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(phase_, Phase::closing) == Phase::closing) return;
  cancel_deadline();
  held_.reset();
  connection_->close(code, reason);
  connection_->resume_reading();  // For the answer to the close.
}

std::unique_ptr<link::Connection> Newcomer::hand_over() {
  phase_ = Phase::closing;
  cancel_deadline();
  connection_->resume_reading();
  return std::move(connection_);
}

std::optional<SharedBytes> Newcomer::next_frame() noexcept {
  return std::exchange(refusal_frame_, std::nullopt);
}

void Newcomer::on_end(const link::End&) noexcept {
  phase_ = Phase::closing;
  cancel_deadline();
  host_.on_gone(*this);
}

void Newcomer::cancel_deadline() { engine_.loop.cancel(std::exchange(deadline_, net::no_timer)); }

}  // namespace malinka::hub
