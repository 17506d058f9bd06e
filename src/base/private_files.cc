// SPDX-License-Identifier: MIT
#include "base/private_files.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/random.h"
#include "base/try.h"
#include "base/unique_fd.h"

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

Result<void> write_new_file(const std::string& path, std::string_view text) {
  const UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, private_file));
  if (!file.is_open()) return fail_errno(errno, path);
  TRY_VOID(write_all(file, text, path));
  if (::fsync(file.get()) != 0) return fail_errno(errno, path);
  return {};
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
  TRY_VOID(make_folder(folder_of(path)));
  const std::string temporary = path + '.' + random_text(temporary_name_bits);
  auto written = write_new_file(temporary, text);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = fail_errno(errno, path);
  if (!written) (void)::unlink(temporary.c_str());
  return written;
}

Result<void> append_private_file(const std::string& path, std::string_view text) {
  TRY_VOID(make_folder(folder_of(path)));
  const UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, private_file));
  if (!file.is_open()) return fail_errno(errno, path);
  return write_all(file, text, path);
}

}  // namespace malinka::base
