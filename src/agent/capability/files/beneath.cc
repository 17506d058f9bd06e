// SPDX-License-Identifier: MIT
#include "agent/capability/files/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <optional>

#include "agent/capability/files/files_error.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

/// openat2 gives up with EAGAIN where something was renamed while it resolved `..`.
constexpr int attempts_max = 16;

/// -1 with errno, as the system calls have it.
int open_beneath(const UniqueFd& root, const std::string& relative, int flags) {
  open_how how{};
  how.flags = static_cast<__u64>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const long fd = syscall(SYS_openat2, root.get(), relative.c_str(), &how, sizeof(how));
    if (fd >= 0 || errno != EAGAIN) return static_cast<int>(fd);
  }
  return -1;
}

std::optional<std::string> read_canonical_path(const UniqueFd& fd) {
  std::array<char, limits::files_path_bytes_max> target{};
  const ssize_t size = readlink(descriptor_path(fd).c_str(), target.data(), target.size());
  if (size <= 0 || target[0] != '/') return {};
  return std::string(target.data(), static_cast<std::size_t>(size));
}

/// RESOLVE_BENEATH refuses absolute links, also those to a place below the root. Where the kernel
/// finds the path to end below the root after all, it is opened by its canonical name, again
/// beneath the root: a race can only fail.
int open_canonical(const UniqueFd& root, const Place& place, int flags) {
  const UniqueFd found(open(place.path.c_str(), O_PATH | O_CLOEXEC | (flags & O_NOFOLLOW)));
  const std::optional<std::string> path = read_canonical_path(found);
  const std::optional<std::string> root_path = read_canonical_path(root);
  errno = EXDEV;
  if (!path || !root_path) return -1;
  const Result<Place> canonical = Roots({*root_path}).find(*path);
  errno = EXDEV;
  return canonical ? open_beneath(root, canonical->relative, flags) : -1;
}

bool is_link(const UniqueFd& root, const Place& place) {
  const UniqueFd fd(open_beneath(root, place.relative, O_PATH | O_NOFOLLOW));
  struct stat status{};
  return fd.is_open() && fstat(fd.get(), &status) == 0 && S_ISLNK(status.st_mode);
}

}  // namespace

Result<UniqueFd> open_place(const Place& place, int flags) {
  const UniqueFd root(open(place.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.is_open()) return fail_errno(errno, place.root);
  UniqueFd fd(open_beneath(root, place.relative, flags));
  if (!fd.is_open() && errno == EXDEV) fd.reset(open_canonical(root, place, flags));
  if (fd.is_open()) return fd;
  const int error_number = errno;
  if (error_number == EXDEV) return fail(FilesError::leads_out, place.path);
  if (error_number == ENOENT && (flags & O_NOFOLLOW) == 0 && is_link(root, place))
    return fail(FilesError::broken_link, place.path);
  return fail_errno(error_number, place.path);
}

Result<Child> open_parent(const Place& place) {
  if (place.is_root()) return fail(FilesError::is_root, place.path);
  const std::size_t slash = place.relative.rfind('/');
  const bool is_at_top = slash == std::string::npos;
  std::string name = is_at_top ? place.relative : place.relative.substr(slash + 1);
  if (name == "..") return fail(FilesError::not_a_name, place.path);
  const Place parent{place.path.substr(0, place.path.size() - name.size()), place.root,
                     is_at_top ? "." : place.relative.substr(0, slash)};
  return Child{TRY(open_place(parent, O_PATH | O_DIRECTORY)), std::move(name)};
}

std::string descriptor_path(const UniqueFd& fd) {
  return "/proc/self/fd/" + std::to_string(fd.get());
}

Result<UniqueFd> reopen(const UniqueFd& fd, int flags, const Place& place) {
  UniqueFd again(open(descriptor_path(fd).c_str(), flags | O_CLOEXEC));
  if (!again.is_open()) return fail_errno(errno, place.path);
  return again;
}

}  // namespace malinka::agent::files
