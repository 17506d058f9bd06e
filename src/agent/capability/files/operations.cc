// SPDX-License-Identifier: MIT
#include "agent/capability/files/operations.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <map>

#include "agent/capability/files/beneath.h"
#include "agent/capability/files/entry.h"
#include "agent/capability/files/files_error.h"
#include "agent/capability/files/listing.h"
#include "agent/capability/files/removal.h"
#include "agent/capability/files/whole_file.h"
#include "agent/capability/files/wish.h"
#include "agent/capability/files/writes.h"
#include "agent/capability/reply.h"
#include "base/assert.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

Result<Reply> reply_with_entry(const Place& place) { return done(TRY(read_entry(place))); }

Result<Reply> list(const Roots& roots, const Command& command) {
  const Page page{command.value->value("offset", std::size_t{0}),
                  command.value->value("limit", std::size_t{1000})};
  const std::string& path = path_of(*command.value);
  if (roots.is_folder_of_roots(path)) return done(list_roots(roots, page));
  const Place place = TRY(roots.find(path));
  return done(TRY(list_folder(place, page)));
}

Result<Reply> stat_entry(const Roots& roots, const Command& command) {
  const std::string& path = path_of(*command.value);
  if (!roots.is_folder_of_roots(path)) {
    const Place place = TRY(roots.find(path));
    return reply_with_entry(place);
  }
  struct stat status{};
  if (stat("/", &status) != 0) return fail_errno(errno, "/");
  return done(make_entry("/", "/", status));
}

Result<Reply> read(const Roots& roots, const Command& command) {
  const Place place = TRY(roots.find(path_of(*command.value)));
  WholeFile file = TRY(read_whole(place));
  const std::string name = place.path.substr(place.path.rfind('/') + 1);
  Reply reply = done(make_entry(place.path, name, file.status));
  reply.blob = Blob{name, {}, std::make_shared<const Bytes>(std::move(file.content))};
  return reply;
}

/// What renameat2 says, in words that help.
std::unexpected<Error> fail_to_move(int error_number, const Place& from, const Place& to) {
  if (error_number == EXDEV) return fail(FilesError::other_file_system, to.path);
  if (error_number == EEXIST) return fail(FilesError::exists_already, to.path);
  if (error_number == ENOENT) return fail_errno(error_number, from.path);
  if (error_number == EINVAL && to.path.starts_with(from.path + "/"))
    return fail(FilesError::into_itself, to.path);
  return fail_errno(error_number, to.path);
}

Result<Reply> move(const Roots& roots, const Command& command) {
  const Place from = TRY(roots.find(path_of(*command.value, "from")));
  const Place to = TRY(roots.find(path_of(*command.value, "to")));
  const Child old_child = TRY(open_parent(from));
  const Child new_child = TRY(open_parent(to));
  TRY_VOID(check_is_no_root(roots, old_child));
  const unsigned flags = replacing_of(*command.value) == Replacing::yes ? 0 : RENAME_NOREPLACE;
  if (renameat2(old_child.folder.get(), old_child.name.c_str(), new_child.folder.get(),
                new_child.name.c_str(), flags) != 0)
    return fail_to_move(errno, from, to);
  return reply_with_entry(to);
}

Result<Reply> remove(const Roots& roots, const Command& command) {
  const Place place = TRY(roots.find(path_of(*command.value)));
  const Extent extent = command.value->value("recursive", false) ? Extent::recursive : Extent::one;
  const std::size_t count = TRY(remove_place(roots, place, extent));
  return done({{"path", place.path}, {"removed", count}});
}

enum class IfThere { fail, accept };

Result<void> make_folder(const Place& place, IfThere if_there) {
  const Child child = TRY(open_parent(place));
  if (mkdirat(child.folder.get(), child.name.c_str(), 0755) == 0) return {};
  if (errno != EEXIST) return fail_errno(errno, place.path);
  if (if_there == IfThere::fail) return fail(FilesError::exists_already, place.path);
  (void)TRY(open_place(place, O_PATH | O_DIRECTORY));  // Only a folder is as good as a new one.
  return {};
}

/// All that `place` goes through, from the top down. What is `..` was made before, or is not ours
/// to make.
Result<void> make_folders(const Place& place) {
  const std::size_t above = place.path.size() - place.relative.size();
  for (std::size_t end = 0; end != std::string::npos;) {
    end = place.relative.find('/', end + 1);
    const std::string relative = place.relative.substr(0, end);
    if (relative == "." || relative == ".." || relative.ends_with("/..")) continue;
    TRY_VOID(make_folder({place.path.substr(0, above) + relative, place.root, relative},
                         IfThere::accept));
  }
  return {};
}

Result<Reply> mkdir(const Roots& roots, const Command& command) {
  const Place place = TRY(roots.find(path_of(*command.value)));
  if (command.value->value("parents", false))
    TRY_VOID(make_folders(place));
  else
    TRY_VOID(make_folder(place, IfThere::fail));
  return reply_with_entry(place);
}

using Operation = Result<Reply> (*)(const Roots&, const Command&);

const std::map<std::string_view, Operation> operations = {
    {"files.list", list},     {"files.stat", stat_entry}, {"files.read", read},
    {"files.write", write},   {"files.unpack", unpack},   {"files.move", move},
    {"files.remove", remove}, {"files.mkdir", mkdir}};

}  // namespace

Reply carry_out(const Roots& roots, const Command& command) {
  const auto operation = operations.find(command.name);
  ASSERT(operation != operations.end());
  Result<Reply> reply = operation->second(roots, command);
  return reply ? *std::move(reply) : refusal(reply.error());
}

}  // namespace malinka::agent::files
