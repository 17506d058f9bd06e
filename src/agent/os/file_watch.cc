// SPDX-License-Identifier: MIT
#include "agent/os/file_watch.h"

#include <sys/inotify.h>

#include "base/try.h"

namespace malinka::agent::os {

Result<std::unique_ptr<FileWatch>> FileWatch::open(net::Loop& loop, const std::string& path,
                                                   net::Task on_change) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  auto tell = [name = path.substr(slash + 1),
               on_change = std::move(on_change)](const FolderChanges& changes) mutable {
    if (changes.may_be(name)) on_change();
  };
  auto watch = TRY(FolderWatch::open(loop, folder, IN_MOVED_TO | IN_CLOSE_WRITE, std::move(tell)));
  return std::unique_ptr<FileWatch>(new FileWatch(std::move(watch)));
}

}  // namespace malinka::agent::os
