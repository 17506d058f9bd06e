// SPDX-License-Identifier: MIT
// malinka cp: copies files to, from and between devices, whole, by way of this machine.
#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/json.h"
#include "base/try.h"
#include "cli/format.h"
#include "cli/local_file.h"
#include "cli/printable.h"
#include "cli/program.h"
#include "cli/remote_files.h"
#include "cli/target.h"
#include "cli/verb.h"

namespace malinka::cli {
namespace {

/// What is copied, and what came with it.
struct Payload {
  std::shared_ptr<const Bytes> content;
  std::string mode;
};

Failure explained(Failure failure, const Target& target) {
  if (failure.code == static_cast<int>(ResponseCode::too_large))
    failure.error = too_large_text(target.path);
  return with_hint(std::move(failure), "overwrite", "-f");
}

class Copy {
 public:
  Copy(Program& program, Session& session, Overwrite overwrite)
      : program_(program), session_(session), overwrite_(overwrite) {}

  /// One file, to `to` or into it, where it is a folder.
  Attempt<void> run(const Target& from, Target to, bool must_be_folder) {
    to = TRY(find_goal(from, std::move(to), must_be_folder));
    const std::string what = printable(from.text()) + " -> " + printable(to.text());
    program_.console().show_progress(what + " …");
    const auto ended = transfer(from, to);
    program_.console().show_progress("");
    TRY_VOID(ended);
    if (!program_.is_json() && program_.console().is_interactive())
      program_.console().remark(what + "  " + format_size(bytes_));
    return {};
  }

 private:
  Attempt<Target> find_goal(const Target& from, Target to, bool must_be_folder) {
    if (to.is_standard_stream()) return to;
    const std::string name = from.is_standard_stream() ? "" : file_name_of(from.path);
    if (must_be_folder && !to.path.ends_with('/')) to.path += '/';
    if (!to.is_remote()) {
      if (is_local_folder(to.path))
        to.path = join_path(to.path, name);
      else if (to.path.ends_with('/'))
        return local_failure("no such folder: " + to.path);
    } else {
      to = TRY(place_in(session_, to, name));
    }
    if (to.path.ends_with('/'))
      return usage_failure("which name shall it have in " + to.text() + "?");
    return to;
  }

  Attempt<void> transfer(const Target& from, const Target& to) {
    const Payload payload = TRY(from.is_remote() ? fetch(from) : load(from));
    bytes_ = payload.content->size();
    return to.is_remote() ? store(payload, from, to) : save(payload, from, to);
  }

  static Attempt<Payload> load(const Target& from) {
    const LocalFile file = TRY(read_local_file(from.path));
    return Payload{std::make_shared<const Bytes>(to_bytes(file.content)), file.mode};
  }

  Attempt<Payload> fetch(const Target& from) {
    auto reply = session_.ask({.device = from.device,
                               .command = "files.read",
                               .value = {{"path", from.path}},
                               .timeout = transfer_timeout});
    if (!reply) return std::unexpected(explained(reply.error(), from));
    const std::string* const mode = find_string(*reply->value, "mode");
    const auto content = reply->blob ? reply->blob->content : nullptr;
    last_entry_ = reply->value;
    return Payload{content ? content : std::make_shared<const Bytes>(),
                   mode == nullptr ? "" : *mode};
  }

  Attempt<void> store(const Payload& payload, const Target& from, const Target& to) {
    Json value = {{"path", to.path}, {"overwrite", overwrite_ == Overwrite::yes}};
    // What is written over keeps its mode: the device sees to that unless one is named.
    if (overwrite_ == Overwrite::no && !payload.mode.empty()) value["mode"] = payload.mode;
    auto reply = session_.ask(
        {.device = to.device,
         .command = "files.write",
         .value = value,
         .blob = Blob{file_name_of(to.path), "application/octet-stream", payload.content},
         .timeout = transfer_timeout});
    if (!reply) return std::unexpected(explained(reply.error(), to));
    report_json(to.device, *reply->value, from, to);
    return {};
  }

  Attempt<void> save(const Payload& payload, const Target& from, const Target& to) {
    if (to.is_standard_stream()) {
      program_.console().print_output(as_text(*payload.content));
      return {};
    }
    TRY_VOID(write_local_file(to.path, *payload.content, payload.mode, overwrite_));
    if (last_entry_) report_json(from.device, *last_entry_, from, to);
    return {};
  }

  void report_json(const std::string& device, Json reply, const Target& from, const Target& to) {
    if (!program_.is_json()) return;
    reply["from"] = from.text();
    reply["to"] = to.text();
    program_.print_reply(device, reply);
  }

  Program& program_;
  Session& session_;
  Overwrite overwrite_;
  std::size_t bytes_ = 0;
  std::shared_ptr<const Json> last_entry_;  // Of the file read from a device.
};

Attempt<ExitCode> run_cp(Program& program, const Arguments& arguments) {
  if (arguments.has("recursive"))
    return usage_failure(
        "-r comes with streams in a later version; until then, name the files one by one");
  std::vector<Target> sources;
  sources.reserve(arguments.operands.size());
  for (const std::string& operand : arguments.operands)
    sources.push_back(TRY(parse_target(operand)));
  const Target goal = std::move(sources.back());
  sources.pop_back();
  bool is_any_remote = goal.is_remote();
  for (const Target& source : sources) is_any_remote = is_any_remote || source.is_remote();
  if (!is_any_remote)
    return usage_failure("nothing here is on a device: say DEV:PATH for one of them");

  Session session = TRY(program.join());
  Copy copy(program, session, arguments.has("force") ? Overwrite::yes : Overwrite::no);
  ExitCode ended = ExitCode::done;
  for (const Target& source : sources) {
    const auto copied = copy.run(source, goal, sources.size() > 1);
    if (copied) continue;
    program.report(copied.error());
    ended = copied.error().exit_code;
  }
  return ended;
}

constexpr std::array flags = {
    Flag{"force", 'f', "", "over existing files"},
    Flag{"recursive", 'r', "", "folders: comes with streams, in a later version"},
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
        "Each of them is DEV:PATH, a path here, or - for standard input or output. Several files "
        "go into a\n"
        "folder. A file may have up to 8 MiB. Nothing is written over unless -f says so, and a "
        "file is\n"
        "there whole or not at all.",
    .examples =
        "malinka cp notes.txt kitchen:/home/pi/\n"
        "malinka cp kitchen:/etc/os-release .\n"
        "malinka cp kitchen:/tmp/a hall:/tmp/a       from one device to another\n"
        "uptime | malinka cp - kitchen:/tmp/uptime   from a pipe",
    .run = run_cp,
};

}  // namespace malinka::cli
