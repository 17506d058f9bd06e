// SPDX-License-Identifier: MIT
#include "agent/capability/files/writes.h"

#include <sys/stat.h>

#include <cstddef>
#include <map>
#include <span>
#include <utility>

#include "agent/capability/files/entry.h"
#include "agent/capability/files/files_error.h"
#include "agent/capability/files/whole_file.h"
#include "agent/capability/files/wish.h"
#include "agent/capability/reply.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

ByteView content_of(const Command& command) {
  return command.blob->content ? ByteView(*command.blob->content) : ByteView();
}

/// How many are synced one by one. With more of them, one call for all that their file system has
/// in hand takes less.
constexpr std::size_t syncs_max = 4;

/// One of the files of a message.
class Write {
 public:
  Write(const Roots& roots, const Json& value, ByteView content)
      : value_(value), write_(begin(roots, value, content)) {}

  /// As it was written; null where it could not be.
  [[nodiscard]] const NewFile* file() const { return write_ ? &write_->file() : nullptr; }
  void note(const Result<void>& synced) {
    if (!synced) write_ = std::unexpected(Error{synced.error().code, path_});
  }

  /// Gives its entry.
  [[nodiscard]] Result<Json> put() {
    if (!write_) return std::unexpected(write_.error());
    const struct stat status = TRY(write_->put());
    return make_entry(path_, path_.substr(path_.rfind('/') + 1), status);
  }

  [[nodiscard]] const Json& value() const { return value_; }

 private:
  Result<WholeWrite> begin(const Roots& roots, const Json& value, ByteView content) {
    const Place place = TRY(roots.find(path_of(value)));
    const WriteWish wish = TRY(wish_of(value));
    if (const std::string* const hash = find_string(value, "sha256");
        hash != nullptr && *hash != base::sha256_hex(content))
      return fail(FilesError::hash_differs, place.path);
    path_ = place.path;
    return WholeWrite::begin(place, content, wish);
  }

  const Json& value_;
  std::string path_;  // As its entry has it.
  Result<WholeWrite> write_;
};

/// Those of one file system.
void sync_group(const std::vector<Write*>& group) {
  if (group.size() <= syncs_max) {
    for (Write* const one : group) one->note(one->file()->sync());
    return;
  }
  const Result<void> synced = group.front()->file()->sync_file_system();
  for (Write* const one : group) one->note(synced);
}

/// All contents are on the disk before the first of them gets its name.
void sync(std::span<Write> writes) {
  std::map<dev_t, std::vector<Write*>> by_file_system;
  for (Write& one : writes) {
    if (one.file() == nullptr) continue;
    if (const auto status = one.file()->status())
      by_file_system[status->st_dev].push_back(&one);
    else
      one.note(std::unexpected(status.error()));
  }
  for (const auto& [device, group] : by_file_system) sync_group(group);
}

std::size_t size_of(const Json& file) { return file.at("size").get<std::size_t>(); }

/// Whether the sizes of all files are just what `rest` has.
bool add_up_to(const Json& files, std::size_t rest) {
  for (const Json& file : files) {
    if (size_of(file) > rest) return false;
    rest -= size_of(file);
  }
  return rest == 0;
}

Json failure_json(const Json& file, const Error& error) {
  const StreamFailure failure = failure_of(error);
  return {{"path", path_of(file)}, {"code", failure.code}, {"error", failure.error}};
}

}  // namespace

std::vector<std::string> paths_written(const Command& command) {
  if (command.name == "files.write") return {path_of(*command.value)};
  std::vector<std::string> paths;
  if (command.name == "files.unpack")
    for (const Json& file : command.value->at("files")) paths.push_back(path_of(file));
  return paths;
}

Result<Reply> write(const Roots& roots, const Command& command) {
  Write one(roots, *command.value, content_of(command));
  sync({&one, 1});
  return done(TRY(one.put()));
}

Result<Reply> unpack(const Roots& roots, const Command& command) {
  const Json& files = command.value->at("files");
  ByteView rest = content_of(command);
  if (!add_up_to(files, rest.size())) return fail(FilesError::size_differs);
  std::vector<Write> writes;
  writes.reserve(files.size());
  for (const Json& file : files) {
    writes.emplace_back(roots, file, rest.first(size_of(file)));
    rest = rest.subspan(size_of(file));
  }
  sync(writes);
  Json entries = Json::array();
  for (Write& one : writes) {
    Result<Json> entry = one.put();
    entries.push_back(entry ? *std::move(entry) : failure_json(one.value(), entry.error()));
  }
  return done({{"files", std::move(entries)}});
}

}  // namespace malinka::agent::files
