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

  [[nodiscard]] ByteView view() const { return bytes_ ? ByteView(*bytes_) : ByteView(); }
  [[nodiscard]] std::size_t size() const { return bytes_ ? bytes_->size() : 0; }
  [[nodiscard]] bool empty() const { return size() == 0; }

 private:
  std::shared_ptr<const Bytes> bytes_;
};

}  // namespace malinka
