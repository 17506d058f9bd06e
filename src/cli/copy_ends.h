// SPDX-License-Identifier: MIT
// The two ends of a copy: where a file comes from and where it goes to, be that here or on a
// device. Each may be begun again where an attempt broke off.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "cli/target.h"
#include "malinka/stream.h"

namespace malinka::cli {

/// What is known of a file before it is copied.
struct FileFacts {
  std::optional<std::uint64_t> bytes;  ///< Nothing: it ends when it ends.
  std::string mode;                    ///< Octal, as 0644; empty where there is none.
  std::string modified;                ///< RFC 3339 with Z; empty where it is not known.
};

enum class Overwrite : std::uint8_t { no, yes };

/// A file to read. May wait.
class CopySource {
 public:
  virtual ~CopySource() = default;

  [[nodiscard]] virtual Attempt<FileFacts> look() = 0;
  /// Reads from `offset` on, whatever was read before.
  [[nodiscard]] virtual Attempt<void> begin(std::uint64_t offset) = 0;
  /// The next bytes; empty at the end.
  [[nodiscard]] virtual Attempt<StreamBytes> read() = 0;
  /// The hash of the whole file, once its end was read.
  [[nodiscard]] virtual Attempt<std::string> hash() = 0;
  /// Whether begin() may be called a second time.
  [[nodiscard]] virtual bool can_begin_again() const = 0;
};

/// A file to write. May wait.
class CopySink {
 public:
  virtual ~CopySink() = default;

  /// Gives how many bytes are there already of an earlier attempt at `transfer`.
  [[nodiscard]] virtual Attempt<std::uint64_t> begin(const FileFacts& facts,
                                                     const std::string& transfer) = 0;
  [[nodiscard]] virtual Attempt<void> write(const StreamBytes& bytes) = 0;
  /// Puts the file in its place, if it has that hash. Gives its entry, as files.stat has it; null
  /// where it is no file.
  [[nodiscard]] virtual Attempt<std::shared_ptr<const Json>> finish(const std::string& hash) = 0;
  [[nodiscard]] virtual bool can_begin_again() const = 0;
};

}  // namespace malinka::cli
