// SPDX-License-Identifier: MIT
// malinka cp: copies files and folders to, from and between devices, by way of this machine.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/try.h"
#include "cli/copy.h"
#include "cli/copy_plan.h"
#include "cli/copy_progress.h"
#include "cli/device_list.h"
#include "cli/format.h"
#include "cli/local_ends.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/remote_ends.h"
#include "cli/target.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

using std::chrono::steady_clock;

/// Files that are copied at once: enough that none waits for another's round trips.
constexpr std::size_t threads_max = 16;
constexpr std::chrono::milliseconds progress_interval(100);

/// One file on its way.
struct Running {
  CopyJob job;
  CopyState state{};
  std::optional<Attempt<Copied>> outcome{};
};

class Copy {
 public:
  Copy(Program& program, Session& session, Overwrite overwrite, const CopyPlan& plan)
      : program_(program), session_(session), overwrite_(overwrite) {
    for (const CopyJob& job : plan.files) running_.push_back(std::make_unique<Running>(job));
  }

  ExitCode run() {
    const auto began = steady_clock::now();
    carry_out();
    program_.console().show_progress("");
    ExitCode ended = ExitCode::done;
    for (const auto& one : running_) {
      if (*one->outcome) {
        report(*one);
        continue;
      }
      const Failure failure = with_hint(one->outcome->error(), "overwrite", "-f");
      program_.report(failure);
      ended = failure.exit_code;
    }
    if (running_.size() > 1) sum_up(steady_clock::now() - began);
    return ended;
  }

 private:
  void carry_out() {
    std::vector<std::jthread> threads;
    const std::size_t count = std::min(running_.size(), threads_max);
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([this] { work(); });
    CopyProgress progress(steady_clock::now());
    for (std::size_t left = running_.size(); left > 0;) {
      if (finished_.try_acquire_for(progress_interval)) --left;
      if (program_.console().is_interactive())
        program_.console().show_progress(progress.line(standing(), steady_clock::now()));
    }
  }

  void work() {
    for (std::size_t i = next_++; i < running_.size(); i = next_++) {
      Running& one = *running_[i];
      const auto source = make_source(session_, one.job.from);
      const auto sink = make_sink(session_, one.job.to, overwrite_);
      const std::string what = one.job.from.text() + "\n" + one.job.to.text();
      one.outcome = copy_file(session_, *source, *sink, what, one.state);
      ++done_count_;
      finished_.release();
    }
  }

  [[nodiscard]] CopyStanding standing() const {
    CopyStanding all;
    all.what = running_.size() == 1
                   ? printable(file_name_of(running_.front()->job.from.path))
                   : fmt::format("{} of {} files", done_count_.load(), running_.size());
    for (const auto& one : running_) {
      all.bytes += one->state.bytes;
      all.bytes_total += one->state.bytes_total;
      all.waits_for_link = all.waits_for_link || one->state.waits_for_link;
    }
    return all;
  }

  void report(const Running& one) {
    const auto& [from, to] = one.job;
    const Copied& copied = **one.outcome;
    if (program_.is_json()) {
      if (to.is_standard_stream()) return;
      Json reply = copied.entry ? *copied.entry : Json{{"size", copied.bytes}};
      reply["from"] = from.text();
      reply["to"] = to.text();
      program_.print_reply(to.is_remote() ? to.device : from.device, reply);
    } else if (running_.size() == 1 && program_.console().is_interactive()) {
      program_.console().remark(printable(from.text()) + " -> " + printable(to.text()) + "  " +
                                format_size(copied.bytes));
    }
  }

  void sum_up(steady_clock::duration time) {
    if (program_.is_json() || !program_.console().is_interactive()) return;
    std::uint64_t bytes = 0;
    std::size_t files = 0;
    for (const auto& one : running_) {
      if (!*one->outcome) continue;
      ++files;
      bytes += (*one->outcome)->bytes;
    }
    program_.console().remark(
        fmt::format("{} of {} files, {} in {}", files, running_.size(), format_size(bytes),
                    format_duration(std::chrono::duration<double>(time).count())));
  }

