// SPDX-License-Identifier: MIT
// Frames put together to messages, as they arrive in pieces of any size. RFC 6455 section 5.4.

#pragma once

#include <memory>
#include <optional>
#include <span>

#include "base/shared_budget.h"
#include "malinka/result.h"
#include "wire/decoded_message.h"
#include "wire/frame.h"
#include "wire/message_assembly.h"

namespace malinka::wire {

/// Decodes what one sender sends. A message that lies whole in the input is given as a view into
/// it, unmasked in place; only what is incomplete is copied and kept, message_bytes_max at most,
/// and as far as a budget goes that all decoders share. Text is refused by the first byte that
/// makes it none, however much is still to come. A longer message is reported once, as soon as its
/// headers announce it, and one that the budget has no room for as soon as that shows; then it is
/// read past, and the connection can go on. **Loop-bound.**
class MessageDecoder {
 public:
  /// Without a budget, message_bytes_max alone bounds what is kept.
  MessageDecoder(Role sender, std::size_t message_bytes_max, SharedBudget* budget = nullptr)
      : sender_(sender), message_bytes_max_(message_bytes_max), budget_(budget) {}

  /// For the frames that begin from now on.
  void set_message_bytes_max(std::size_t limit) { message_bytes_max_ = limit; }

  /// Takes the next message from the front of `input`, or all of it where more is needed: then
  /// there is none. What is taken is unmasked in place; what is left may as well be given later.
  /// After an error the decoder is done, and gives that error again. Errors: FrameError.
  [[nodiscard]] Result<std::optional<DecodedMessage>> next(std::span<std::byte>& input);

  /// True where nothing of a message or frame has come that was not told.
  [[nodiscard]] bool is_between_messages() const {
    return !assembly_ || assembly_->is_between_messages();
  }

  /// What the decoder keeps of an incomplete message, in bytes.
  [[nodiscard]] std::size_t kept_bytes() const { return assembly_ ? assembly_->kept_bytes() : 0; }

 private:
  [[nodiscard]] Result<std::optional<DecodedMessage>> decode(std::span<std::byte>& input);
  [[nodiscard]] Result<std::optional<DecodedMessage>> take_whole(std::span<std::byte>& input);

  const Role sender_;
  std::optional<FrameError> failure_;  ///< What ended it.
  std::size_t message_bytes_max_;
  SharedBudget* budget_;
  /// Null between messages, as nearly always: an idle connection keeps no memory.
  std::unique_ptr<MessageAssembly> assembly_;
};

}  // namespace malinka::wire
