// SPDX-License-Identifier: MIT
#include "agent/capability/files/listing.h"

#include <fcntl.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "agent/capability/files/beneath.h"
#include "agent/capability/files/entry.h"
#include "agent/capability/files/files_error.h"
#include "agent/capability/files/folder_reader.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

/// Many names in one piece of memory, each ending in a NUL.
class Names {
 public:
  /// False once there are too many.
  [[nodiscard]] bool add(std::string_view name) {
    starts_.push_back(text_.size());
    text_.append(name).push_back('\0');
    return text_.size() + starts_.size() * sizeof(starts_[0]) <= limits::files_folder_bytes_max;
  }

  /// Those of the page, in byte order.
  [[nodiscard]] std::vector<const char*> sort(Page page) {
    const std::size_t begin = std::min(page.offset, starts_.size());
    const std::size_t end = begin + std::min(page.limit, starts_.size() - begin);
    const auto at = [this](std::size_t index) {
      return starts_.begin() + static_cast<std::ptrdiff_t>(index);
    };
    std::partial_sort(at(0), at(end), starts_.end(), [this](std::size_t one, std::size_t other) {
      return std::strcmp(&text_[one], &text_[other]) < 0;
    });
    std::vector<const char*> names;
    for (auto start = at(begin); start != at(end); ++start) names.push_back(&text_[*start]);
    return names;
  }

  [[nodiscard]] std::size_t size() const { return starts_.size(); }

 private:
  std::string text_;
  std::vector<std::size_t> starts_;
};

Json make_list(const std::string& path, std::size_t total, Json entries) {
  return {{"path", path}, {"total", total}, {"entries", std::move(entries)}};
}

}  // namespace

Result<Json> list_folder(const Place& place, Page page) {
  UniqueFd folder = TRY(open_place(place, O_RDONLY | O_DIRECTORY));
  FolderReader reader = TRY(FolderReader::open(std::move(folder)));
  Names names;
  while (const char* const name = TRY(reader.next()))
    if (!names.add(name)) return fail(FilesError::too_many_names, place.path);
  Json entries = Json::array();
  for (const char* const name : names.sort(page))
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
