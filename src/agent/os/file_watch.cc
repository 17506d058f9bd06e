// SPDX-License-Identifier: MIT
#include "agent/os/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/try.h"

namespace malinka::agent::os {
namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Result<std::unique_ptr<FileWatch>> FileWatch::open(net::Loop& loop, const std::string& path,
                                                   net::Task on_change) {
  return open(loop, folder_of(path), {name_of(path), false, IN_MOVED_TO | IN_CLOSE_WRITE},
              std::move(on_change));
}

Result<std::unique_ptr<FileWatch>> FileWatch::open_devices(net::Loop& loop, const std::string& path,
                                                           net::Task on_change) {
  return open(loop, folder_of(path), {name_of(path), true, IN_CREATE | IN_DELETE | IN_ATTRIB},
              std::move(on_change));
}

Result<std::unique_ptr<FileWatch>> FileWatch::open(net::Loop& loop, const std::string& folder,
                                                   Aim aim, net::Task on_change) {
  UniqueFd inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify.is_open()) return fail_errno(errno, "inotify");
  if (::inotify_add_watch(inotify.get(), folder.c_str(), aim.events | IN_ONLYDIR) < 0)
    return fail_errno(errno, folder);
  std::unique_ptr<FileWatch> watch(
      new FileWatch(loop, std::move(inotify), std::move(aim), std::move(on_change)));
  TRY_VOID(loop.watch(watch->inotify_.get(), *watch));
  return watch;
}

FileWatch::FileWatch(net::Loop& loop, UniqueFd inotify, Aim aim, net::Task on_change)
    : loop_(loop),
      inotify_(std::move(inotify)),
      aim_(std::move(aim)),
      on_change_(std::move(on_change)) {}

FileWatch::~FileWatch() { loop_.forget(inotify_.get()); }

void FileWatch::on_ready(net::Readiness readiness) noexcept {
  if (readiness.is_readable && read_changes()) on_change_();
}

/// Reads all that there is, as the loop tells it once; whether what is watched is among it.
bool FileWatch::read_changes() {
  alignas(inotify_event) std::array<char, 4096> buffer;
  bool has_changed = false;
  for (;;) {
    const ssize_t bytes = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) return has_changed;
    for (std::size_t at = 0; at < static_cast<std::size_t>(bytes);) {
      inotify_event event{};
      std::memcpy(&event, &buffer.at(at), sizeof event);
      const char* const name = buffer.data() + at + sizeof event;
      // After an overflow nobody knows what has changed.
      has_changed |= (event.mask & IN_Q_OVERFLOW) != 0 || (event.len > 0 && aim_.meets(name));
      at += sizeof event + event.len;
    }
  }
}

}  // namespace malinka::agent::os
