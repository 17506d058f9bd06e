// SPDX-License-Identifier: MIT
// Immutable bytes with many owners: what a message is once it has been framed.

#pragma once

#include <memory>
#include <utility>

#include "base/bytes.h"

namespace malinka {

/// Copies share the bytes, which never change. **Value**, and the only payload that crosses
/// threads.
class SharedBytes {
 public:
  SharedBytes() = default;
  explicit SharedBytes(Bytes bytes) : bytes_(std::make_shared<const Bytes>(std::move(bytes))) {}
  /// The same bytes, which now also keep `owner` alive: for what counts them for as long as they
  /// are used.
  template <typename Owner>
  [[nodiscard]] SharedBytes kept_with(std::shared_ptr<Owner> owner) const {
    return SharedBytes(std::shared_ptr<const Bytes>(std::move(owner), bytes_.get()));
  }

  [[nodiscard]] ByteView view() const { return bytes_ ? ByteView(*bytes_) : ByteView(); }
  [[nodiscard]] std::size_t size() const { return bytes_ ? bytes_->size() : 0; }
  [[nodiscard]] bool empty() const { return size() == 0; }

 private:
  explicit SharedBytes(std::shared_ptr<const Bytes> bytes) : bytes_(std::move(bytes)) {}

  std::shared_ptr<const Bytes> bytes_;
};

}  // namespace malinka
