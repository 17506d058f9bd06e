// SPDX-License-Identifier: MIT
// malinka cp: copies files and folders to, from and between devices, by way of this machine.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/try.h"
#include "cli/bundler.h"
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

/// Files that are copied at once: enough that none waits for another's round trips, and that a few
/// dozen small ones go in each of the messages on their way.
constexpr std::size_t threads_max = 96;
/// Of those, the ones that are streams: their windows share what a connection has room for.
constexpr std::size_t streamed_max = 16;
constexpr std::chrono::milliseconds progress_interval(100);
/// More would fill the screen.
constexpr std::size_t progress_lines_max = 12;

/// One file on its way.
struct Running {
  CopyJob job;
  CopyState state{};
  std::optional<Attempt<Copied>> outcome{};
  std::atomic<bool> is_over = false;  // Then the outcome is there, and changes no more.
};

/// All files for one device, or all files where they are for one, or for here.
struct Part {
  std::string device;  // Empty where there is but one part.
  std::vector<const Running*> files{};
  CopyProgress progress{steady_clock::now()};

  [[nodiscard]] bool is_over() const {
    return std::ranges::all_of(files, [](const Running* one) { return one->is_over.load(); });
  }
};

/// What a message has room for goes in one; what is larger, or not known to be so small, does not.
bool is_streamed(const CopyJob& job) {
  if (job.from.is_remote() || job.from.is_standard_stream()) return true;
  std::error_code error;
  const auto bytes = std::filesystem::file_size(job.from.path, error);
  return error || bytes > Bundler::file_bytes_max;
}

CopyStanding standing_of(const Part& part) {
  CopyStanding all;
  std::size_t over = 0;
  for (const Running* const one : part.files) {
    all.bytes += one->state.bytes;
    all.bytes_total += one->state.bytes_total;
    all.waits_for_link = all.waits_for_link || one->state.waits_for_link;
    over += one->is_over ? 1 : 0;
  }
  all.what = part.files.size() == 1 ? printable(file_name_of(part.files[0]->job.from.path))
                                    : fmt::format("{} of {} files", over, part.files.size());
  return all;
}

std::string line_of(Part& part, std::size_t device_columns) {
  std::string line = part.device.empty() ? "" : printable(part.device);
  if (!line.empty()) line.resize(line.size() + device_columns + 2 - column_count(line), ' ');
  if (!part.is_over()) return line + part.progress.line(standing_of(part), steady_clock::now());
  const auto failed = std::ranges::count_if(
      part.files, [](const Running* one) { return !one->outcome->has_value(); });
  return line +
         (failed == 0 ? "done" : fmt::format("failed: {} of {} files", failed, part.files.size()));
}

class Copy {
 public:
  Copy(Program& program, Session& session, Overwrite overwrite, const CopyPlan& plan)
      : program_(program), session_(session), overwrite_(overwrite) {
    for (const CopyJob& job : plan.files) running_.push_back(std::make_unique<Running>(job));
    make_parts();
  }

  ExitCode run() {
    const auto began = steady_clock::now();
    carry_out();
    program_.console().show_progress({});
    ExitCode ended = ExitCode::done;
    for (const auto& one : running_) {
      if (*one->outcome) {
        report(*one);
        continue;
      }
      const Failure failure = with_flag(one->outcome->error(), "overwrite", "-f");
      program_.report(failure);
      ended = failure.exit_code;
    }
    if (running_.size() > 1) sum_up(steady_clock::now() - began);
    return ended;
  }

 private:
  /// Each device has its part, and gets its next file in turn with the others.
  void make_parts() {
    const auto device_of = [](const auto& one) { return one->job.to.device; };
    std::map<std::string, std::vector<Running*>> by_device;
    for (const auto& one : running_) by_device[device_of(one)].push_back(one.get());
    for (const auto& [device, files] : by_device) {
      parts_.push_back({.device = by_device.size() > 1 ? device : ""});
      parts_.back().files.assign(files.begin(), files.end());
    }
    for (std::size_t i = 0; order_.size() < running_.size(); ++i)
      for (const auto& [device, files] : by_device)
        if (i < files.size()) order_.push_back(files[i]);
  }

  void carry_out() {
    std::vector<std::jthread> threads;
    const std::size_t count = std::min(order_.size(), threads_max);
    threads.reserve(count);
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([this] { work(); });
    while (!wait_all_over(progress_interval)) show_progress();
    show_progress();
  }

  bool wait_all_over(std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    return all_over_.wait_for(lock, at_most, [this] { return over_count_ == order_.size(); });
  }

  void work() {
    for (std::size_t i = next_++; i < order_.size(); i = next_++) {
      Running& one = *order_[i];
      if (!is_streamed(one.job)) {
        copy(one);
        continue;
      }
      streamed_.acquire();
      copy(one);
      streamed_.release();
    }
  }

  void copy(Running& one) {
    const auto source = make_source(one.job.from);
    const auto sink = make_sink(one.job.to);
    const std::string what = one.job.from.text() + "\n" + one.job.to.text();
    one.outcome = copy_file(session_, *source, *sink, what, one.state);
    one.is_over = true;
    const std::lock_guard lock(mutex_);
    if (++over_count_ == order_.size()) all_over_.notify_one();
  }

  std::unique_ptr<CopySource> make_source(const Target& target) {
    return target.is_remote() ? make_remote_source(session_, target)
                              : make_local_source(target.path);
  }

  std::unique_ptr<CopySink> make_sink(const Target& target) {
    return target.is_remote() ? make_remote_sink(session_, bundler_, target, overwrite_)
                              : make_local_sink(target.path, overwrite_);
  }

  /// A line for each device.
  void show_progress() {
    if (!program_.console().is_interactive()) return;
    std::size_t columns = 0;
    for (const Part& part : parts_)
      columns = std::max(columns, column_count(printable(part.device)));
    std::vector<std::string> lines;
    for (Part* const part : parts_in_order() | std::views::take(progress_lines_max))
      lines.push_back(line_of(*part, columns));
    if (parts_.size() > progress_lines_max)
      lines.push_back(fmt::format("and {} more devices", parts_.size() - progress_lines_max));
    program_.console().show_progress(lines);
  }

  /// Where they are too many for the screen, those that are done make room first.
  std::vector<Part*> parts_in_order() {
    std::vector<Part*> first;
    std::vector<Part*> last;
    for (Part& part : parts_) {
      const bool makes_room = parts_.size() > progress_lines_max && part.is_over();
      (makes_room ? last : first).push_back(&part);
    }
    first.insert(first.end(), last.begin(), last.end());
    return first;
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
  Bundler bundler_{session_};
  Overwrite overwrite_;
  std::vector<std::unique_ptr<Running>> running_;  // In the order of the plan.
  std::vector<Running*> order_;                    // In which they begin.
  std::vector<Part> parts_;
  std::atomic<std::size_t> next_ = 0;
  std::counting_semaphore<> streamed_{streamed_max};
  std::mutex mutex_;
  std::condition_variable all_over_;
  std::size_t over_count_ = 0;  // With the mutex.
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

/// Where several things go: nothing but a folder has room for them.
Target as_folder(Target goal) {
  if (!goal.is_standard_stream() && !goal.path.ends_with('/')) goal.path += '/';
  return goal;
}

Attempt<ExitCode> run_cp(Program& program, const Arguments& arguments) {
  std::vector<Target> sources = TRY(parse_operands(arguments));
  Target goal = std::move(sources.back());
  sources.pop_back();
  if (sources.size() > 1) goal = as_folder(std::move(goal));
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
    for (const Target& source : sources) note(add_to_plan(session, source, to, depth, plan));
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
