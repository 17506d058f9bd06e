// SPDX-License-Identifier: MIT
// A stream: bytes in both directions between who asked and the device that accepted, each as fast
// as the other end takes them. docs/protocol.md section 7.

#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "malinka/message.h"

namespace malinka {

/// Why a stream was given up before its end.
struct StreamFailure {
  int code = 0;       ///< spec/errors.json.
  std::string error;  ///< For a person.
};

/// What comes with one chunk; copies share it.
using StreamBytes = std::shared_ptr<const std::vector<std::byte>>;

/// What one end of a stream tells its owner, on the thread that it lives on and never inside a call
/// to it.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;

  /// The next bytes, in order. They count against what this end can receive until StreamEnd::take
  /// is called for as many.
  virtual void on_chunk(const StreamBytes& bytes) noexcept = 0;
  /// StreamEnd::has_room is true again.
  virtual void on_room() noexcept = 0;
  /// The other end sends no more. What a device says last has a value: JSON text, may be empty.
  virtual void on_end(std::string value) noexcept = 0;
  /// The last call: both ends have ended in order, or the stream was given up. The owner may
  /// destroy the end now, or at any other time.
  virtual void on_over(const std::optional<StreamFailure>& failure) noexcept = 0;
};

/// One end of a stream. **Loop-bound**: it lives on the thread of its handler. Destroying it before
/// its end gives the stream up.
class StreamEnd {
 public:
  virtual ~StreamEnd() = default;

  /// Whether it is time to send: little waits already.
  [[nodiscard]] virtual bool has_room() const = 0;
  /// Sends all of it, in order, when there is credit. Without has_room(), that only makes more wait
  /// here; the owner is to stop. Does nothing once this end has ended or the stream is over.
  virtual void send(std::vector<std::byte> bytes) = 0;
  /// So many bytes of what came were dealt with: the other end may send more.
  virtual void take(std::size_t bytes) = 0;
  /// No more follows what was sent. `value` is JSON text, or empty.
  virtual void end(std::string value) = 0;
  /// Gives both directions up; on_over is all that is still told, in a later turn.
  virtual void abort(StreamFailure why) = 0;
};

/// One end of a stream for programs with threads: its calls wait. **Thread-safe**: one thread may
/// read while another writes. Destroying it before its end gives the stream up.
class Stream {
 public:
  template <typename T>
  using Outcome = std::expected<T, StreamFailure>;

  virtual ~Stream() = default;

  /// Waits for the next bytes; null once the other end has ended.
  [[nodiscard]] virtual Outcome<StreamBytes> read() = 0;
  /// Waits until little enough waits to be sent, and takes `bytes` over.
  [[nodiscard]] virtual Outcome<void> write(std::vector<std::byte> bytes) = 0;
  /// No more will be written. `value` is JSON text, or empty.
  virtual void end(std::string value = {}) = 0;
  /// Waits for the other end's end, passing over what still comes, and gives its value.
  [[nodiscard]] virtual Outcome<std::string> result() = 0;
  /// Gives it up; whoever waits in one of the calls above is told `why`. Does not wait.
  virtual void abort(StreamFailure why) = 0;
};

}  // namespace malinka
