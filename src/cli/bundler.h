// SPDX-License-Identifier: MIT
// Small files on their way to devices. Those that are ready while others are on their way wait for
// them, and then go together, in one message: what a message costs is more than what a small file
// does.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"
#include "base/limits.h"
#include "cli/exit_code.h"
#include "cli/session.h"

namespace malinka::cli {

/// **Thread-safe.**
class Bundler {
 public:
  /// A chunk: the largest file that goes by this way.
  static constexpr std::size_t file_bytes_max = limits::stream_chunk_bytes_max;

  /// The entry that the device gives it.
  using Outcome = Attempt<std::shared_ptr<const Json>>;

  /// `session` must outlive it.
  explicit Bundler(Session& session) : session_(session) {}

  /// Writes one file, and waits for that; `wish` is the value of files.write. Errors: those of
  /// Session::ask.
  [[nodiscard]] Outcome write(const std::string& device, const Json& wish, const Bytes& content);

 private:
  struct File {
    const Json& wish;
    const Bytes& content;
    std::optional<Outcome> outcome{};
    std::condition_variable has_changed{};
  };
  using Bundle = std::vector<File*>;

  /// The way to one device.
  struct Lane {
    std::string device;
    std::deque<File*> waiting{};
    std::size_t messages = 0;                    // On their way.
    std::size_t message_bytes = file_bytes_max;  // As much as goes in one now.
    bool takes_bundles = true;
  };

  [[nodiscard]] bool may_send(const Lane& lane) const;
  void send_some(Lane& lane, std::unique_lock<std::mutex>& lock);
  /// Nothing where the device is older than bundles.
  [[nodiscard]] std::optional<std::vector<Outcome>> send(const Lane& lane, const Bundle& bundle);
  [[nodiscard]] Outcome send_one(const Lane& lane, const File& file);
  [[nodiscard]] Attempt<Reply> ask(const Lane& lane, std::string command, const Json& value,
                                   Bytes content);

  Session& session_;
  std::mutex mutex_;  // For all below.
  std::map<std::string, Lane> lanes_;
};

}  // namespace malinka::cli
