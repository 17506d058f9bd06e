// SPDX-License-Identifier: MIT
#include "agent/capability/files/transfers.h"

#include <string>
#include <utility>

#include "agent/capability/files/entry.h"
#include "agent/capability/files/files_error.h"
#include "agent/capability/files/part_file.h"
#include "agent/capability/files/read_stream.h"
#include "agent/capability/files/regular_file.h"
#include "agent/capability/files/wish.h"
#include "agent/capability/files/write_stream.h"
#include "agent/capability/reply.h"
#include "base/json.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

Result<Reply> open_read(const Surroundings& around, const Command& command) {
  const Place place = TRY(around.roots.find(path_of(*command.value)));
  RegularFile file = TRY(open_regular(place));
  const auto offset = command.value->value("offset", std::uint64_t{0});
  // A file of /proc says that it has no bytes, and gives some all the same.
  const auto size = static_cast<std::uint64_t>(file.status.st_size);
  if (offset > 0 && offset > size) return fail(FilesError::behind_the_end, place.path);
  const std::string name = place.path.substr(place.path.rfind('/') + 1);
  Reply reply = done(make_entry(place.path, name, file.status));
  reply.stream = std::make_unique<ReadStream>(
      around.workers, base::FileSource(std::move(file.fd), offset), place.path);
  return reply;
}

/// What the end that sends says first.
Result<Transfer> read_transfer(const Command& command, const Place& place) {
  const Json& value = *command.value;
  const std::string* const name = find_string(value, "transfer");
  if (name == nullptr) return fail(FilesError::not_announced, place.path);
  const WriteWish wish = TRY(wish_of(value));
  Transfer transfer{.name = *name, .wish = wish};
  if (value.contains("size")) transfer.bytes = value.at("size").get<std::uint64_t>();
  return transfer;
}

Result<Reply> open_write(const Surroundings& around, const Command& command) {
  const Place place = TRY(around.roots.find(path_of(*command.value)));
  Transfer transfer = TRY(read_transfer(command, place));
  around.leftovers.remove_beside(place);
  PartFile part = TRY(PartFile::open(place, std::move(transfer), around.syncs));
  Reply reply = done({{"offset", part.size()}});
  reply.stream = std::make_unique<WriteStream>(around.workers, place, std::move(part));
  return reply;
}

}  // namespace

bool is_transfer(const Command& command) {
  return command.asks_stream && (command.name == "files.read" || command.name == "files.write");
}

Reply open_transfer(const Surroundings& around, const Command& command) {
  const auto open = command.name == "files.read" ? open_read : open_write;
  Result<Reply> reply = open(around, command);
  return reply ? *std::move(reply) : refusal(reply.error());
}

}  // namespace malinka::agent::files
