// SPDX-License-Identifier: MIT
#include "agent/os/subprocess.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>

#include "base/try.h"

namespace malinka::agent::os {
namespace {

using std::chrono::milliseconds;

/// From SIGTERM to SIGKILL.
constexpr milliseconds end_grace{2000};
/// From the end of the program to that of whoever still holds its outputs.
constexpr milliseconds output_grace{500};
/// From SIGKILL to giving up: a process may hang in the kernel, or have left the group with the
/// pipes.
constexpr milliseconds kill_grace{500};

}  // namespace

Result<std::unique_ptr<Subprocess>> Subprocess::start(net::Loop& loop, SubprocessSettings settings,
                                                      DoneHandler on_done) {
  Spawned spawned = TRY(spawn(settings.spawn));
  std::unique_ptr<Subprocess> subprocess(
      new Subprocess(loop, settings, std::move(spawned), std::move(on_done)));
  TRY_VOID(subprocess->watch(settings.keeps_input_open));
  return subprocess;
}

Subprocess::Subprocess(net::Loop& loop, SubprocessSettings& settings, Spawned spawned,
                       DoneHandler on_done)
    : loop_(loop),
      handler_(settings.handler),
      output_bytes_max_(settings.output_bytes_max),
      process_(std::move(spawned)),
      on_done_(std::move(on_done)),
      output_(loop, std::move(process_.output), sink_of(Output::standard), [this] { advance(); }),
      errors_(loop, std::move(process_.errors), sink_of(Output::error), [this] { advance(); }),
      input_(loop, std::move(process_.input), std::move(settings.input),
             [this] {
               if (handler_ != nullptr) handler_->on_input_room();
             }),
      started_(loop.clock().now()) {
  if (!settings.timeout) return;
  deadline_ = started_ + *settings.timeout;
  set_timer(*settings.timeout);
}

Subprocess::~Subprocess() {
  loop_.cancel(timer_);
  loop_.forget(process_.exit.get());
  // The program is not reaped before this line, so that its number still means its group and no
  // other.
  if (stage_ != Stage::done) signal_group(SIGKILL);
  waitpid(process_.pid, nullptr, WNOHANG);
}

Result<void> Subprocess::watch(bool keeps_input_open) {
  TRY_VOID(loop_.watch(process_.exit.get(), *this));
  TRY_VOID(output_.start());
  TRY_VOID(errors_.start());
  TRY_VOID(input_.start());
  if (!keeps_input_open) input_.finish();
  return {};
}

OutputPipe::Sink Subprocess::sink_of(Output output) {
  if (handler_ != nullptr)
    return [this, output](ByteView bytes) { handler_->on_output(output, bytes); };
  Captured& captured = output == Output::standard ? outcome_.output : outcome_.errors;
  return [this, &captured](ByteView bytes) { keep(captured, as_text(bytes)); };
}

void Subprocess::keep(Captured& captured, std::string_view bytes) const {
  captured.bytes += bytes.substr(0, output_bytes_max_ - captured.bytes.size());
  captured.total += bytes.size();
}

void Subprocess::pause() {
  is_paused_ = true;
  output_.pause();
  errors_.pause();
}

void Subprocess::resume() {
  is_paused_ = false;
  output_.resume();
  errors_.resume();
}

void Subprocess::cancel() {
  if (stage_ != Stage::running) return;
  outcome_.was_cancelled = !has_exited_;
  ask_to_end();
}

void Subprocess::lift_timeout() {
  deadline_.reset();
  if (stage_ == Stage::running && !has_exited_) loop_.cancel(std::exchange(timer_, net::no_timer));
}

void Subprocess::on_ready(net::Readiness) noexcept {
  note_exit();
  advance();
}

void Subprocess::note_exit() {
  const std::optional<Exit> exit = has_exited_ ? std::nullopt : find_exit(process_.pid);
  if (!exit) return;
  has_exited_ = true;
  outcome_.exit_code = exit->code;
  outcome_.signal = exit->signal;
  if (stage_ == Stage::running) wait_for_output();
}

void Subprocess::wait_for_output() {
  milliseconds grace = output_grace;
  if (deadline_) grace = std::min(grace, std::chrono::ceil<milliseconds>(*deadline_ - loop_.now()));
  set_timer(grace);
}

void Subprocess::advance() {
  if (stage_ == Stage::done || !has_exited_ || !output_.has_ended() || !errors_.has_ended()) return;
  // Only a program that was not asked to end may leave somebody behind, who then closed the outputs
  // on purpose.
  if (stage_ == Stage::asked_to_end) signal_group(SIGKILL);
  finish();
}

void Subprocess::on_timer() {
  switch (stage_) {
    case Stage::running: return on_time_over();
    case Stage::asked_to_end: return kill_group();
    case Stage::killed: return finish();
    case Stage::done: return;
  }
}

/// While nobody takes what a program has said that is over, there is no hurry.
void Subprocess::on_time_over() {
  const bool is_late = deadline_ && *deadline_ <= loop_.now();
  if (has_exited_ && is_paused_ && !is_late) return wait_for_output();
  outcome_.has_timed_out = !has_exited_;
  ask_to_end();
}

void Subprocess::ask_to_end() {
  stage_ = Stage::asked_to_end;
  signal_group(SIGTERM);
  set_timer(end_grace);
}

void Subprocess::kill_group() {
  stage_ = Stage::killed;
  signal_group(SIGKILL);
  set_timer(kill_grace);
}

/// The child makes its group itself: a moment after the fork there may be the child alone.
void Subprocess::signal_group(int number) {
  if (kill(-process_.pid, number) != 0) kill(process_.pid, number);
}

void Subprocess::finish() {
  stage_ = Stage::done;
  loop_.cancel(timer_);
  output_.close();
  errors_.close();
  if (Result<void> begun = read_start_failure(process_.start_failure); !begun)
    outcome_.start_failure = std::move(begun.error());
  outcome_.duration = loop_.clock().now() - started_;
  std::exchange(on_done_, {})(std::move(outcome_));
}

void Subprocess::set_timer(milliseconds delay) {
  loop_.cancel(timer_);
  timer_ = loop_.after(delay, [this] {
    timer_ = net::no_timer;
    on_timer();
  });
}

}  // namespace malinka::agent::os
