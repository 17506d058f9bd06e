// SPDX-License-Identifier: MIT
#include "base/private_files.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/files.h"
#include "base/random.h"
#include "base/try.h"

namespace malinka::base {
namespace {

constexpr mode_t private_file = 0600;
constexpr mode_t private_folder = 0700;
constexpr unsigned temporary_name_bits = 64;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string home_folder() {
  if (std::string home = environment("HOME"); !home.empty()) return home;
  const passwd* const user = ::getpwuid(::getuid());
  return user == nullptr ? "" : user->pw_dir;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

/// Makes the folder, and those that it stands in.
Result<void> make_folder(const std::string& folder) {
  if (folder.empty() || ::mkdir(folder.c_str(), private_folder) == 0 || errno == EEXIST) return {};
  if (errno != ENOENT) return fail_errno(errno, folder);
  TRY_VOID(make_folder(folder_of(folder)));
  if (::mkdir(folder.c_str(), private_folder) == 0 || errno == EEXIST) return {};
  return fail_errno(errno, folder);
}

Result<void> write_all(const UniqueFd& file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_errno(errno, path);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

/// What replaces a file belongs to whom that did: root may write what a service is to read.
Result<void> keep_owner(const UniqueFd& file, const std::string& replaced) {
  struct stat old{};
  if (::lstat(replaced.c_str(), &old) != 0) return {};
  if (::fchown(file.get(), old.st_uid, old.st_gid) == 0) return {};
  return fail_errno(errno, replaced);
}

Result<void> write_new_file(const std::string& path, std::string_view text,
                            const std::string& replaced) {
  const UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, private_file));
  if (!file.is_open()) return fail_errno(errno, path);
  TRY_VOID(keep_owner(file, replaced));
  TRY_VOID(write_all(file, text, path));
  if (::fsync(file.get()) != 0) return fail_errno(errno, path);
  return {};
}

/// So that a power cut does not take the new name away. Where that cannot be had, the file is there
/// nevertheless.
void sync_folder(const std::string& folder) {
  const UniqueFd opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC));
  if (opened.is_open()) (void)::fsync(opened.get());
}

/// Writes a new file beside `path`, and has `place` put it there.
template <typename Place>
Result<void> put_private_file(const std::string& path, std::string_view text, Place place) {
  const std::string folder = folder_of(path);
  TRY_VOID(make_folder(folder));
  const std::string temporary = path + '.' + random_text(temporary_name_bits);
  auto written = write_new_file(temporary, text, path);
  if (written && place(temporary.c_str(), path.c_str()) != 0) written = fail_errno(errno, path);
  if (!written) (void)::unlink(temporary.c_str());
  if (written) sync_folder(folder);
  return written;
}

}  // namespace

Result<std::string> state_folder() {
  if (const std::string given = environment("STATE_DIRECTORY"); !given.empty())
    return given.substr(0, given.find(':'));
  const std::string home = home_folder();
  if (home.empty()) return fail(std::errc::no_such_file_or_directory, "the user's home folder");
  return home + "/.local/state/malinka";
}

Result<void> write_private_file(const std::string& path, std::string_view text) {
  return put_private_file(path, text,
                          [](const char* from, const char* to) { return ::rename(from, to); });
}

Result<void> create_private_file(const std::string& path, std::string_view text) {
  return put_private_file(path, text, [](const char* from, const char* to) {
    return ::link(from, to) == 0 ? ::unlink(from) : -1;
  });
}

Result<LockedFile> LockedFile::open(const std::string& path) {
  TRY_VOID(make_folder(folder_of(path)));
  UniqueFd file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, private_file));
  if (!file.is_open()) return fail_errno(errno, path);
  while (::flock(file.get(), LOCK_EX) != 0)
    if (errno != EINTR) return fail_errno(errno, path);
  return LockedFile(std::move(file), path);
}

Result<std::string> LockedFile::read(std::size_t bytes_max) const {
  return read_file("/proc/self/fd/" + std::to_string(file_.get()), bytes_max);
}

Result<void> LockedFile::append_line(std::string_view line) const {
  char last = '\n';
  const off_t size = ::lseek(file_.get(), 0, SEEK_END);
  if (size > 0 && ::pread(file_.get(), &last, 1, size - 1) != 1) return fail_errno(errno, path_);
  std::string text(last == '\n' ? "" : "\n");
  text += line;
  text += '\n';
  return write_all(file_, text, path_);
}

}  // namespace malinka::base
