// SPDX-License-Identifier: MIT
#include "agent/capability/terminal/viewer.h"

#include <utility>

#include "agent/capability/terminal/questions.h"
#include "agent/capability/terminal/session.h"
#include "base/limits.h"
#include "base/response_code.h"

namespace malinka::agent::terminal {
namespace {

/// What is shown to who has missed something: some screens full.
constexpr std::size_t catch_up_bytes = 32768;
/// RIS: whatever was torn is no more.
constexpr std::string_view reset =
    "\x1b"
    "c";

}  // namespace

Viewer::Viewer(Session& session, std::string name, Role role)
    : session_(&session), name_(std::move(name)), role_(role) {
  session_->add(*this);
}

Viewer::~Viewer() { leave(); }

void Viewer::begin(StreamEnd& end) {
  end_ = &end;
  if (session_ == nullptr)
    return end_->abort({static_cast<int>(ResponseCode::not_found), "the terminal has ended"});
  end_->send(without_questions(session_->scrollback(limits::terminal_scrollback_bytes)));
  session_->note_begin(*this);
}

void Viewer::on_chunk(const StreamBytes& bytes) noexcept {
  if (session_ == nullptr || !is_writer()) return end_->take(bytes->size());
  keys_.add(bytes);
  type();
}

void Viewer::on_room() noexcept {
  if (session_ == nullptr) return;
  if (is_behind_) catch_up();
  session_->steer();
}

void Viewer::show(ByteView bytes) {
  if (end_ == nullptr || is_behind_) return;
  is_behind_ = !end_->has_room();
  if (!is_behind_) end_->send({bytes.begin(), bytes.end()});
}

void Viewer::type() {
  if (end_ == nullptr) return;
  keys_.give(*end_, [this](ByteView keys) { return session_->write(keys); });
}

void Viewer::stop_writing() {
  role_ = Role::watcher;
  if (end_ != nullptr) keys_.pass_over(*end_);
}

void Viewer::end(const std::string& value) {
  if (is_behind_) catch_up();
  session_ = nullptr;
  if (end_ == nullptr) return;
  keys_.pass_over(*end_);
  end_->end(value);
}

void Viewer::fail(StreamFailure why) {
  session_ = nullptr;
  if (end_ != nullptr) end_->abort(std::move(why));
}

void Viewer::catch_up() {
  is_behind_ = false;
  Bytes bytes = to_bytes(reset);
  append(bytes, ByteView(without_questions(session_->scrollback(catch_up_bytes))));
  end_->send(std::move(bytes));
}

void Viewer::leave() {
  if (session_ != nullptr) std::exchange(session_, nullptr)->remove(*this);
}

}  // namespace malinka::agent::terminal
