// SPDX-License-Identifier: MIT
#include "agent/capability/shell/job_stream.h"

#include <utility>

#include "agent/capability/shell/job.h"
#include "base/json.h"
#include "base/response_code.h"

namespace malinka::agent::shell {
namespace {

StreamFailure failure_of(const Reply& reply) { return {static_cast<int>(reply.code), reply.error}; }

}  // namespace

JobStream::JobStream(Job& job, Role role, std::uint64_t place)
    : job_(&job), role_(role), place_(place) {
  job_->add(*this);
}

JobStream::~JobStream() { leave(); }

/// Only now is it sure that the stream came about: a command that is refused has not begun.
void JobStream::begin(StreamEnd& end) {
  end_ = &end;
  if (job_ == nullptr) return expire();
  if (!is_asker()) return advance();
  if (const auto started = job_->start(); !started) {
    end_->abort({static_cast<int>(ResponseCode::failed), started.error().message()});
    leave();
  }
}

void JobStream::on_chunk(const StreamBytes& bytes) noexcept {
  if (job_ == nullptr || !is_asker()) return end_->take(bytes->size());
  input_.add(bytes);
  give_input();
}

void JobStream::on_room() noexcept {
  if (job_ == nullptr) return;
  advance();
  if (job_ != nullptr && is_asker()) job_->steer();
}

void JobStream::on_end(std::string) noexcept {
  has_input_ended_ = true;
  if (job_ != nullptr && is_asker()) give_input();
}

void JobStream::on_over(const std::optional<StreamFailure>&) noexcept { leave(); }

void JobStream::advance() {
  while (has_room()) {
    Bytes records;
    place_ = job_->log().read(place_, records);
    if (records.empty()) break;
    end_->send(std::move(records));
  }
  if (end_ != nullptr && job_->is_over() && place_ >= job_->log().end()) finish();
}

void JobStream::give_input() {
  input_.give(*end_, [this](ByteView bytes) { return job_->write(bytes); });
  if (has_input_ended_ && input_.is_empty()) job_->end_input();
}

void JobStream::finish() {
  input_.pass_over(*end_);
  if (const auto why = job_->failure())
    end_->abort(failure_of(*why));
  else
    end_->end(dump_json(job_->result()));
  leave();
}

void JobStream::expire() {
  job_ = nullptr;
  if (end_ != nullptr)
    end_->abort({static_cast<int>(ResponseCode::not_found), "the job is not kept any longer"});
}

void JobStream::leave() {
  if (job_ != nullptr) std::exchange(job_, nullptr)->remove(*this);
}

}  // namespace malinka::agent::shell
