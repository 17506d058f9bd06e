// SPDX-License-Identifier: MIT
#include "cli/copy_plan.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/json.h"
#include "base/try.h"
#include "cli/local_ends.h"
#include "cli/remote_files.h"

namespace malinka::cli {
namespace {

namespace fs = std::filesystem;

/// More folders inside one another than this are a loop, or an attack.
constexpr std::size_t depth_max = 256;

Target child_of(const Target& folder, const std::string& name) {
  return {folder.device, join_path(folder.path, name)};
}

/// A name that a device gives must not lead anywhere else.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && !name.contains('/') &&
         !name.contains('\0');
}

Attempt<bool> is_folder(Session& session, const Target& target) {
  if (target.is_standard_stream()) return false;
  if (!target.is_remote()) return is_local_folder(target.path);
  if (target.path == "/") return true;
  return TRY(find_type(session, target)) == "folder";
}

Attempt<Target> find_goal(Session& session, const Target& from, Target to) {
  if (to.is_standard_stream()) return to;
  const std::string name = from.is_standard_stream() ? "" : file_name_of(from.path);
  if (to.is_remote()) {
    to = TRY(place_in(session, to, name));
  } else if (is_local_folder(to.path)) {
    to.path = join_path(to.path, name);
  } else if (to.path.ends_with('/')) {
    return local_failure("no such folder: " + to.path);
  }
  if (to.path.ends_with('/'))
    return usage_failure("which name shall it have in " + to.text() + "?");
  return to;
}

Attempt<void> add_local_folder(const Target& from, const Target& to, CopyPlan& plan) {
  std::error_code error;
  fs::recursive_directory_iterator entries(from.path, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    const std::string relative = entries->path().lexically_relative(from.path).string();
    const fs::file_status status = entries->symlink_status(error);
    if (error) break;
    if (fs::is_directory(status))
      plan.folders.push_back(child_of(to, relative));
    else if (fs::is_regular_file(status))
      plan.files.push_back({{{}, entries->path().string()}, child_of(to, relative)});
    else
      plan.passed_over.push_back(entries->path().string());
  }
  if (error) return local_failure(from.path + ": " + error.message());
  return {};
}

Attempt<void> add_remote_folder(Session& session, const Target& from, const Target& to,
                                std::size_t depth, CopyPlan& plan) {
  if (depth > depth_max)
    return local_failure(from.text() + " has more folders inside one another than are copied");
  const Json listing = TRY(list_folder(session, from));
  const Json* const entries = find_member(listing, "entries");
  if (entries == nullptr) return {};
  for (const Json& entry : *entries) {
    const std::string name = text_of(entry, "name");
    if (!is_plain_name(name)) continue;
    const Target inner = child_of(from, name);
    const std::string type = text_of(entry, "type");
    if (type == "folder") {
      plan.folders.push_back(child_of(to, name));
      TRY_VOID(add_remote_folder(session, inner, child_of(to, name), depth + 1, plan));
    } else if (type == "file" && !entry.contains("utf8")) {
      plan.files.push_back({inner, child_of(to, name)});
    } else {
      plan.passed_over.push_back(inner.text());
    }
  }
  return {};
}

}  // namespace

Attempt<void> add_to_plan(Session& session, const Target& source, Target goal, Depth depth,
                          CopyPlan& plan) {
  const bool is_whole_folder = TRY(is_folder(session, source));
  if (is_whole_folder && depth == Depth::files)
    return local_failure(source.text() + " is a folder; -r copies it with all that is in it");
  if (!is_whole_folder) {
    plan.files.push_back({source, TRY(find_goal(session, source, goal))});
    return {};
  }
  if (goal.is_standard_stream())
    return local_failure(source.text() + " is a folder; standard output takes a file");
  // As cp -r does it: into a folder that is there, else as one of that name.
  if (goal.path.ends_with('/') || TRY(is_folder(session, goal)))
    goal = child_of(goal, file_name_of(fs::path(source.path).lexically_normal().string()));
  plan.folders.push_back(goal);
  return source.is_remote() ? add_remote_folder(session, source, goal, 0, plan)
                            : add_local_folder(source, goal, plan);
}

Attempt<void> make_folder(Session& session, const Target& folder) {
  if (folder.is_remote()) {
    TRY_VOID(session.ask({.device = folder.device,
                          .command = "files.mkdir",
                          .value = {{"path", folder.path}, {"parents", true}}}));
    return {};
  }
  std::error_code error;
  fs::create_directories(folder.path, error);
  if (error) return local_failure(folder.path + ": " + error.message());
  return {};
}

}  // namespace malinka::cli
