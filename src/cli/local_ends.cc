// SPDX-License-Identifier: MIT
#include "cli/local_ends.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/file_sink.h"
#include "base/file_source.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"
#include "base/unique_fd.h"

namespace malinka::cli {
namespace {

constexpr mode_t permission_bits = 0777;
constexpr mode_t default_mode = 0644;

std::unexpected<Failure> failure_at(const std::string& path, int error_number) {
  return local_failure(path + ": " + std::system_category().message(error_number));
}

std::unexpected<Failure> failure_at(const std::string& path, const Error& error) {
  return local_failure(path + ": " + error.code.message());
}

std::unexpected<Failure> exists(const std::string& path) {
  return std::unexpected(Failure{ExitCode::failed,
                                 {},
                                 static_cast<int>(ResponseCode::conflict),
                                 path + " is there already; -f overwrites it"});
}

std::string format_modified(const struct stat& status) {
  tm parts{};
  if (gmtime_r(&status.st_mtim.tv_sec, &parts) == nullptr || parts.tm_year >= 8100) return {};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     status.st_mtim.tv_nsec / 1'000'000);
}

void set_modified(int fd, const std::string& modified) {
  tm parts{};
  const char* const rest = strptime(modified.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return;
  timespec time{.tv_sec = timegm(&parts), .tv_nsec = 0};
  if (*rest == '.') time.tv_nsec = std::atoi(std::string(rest + 1, 3).c_str()) * 1'000'000L;
  const timespec times[] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, time};
  (void)futimens(fd, times);  // A file system that keeps no times still has the content.
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

Attempt<void> write_all(int fd, const std::string& path, ByteView content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure_at(path, errno);
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

class LocalSource final : public CopySource {
 public:
  explicit LocalSource(std::string path) : path_(std::move(path)) {}

  Attempt<FileFacts> look() override {
    if (is_input()) return FileFacts{};
    struct stat status{};
    if (::stat(path_.c_str(), &status) != 0) return failure_at(path_, errno);
    if (S_ISDIR(status.st_mode)) return local_failure(path_ + " is a folder; -r copies it");
    FileFacts facts{.bytes = {},
                    .mode = fmt::format("{:04o}", status.st_mode & permission_bits),
                    .modified = format_modified(status)};
    if (S_ISREG(status.st_mode)) facts.bytes = static_cast<std::uint64_t>(status.st_size);
    return facts;
  }

  Attempt<void> begin(std::uint64_t offset) override {
    UniqueFd fd(is_input() ? ::dup(STDIN_FILENO) : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.is_open()) return failure_at(path_, errno);
    source_.emplace(std::move(fd), offset);
    while (true) {
      const auto done = source_->skip_some();
      if (!done) return failure_at(path_, done.error());
      if (*done) return {};
    }
  }

  Attempt<StreamBytes> read() override {
    auto bytes = source_->read(limits::stream_chunk_bytes_max);
    if (!bytes) return failure_at(path_, bytes.error());
    return std::make_shared<const Bytes>(*std::move(bytes));
  }

  Attempt<std::string> hash() override { return source_->finish_hash(); }
  [[nodiscard]] bool can_begin_again() const override { return !is_input(); }

 private:
  [[nodiscard]] bool is_input() const { return path_ == "-"; }

  std::string path_;
  std::optional<base::FileSource> source_;
};

/// Beside its goal under a name of its transfer until it is whole, as a device does it.
class LocalFileSink final : public CopySink {
 public:
  LocalFileSink(std::string path, Overwrite overwrite)
      : path_(std::move(path)), goal_(resolved(path_)), overwrite_(overwrite) {}

  Attempt<std::uint64_t> begin(const FileFacts& facts, const std::string& transfer) override {
    facts_ = facts;
    if (is_there() && overwrite_ == Overwrite::no) return exists(path_);
    const std::string folder = goal_.substr(0, goal_.rfind('/') + 1);
    part_ = folder + ".malinka-" + transfer + ".part";
    sink_.reset();  // Its lock, too.
    UniqueFd fd(::open(part_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd.is_open()) return failure_at(path_, errno);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
      return local_failure(path_ + ": another malinka is copying it at this moment");
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return failure_at(path_, errno);
    auto size = static_cast<std::uint64_t>(status.st_size);
    if (!facts.bytes || size > *facts.bytes) {
      if (::ftruncate(fd.get(), 0) != 0) return failure_at(path_, errno);
      size = 0;
    }
    sink_.emplace(std::move(fd), size);
    while (true) {
      const auto done = sink_->catch_up();
      if (!done) return failure_at(path_, done.error());
      if (*done) return size;
    }
  }

  Attempt<void> write(const StreamBytes& bytes) override {
    if (const auto written = sink_->append(*bytes); !written) {
      discard();
      return failure_at(path_, written.error());
    }
    return {};
  }

  Attempt<std::shared_ptr<const Json>> finish(const std::string& hash) override {
    struct stat old{};
    const bool replaces = ::stat(goal_.c_str(), &old) == 0;
    const mode_t mode = replaces ? old.st_mode & permission_bits : parse_mode(facts_.mode);
    const auto seen = sink_->finish();
    if (!seen || *seen != hash) {
      discard();
      if (!seen) return failure_at(path_, seen.error());
      return local_failure(path_ +
                           ": what arrived is not what was sent (its hash differs): try again");
    }
    (void)::fchmod(sink_->fd().get(), mode);  // FAT has no modes.
    set_modified(sink_->fd().get(), facts_.modified);
    const unsigned flags = overwrite_ == Overwrite::yes ? 0 : RENAME_NOREPLACE;
    if (::renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, goal_.c_str(), flags) != 0)
      return errno == EEXIST ? exists(path_) : failure_at(path_, errno);
    return nullptr;
  }

  [[nodiscard]] bool can_begin_again() const override { return true; }

 private:
  [[nodiscard]] bool is_there() const {
    struct stat status{};
    return ::lstat(goal_.c_str(), &status) == 0;
  }
  void discard() { (void)::unlink(part_.c_str()); }

  std::string path_;  // As it was given.
  std::string goal_;
  Overwrite overwrite_;
  FileFacts facts_;
  std::string part_;
  std::optional<base::FileSink> sink_;
};

/// A pipe, a device, or standard output: what is written there cannot be taken back.
class LocalStreamSink final : public CopySink {
 public:
  explicit LocalStreamSink(std::string path) : path_(std::move(path)) {}

  Attempt<std::uint64_t> begin(const FileFacts&, const std::string&) override {
    fd_ =
        UniqueFd(path_ == "-" ? ::dup(STDOUT_FILENO) : ::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd_.is_open()) return failure_at(path_, errno);
    return 0;
  }
  Attempt<void> write(const StreamBytes& bytes) override {
    hash_.add(*bytes);
    return write_all(fd_.get(), path_, *bytes);
  }
  Attempt<std::shared_ptr<const Json>> finish(const std::string& hash) override {
    if (hash_.finish_hex() != hash)
      return local_failure("what arrived is not what was sent (its hash differs)");
    return nullptr;
  }
  [[nodiscard]] bool can_begin_again() const override { return false; }

 private:
  std::string path_;
  UniqueFd fd_;
  base::Sha256 hash_;
};

bool is_special(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

}  // namespace

std::unique_ptr<CopySource> make_local_source(const std::string& path) {
  return std::make_unique<LocalSource>(path);
}

std::unique_ptr<CopySink> make_local_sink(const std::string& path, Overwrite overwrite) {
  if (path == "-" || is_special(path)) return std::make_unique<LocalStreamSink>(path);
  return std::make_unique<LocalFileSink>(path, overwrite);
}

bool is_local_folder(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace malinka::cli
