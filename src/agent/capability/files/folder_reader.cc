// SPDX-License-Identifier: MIT
#include "agent/capability/files/folder_reader.h"

#include <cerrno>
#include <string_view>

namespace malinka::agent::files {

Result<FolderReader> FolderReader::open(UniqueFd folder) {
  DIR* const stream = fdopendir(folder.get());
  if (stream == nullptr) return fail_errno(errno);
  (void)folder.release();  // The stream's from now on.
  return FolderReader(stream);
}

Result<const char*> FolderReader::next() {
  while (true) {
    errno = 0;
    const dirent* const entry = readdir(stream_.get());
    if (entry == nullptr && errno != 0) return fail_errno(errno);
    if (entry == nullptr) return nullptr;
    const char* const name = entry->d_name;
    if (std::string_view(name) != "." && std::string_view(name) != "..") return name;
  }
}

void FolderReader::rewind() { rewinddir(stream_.get()); }

int FolderReader::fd() const { return dirfd(stream_.get()); }

}  // namespace malinka::agent::files
