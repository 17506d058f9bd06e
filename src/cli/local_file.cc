// SPDX-License-Identifier: MIT
#include "cli/local_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <system_error>

#include "base/files.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/try.h"
#include "base/unique_fd.h"

namespace malinka::cli {
namespace {

constexpr mode_t permission_bits = 0777;
constexpr mode_t default_mode = 0644;

std::unexpected<Failure> failure_at(const std::string& path, int error_number) {
  return local_failure(path + ": " + std::system_category().message(error_number));
}

Attempt<void> write_all(int fd, const std::string& path, ByteView content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure_at(path, errno);
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

mode_t parse_mode(const std::string& octal) {
  unsigned mode = default_mode;
  std::from_chars(octal.data(), octal.data() + octal.size(), mode, 8);
  return mode & permission_bits;
}

/// Where a link leads to; the path itself where nothing is there yet.
std::string resolved(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? real.get() : path;
}

}  // namespace

std::string too_large_text(const std::string& path) {
  return fmt::format(
      "{}: larger than {} MiB; such files, and folders with -r, come with streams in a later "
      "version",
      path, limits::file_message_bytes_max >> 20);
}

Attempt<LocalFile> read_local_file(const std::string& path) {
  const bool is_input = path == "-";
  struct stat status{};
  if (!is_input && ::stat(path.c_str(), &status) != 0) return failure_at(path, errno);
  if (S_ISDIR(status.st_mode))
    return local_failure(path + " is a folder; folders come with streams in a later version");
  auto content = base::read_file(is_input ? "/dev/stdin" : path, limits::file_message_bytes_max);
  if (!content && content.error().code == std::errc::file_too_large)
    return local_failure(too_large_text(path));
  if (!content) return local_failure(path + ": " + content.error().code.message());
  const std::string mode = is_input ? "" : fmt::format("{:04o}", status.st_mode & permission_bits);
  return LocalFile{std::move(*content), mode};
}

bool is_local_folder(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

Attempt<void> write_local_file(const std::string& path, ByteView content,
                               const std::string& octal_mode, Overwrite overwrite) {
  const std::string goal = resolved(path);
  struct stat status{};
  const bool is_there = ::stat(goal.c_str(), &status) == 0;
  if (is_there && !S_ISREG(status.st_mode)) {
    const UniqueFd special(::open(goal.c_str(), O_WRONLY | O_CLOEXEC));
    return special.is_open() ? write_all(special.get(), path, content) : failure_at(path, errno);
  }
  const auto exists = [&path] {
    return std::unexpected(Failure{ExitCode::failed,
                                   {},
                                   static_cast<int>(ResponseCode::conflict),
                                   path + " is there already; -f overwrites it"});
  };
  if (is_there && overwrite == Overwrite::no) return exists();

  const std::string temporary = goal + ".malinka-" + base::random_text(48);
  const mode_t mode = is_there ? status.st_mode & permission_bits : parse_mode(octal_mode);
  UniqueFd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file.is_open()) return failure_at(path, errno);
  auto written = write_all(file.get(), path, content);
  if (written && ::close(file.release()) != 0) written = failure_at(path, errno);
  const unsigned flags = overwrite == Overwrite::yes ? 0 : RENAME_NOREPLACE;
  if (written && ::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, goal.c_str(), flags) != 0)
    written = errno == EEXIST ? Attempt<void>(exists()) : failure_at(path, errno);
  if (!written) (void)::unlink(temporary.c_str());
  return written;
}

}  // namespace malinka::cli
