// SPDX-License-Identifier: MIT
#include "agent/os/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/try.h"

namespace malinka::agent::os {

bool FolderChanges::may_be(std::string_view name) const {
  return has_lost_some || std::ranges::find(names, name) != names.end();
}

bool FolderChanges::may_begin_with(std::string_view prefix) const {
  return has_lost_some ||
         std::ranges::any_of(names, [&](const auto& name) { return name.starts_with(prefix); });
}

Result<std::unique_ptr<FolderWatch>> FolderWatch::open(net::Loop& loop, const std::string& folder,
                                                       std::uint32_t events, Sink sink) {
  UniqueFd inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify.is_open()) return fail_errno(errno, "inotify");
  if (::inotify_add_watch(inotify.get(), folder.c_str(), events | IN_ONLYDIR) < 0)
    return fail_errno(errno, folder);
  std::unique_ptr<FolderWatch> watch(new FolderWatch(loop, std::move(inotify), std::move(sink)));
  TRY_VOID(loop.watch(watch->inotify_.get(), *watch));
  return watch;
}

FolderWatch::FolderWatch(net::Loop& loop, UniqueFd inotify, Sink sink)
    : loop_(loop), inotify_(std::move(inotify)), sink_(std::move(sink)) {}

FolderWatch::~FolderWatch() { loop_.forget(inotify_.get()); }

void FolderWatch::on_ready(net::Readiness readiness) noexcept {
  if (!readiness.is_readable) return;
  const FolderChanges changes = read_changes();
  if (!changes.names.empty() || changes.has_lost_some) sink_(changes);
}

/// Reads all that there is, as the loop tells it once.
FolderChanges FolderWatch::read_changes() {
  alignas(inotify_event) std::array<char, 4096> buffer;
  FolderChanges changes;
  for (;;) {
    const ssize_t bytes = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) return changes;
    for (std::size_t at = 0; at < static_cast<std::size_t>(bytes);) {
      inotify_event event{};
      std::memcpy(&event, &buffer.at(at), sizeof event);
      if ((event.mask & IN_Q_OVERFLOW) != 0) changes.has_lost_some = true;
      if (event.len > 0) changes.names.emplace_back(buffer.data() + at + sizeof event);
      at += sizeof event + event.len;
    }
  }
}

}  // namespace malinka::agent::os
