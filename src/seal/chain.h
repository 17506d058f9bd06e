// SPDX-License-Identifier: MIT
// One direction of sealed messages: a key, a counter that only rises, and generations whose keys do
// not lead back. docs/protocol.md section 8, Data.

#pragma once

#include <cstdint>
#include <span>

#include "base/clock.h"
#include "malinka/result.h"
#include "seal/form.h"
#include "seal/primitives.h"

namespace malinka::seal {

/// Who seals. **Loop-bound.**
class SendingChain {
 public:
  SendingChain(BoxKind kind, const Id& id, const Secret& key, Steady now);

  /// The whole blob: header and box over `plaintext`, its pieces in a row. Raises the generation
  /// first where that is due.
  [[nodiscard]] Bytes seal(std::span<const ByteView> plaintext, Steady now);

  [[nodiscard]] const Id& id() const { return id_; }
  [[nodiscard]] const Secret& key() const { return key_; }
  [[nodiscard]] std::uint32_t generation() const { return generation_; }
  /// The counter that the next message will have.
  [[nodiscard]] std::uint64_t next() const { return next_; }

 private:
  [[nodiscard]] bool is_due(Steady now) const;
  void raise(Steady now);

  BoxKind kind_;
  Id id_;
  Secret key_;
  std::uint32_t generation_ = 0;
  std::uint64_t next_ = 0;
  std::uint64_t messages_ = 0;  // In this generation, as are the bytes.
  std::uint64_t bytes_ = 0;
  Steady raised_at_;
};

enum class ChainError { not_new = 1, too_far_ahead, not_genuine };
std::string_view describe(ChainError error);
inline std::error_code make_error_code(ChainError error) {
  return base::error_code_of(error, "sealed box");
}

/// What was in a box.
struct Opened {
  Bytes plaintext;
  std::uint64_t lost = 0;  ///< How many messages before it did not come.
};

/// Who opens. Nothing in it changes by a box that does not open. **Loop-bound.**
class ReceivingChain {
 public:
  explicit ReceivingChain(const Secret& key, std::uint32_t generation = 0, std::uint64_t next = 0)
      : key_(key), generation_(generation), next_(next) {}

  /// Errors: ChainError.
  [[nodiscard]] Result<Opened> open(const SealedBox& sealed);

  /// Passes over what comes before `next`: a later welcome said that it is old.
  void skip_to(std::uint64_t next);
  /// The least counter that may come.
  [[nodiscard]] std::uint64_t next() const { return next_; }

 private:
  Secret key_;
  std::uint32_t generation_;
  std::uint64_t next_;
};

}  // namespace malinka::seal

template <>
struct std::is_error_code_enum<malinka::seal::ChainError> : std::true_type {};