  Program& program_;
  Session& session_;
  Overwrite overwrite_;
  std::vector<std::unique_ptr<Running>> running_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> done_count_ = 0;
  std::counting_semaphore<> finished_{0};
};

/// The goal on each of its devices: `kitchen,hall:/tmp/` is two.
Attempt<std::vector<Target>> expand_goal(const Session& session, const Target& goal) {
  if (!goal.is_remote()) return std::vector{goal};
  std::vector<Target> goals;
  for (const std::string& device : TRY(parse_devices(session, goal.device)))
    goals.push_back({device, goal.path});
  return goals;
}

Attempt<std::vector<Target>> parse_operands(const Arguments& arguments) {
  std::vector<Target> targets;
  targets.reserve(arguments.operands.size());
  for (const std::string& operand : arguments.operands)
    targets.push_back(TRY(parse_target(operand)));
  if (std::ranges::none_of(targets, &Target::is_remote))
    return usage_failure("nothing here is on a device: say DEV:PATH for one of them");
  return targets;
}

Attempt<ExitCode> run_cp(Program& program, const Arguments& arguments) {
  std::vector<Target> sources = TRY(parse_operands(arguments));
  const Target goal = std::move(sources.back());
  sources.pop_back();
  const Depth depth = arguments.has("recursive") ? Depth::folders : Depth::files;

  Session session = TRY(program.join());
  const std::vector<Target> goals = TRY(expand_goal(session, goal));
  if (goals.size() > 1 && std::ranges::any_of(sources, &Target::is_standard_stream))
    return usage_failure("standard input can be read once: for several devices, name a file");

  CopyPlan plan;
  ExitCode ended = ExitCode::done;
  const auto note = [&](const Attempt<void>& done) {
    if (done) return;
    program.report(done.error());
    ended = done.error().exit_code;
  };
  for (const Target& to : goals)
    for (const Target& source : sources)
      note(add_to_plan(session, source, to, sources.size() > 1, depth, plan));
  for (const Target& folder : plan.folders) note(make_folder(session, folder));
  for (const std::string& path : plan.passed_over)
    program.console().remark("malinka: passed over, as it is no file: " + printable(path));

  Copy copy(program, session, arguments.has("force") ? Overwrite::yes : Overwrite::no, plan);
  const ExitCode copied = copy.run();
  return copied == ExitCode::done ? ended : copied;
}

constexpr std::array flags = {
    Flag{"force", 'f', "", "over existing files"},
    Flag{"recursive", 'r', "", "folders, with all that is in them"},
};

}  // namespace

std::unique_ptr<CopySource> make_source(Session& session, const Target& target) {
  return target.is_remote() ? make_remote_source(session, target) : make_local_source(target.path);
}

std::unique_ptr<CopySink> make_sink(Session& session, const Target& target, Overwrite overwrite) {
  return target.is_remote() ? make_remote_sink(session, target, overwrite)
                            : make_local_sink(target.path, overwrite);
}

extern const Verb cp_verb;
constinit const Verb cp_verb = {
    .name = "cp",
    .operands = "SRC… DST",
    .summary = "copy files to, from and between devices",
    .operands_min = 2,
    .operands_max = any_number,
    .operand_kind = OperandKind::target,
    .flags = flags,
    .details =
        "Each of them is DEV:PATH, a path here, or - for standard input or output; the last may be "
        "on several\n"
        "devices, as kitchen,hall:/tmp/ or '*':/tmp/. Several files go into a folder. Nothing is "
        "written over\n"
        "unless -f says so, and a file is there whole or not at all: it is compared by its "
        "SHA-256. When the link\n"
        "is lost, copying goes on where it broke off; after Ctrl-C, the same command does so, for "
        "a day.",
    .examples =
        "malinka cp notes.txt kitchen:/home/pi/\n"
        "malinka cp kitchen:/etc/os-release .\n"
        "malinka cp -r photos kitchen:/srv/         a folder\n"
        "malinka cp image.img '*':/var/tmp/         to every device\n"
        "malinka cp kitchen:/tmp/a hall:/tmp/a      from one device to another\n"
        "uptime | malinka cp - kitchen:/tmp/uptime  from a pipe",
    .run = run_cp,
};

}  // namespace malinka::cli
