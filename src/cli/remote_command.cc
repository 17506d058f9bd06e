// SPDX-License-Identifier: MIT
#include "cli/remote_command.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <thread>
#include <utility>

#include "base/bytes.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"
#include "cli/live_output.h"
#include "cli/printable.h"

namespace malinka::cli {
namespace {

/// As shells have it, of a program that SIGINT ended.
constexpr auto interrupted = static_cast<ExitCode>(128 + SIGINT);

bool is_true(const RunResult& result, std::string_view name) {
  const Json* const flag = result.reply ? find_member(*result.reply, name) : nullptr;
  return flag != nullptr && *flag == true;
}

std::string words_of_end(const RunResult& result) {
  if (is_true(result, "timedOut")) return "ended, as its time was over";
  if (is_true(result, "cancelled")) return "cancelled";
  const std::string end = end_text(result);
  return "ended with " + (end.starts_with("signal") ? end : "exit code " + end);
}

ExitCode report_result(Program& program, const RunResult& result) {
  if (is_done(result)) return ExitCode::done;
  program.report({ExitCode::failed, result.device, 0, words_of_end(result)});
  return ExitCode::failed;
}

}  // namespace

Attempt<ExitCode> report_end(Program& program, const std::string& device,
                             const Stream::Outcome<std::string>& outcome) {
  if (outcome) return report_result(program, make_run_result(device, *outcome));
  const StreamFailure& why = outcome.error();
  return std::unexpected(
      Failure{ExitCode::failed, why.code == 0 ? "" : device, why.code, why.error});
}

Attempt<ExitCode> RemoteCommand::run() {
  TRY_VOID(session_.check_device(wish_.device));
  Client& client = session_.client();
  const std::string value = dump_json(wish_.value);
  Client::Opened opened = client.open(wish_.device, "shell.run", value, wish_.timeout);
  // A device that has no streams has not begun; or it answers as if none was asked for.
  if (opened.answer.code == static_cast<int>(ResponseCode::not_supported))
    opened.answer = client.request_one(wish_.device, "shell.run", value, {}, wish_.timeout);
  const auto judged = session_.judge(opened.answer);
  if (!opened.stream)
    return print(
        make_run_result(opened.answer, judged ? std::nullopt : std::optional(judged.error())));
  const std::string* const job = judged ? find_string(*judged->value, "job") : nullptr;
  if (job != nullptr) job_ = *job;
  stream_ = std::move(opened.stream);
  return stay();
}

/// What the command wrote, where it wrote it, so that it can be piped on.
ExitCode RemoteCommand::print(const RunResult& result) {
  LiveOutput(program_.console(), wish_.line_prefix)
      .show_all(output_of(result, "stdout"), output_of(result, "stderr"));
  if (is_output_cut(result)) program_.console().remark("malinka: more output was cut");
  if (result.failure)
    program_.report(*result.failure);
  else
    (void)report_result(program_, result);
  return exit_code_of({result});
}

/// What comes is shown by this thread; input, which may wait for the command to read it, and Ctrl-C
/// have one each.
Attempt<ExitCode> RemoteCommand::stay() {
  is_over_.reset(eventfd(0, EFD_CLOEXEC));
  if (!is_over_.is_open()) return local_failure("no more descriptors can be had");
  std::optional<Interrupts> interrupts;
  std::jthread heeder;
  if (wish_.line_prefix.empty()) {
    interrupts.emplace();
    heeder = std::jthread([this, &interrupts] { heed_interrupts(*interrupts); });
  }
  std::jthread giver([this] { give_input(); });
  const auto outcome = LiveOutput(program_.console(), wish_.line_prefix).follow(*stream_);
  if (outcome)
    stream_->end();
  else
    give_up();
  const std::uint64_t one = 1;
  (void)!write(is_over_.get(), &one, sizeof(one));
  giver.join();
  if (heeder.joinable()) heeder.join();
  if (is_left_) return interrupted;
  return report_end(program_, wish_.device, outcome);
}

void RemoteCommand::give_input() {
  std::array<pollfd, 2> both = {{{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                                 {.fd = is_over_.get(), .events = POLLIN, .revents = 0}}};
  bool has_more = wish_.passes_input;
  while (has_more) {
    if (poll(both.data(), both.size(), -1) < 0) continue;
    if (both[1].revents != 0) return;
    Bytes bytes(limits::stream_chunk_bytes_max);
    const ssize_t size = read(STDIN_FILENO, bytes.data(), bytes.size());
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    has_more = !bytes.empty() && stream_->write(std::move(bytes));
  }
  stream_->end();
}

void RemoteCommand::heed_interrupts(const Interrupts& interrupts) {
  if (!interrupts.wait(is_over_.get())) return;
  cancel();
  if (!interrupts.wait(is_over_.get())) return;
  is_left_ = true;
  give_up();
}

void RemoteCommand::give_up() {
  stream_->abort({static_cast<int>(ResponseCode::unavailable), "given up by who asked for it"});
}

/// Its stream stays, for what it still says.
void RemoteCommand::cancel() {
  session_.client().request(
      {.recipients = {wish_.device},
       .name = "shell.cancel",
       .value = dump_json({{"job", job_}}),
       .blob = {}},
      [](const Answer&) {}, [] {});
}

}  // namespace malinka::cli
