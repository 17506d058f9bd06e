// SPDX-License-Identifier: MIT
#include "agent/capability/files/listing.h"

#include <fcntl.h>

#include <string>

#include "agent/capability/files/beneath.h"
#include "agent/capability/files/entry.h"
#include "agent/capability/files/files_error.h"
#include "agent/capability/files/folder_reader.h"
#include "agent/capability/files/names.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

Json make_list(const std::string& path, std::size_t total, Json entries) {
  return {{"path", path}, {"total", total}, {"entries", std::move(entries)}};
}

}  // namespace

Result<Json> list_folder(const Place& place, Page page) {
  UniqueFd folder = TRY(open_place(place, O_RDONLY | O_DIRECTORY));
  FolderReader reader = TRY(FolderReader::open(std::move(folder)));
  Names names(limits::files_folder_bytes_max);
  while (const char* const name = TRY(reader.next()))
    if (!names.add(name)) return fail(FilesError::too_many_names, place.path);
  Json entries = Json::array();
  for (const char* const name : names.sort(page.offset, page.limit))
    if (Result<Json> entry = read_entry(reader.fd(), name, place.path))
      entries.push_back(*std::move(entry));
  return make_list(place.path, names.size(), std::move(entries));
}

Json list_roots(const Roots& roots, Page page) {
  Json entries = Json::array();
  std::size_t total = 0;
  for (const std::string& path : roots.paths()) {
    struct stat status{};
    if (stat(path.c_str(), &status) != 0) continue;
    const std::size_t index = total++;
    if (index >= page.offset && index - page.offset < page.limit)
      entries.push_back(make_entry(path, path, status));
  }
  return make_list("/", total, std::move(entries));
}

}  // namespace malinka::agent::files
