// SPDX-License-Identifier: MIT
#include "agent/capability/shell/job.h"

#include <algorithm>
#include <utility>

#include "agent/capability/shell/job_stream.h"
#include "agent/capability/shell/outcome.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"
#include "protocol/timestamp.h"

namespace malinka::agent::shell {

Job::Job(net::Loop& loop, Settings settings, std::function<void()> on_change)
    : loop_(loop),
      settings_(std::move(settings)),
      on_change_(std::move(on_change)),
      started_(loop.clock().wall()),
      started_at_(loop.clock().now()),
      log_(limits::shell_kept_bytes_max) {
  settings_.program.handler = this;
}

Job::~Job() {
  for (JobStream* const stream : streams_) stream->forget_job();
}

Result<void> Job::start() {
  process_ = TRY(
      os::Subprocess::start(loop_, std::move(settings_.program),
                            [this](os::SubprocessOutcome outcome) { end(std::move(outcome)); }));
  stage_ = Stage::running;
  steer();
  return {};
}

void Job::cancel() {
  if (process_) process_->cancel();
}

void Job::detach() {
  settings_.is_detached = true;
  if (!process_) return;
  process_->lift_timeout();
  steer();
}

void Job::expire() {
  for (JobStream* const stream : std::exchange(streams_, {})) stream->expire();
}

void Job::add(JobStream& stream) {
  streams_.push_back(&stream);
  if (stream.is_asker()) asker_ = &stream;
}

void Job::remove(JobStream& stream) {
  std::erase(streams_, &stream);
  if (&stream == asker_) {
    asker_ = nullptr;
    end_input();
    if (stage_ == Stage::waiting) give_up();
    if (!is_detached()) cancel();
    steer();
  }
  on_change_();
}

void Job::steer() {
  if (!process_) return;
  if (is_detached() || asker_ == nullptr || asker_->has_room())
    process_->resume();
  else
    process_->pause();
}

/// Nobody can tell it to begin any more, and there is nothing of it to keep.
void Job::give_up() {
  stage_ = Stage::over;
  settings_.is_detached = false;
}

std::size_t Job::write(ByteView bytes) { return process_ ? process_->write(bytes) : bytes.size(); }

void Job::end_input() {
  if (process_) process_->end_input();
}

void Job::on_output(os::Output output, ByteView bytes) noexcept {
  log_.append(output, bytes);
  tell_streams();
  steer();
}

void Job::on_input_room() noexcept {
  if (asker_ != nullptr) asker_->give_input();
}

void Job::end(os::SubprocessOutcome outcome) {
  stage_ = Stage::over;
  outcome_ = std::move(outcome);
  loop_.dispose(std::move(process_));  // We are in a callback of its own.
  tell_streams();
  on_change_();
}

/// Each may take itself out meanwhile.
void Job::tell_streams() {
  for (JobStream* const stream : std::vector(streams_)) stream->advance();
}

std::optional<Reply> Job::failure() const {
  if (!outcome_.start_failure.code) return std::nullopt;
  return refuse_start(outcome_.start_failure);
}

Json Job::describe() const {
  Json json = is_over() ? describe_end(outcome_) : describe_end({});
  if (!is_over()) json["durationSeconds"] = to_seconds(loop_.clock().now() - started_at_);
  json.update({{"job", id()},
               {"command", settings_.command},
               {"started", protocol::format_timestamp(started_)},
               {"state", is_over() ? "ended" : "running"},
               {"detached", is_detached()},
               {"cancelled", outcome_.was_cancelled},
               {"outputBytes", log_.end()}});
  if (const auto why = failure()) json["error"] = why->error;
  return json;
}

Json Job::result() const {
  Json json = describe_end(outcome_);
  json["cancelled"] = outcome_.was_cancelled;
  json["stdout"] = {{"bytes", log_.total(os::Output::standard)}};
  json["stderr"] = {{"bytes", log_.total(os::Output::error)}};
  return json;
}

}  // namespace malinka::agent::shell
