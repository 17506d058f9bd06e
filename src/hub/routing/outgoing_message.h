// SPDX-License-Identifier: MIT
// One message on its way to many: stamped once, and framed once in each form that a recipient
// needs.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "hub/channel/member.h"
#include "hub/metrics/counters.h"
#include "protocol/envelope.h"

namespace malinka::hub {

/// **Loop-bound**; lives while a message is routed. Its views lie in the message that came in.
class OutgoingMessage {
 public:
  /// A form of the message once it was needed: framed, or why it cannot be.
  struct Form {
    ParcelRef parcel;
    std::uint64_t payload_bytes = 0;
    ResponseCode obstacle = ResponseCode::done;
  };

  /// `blob` is that of a binary message; nothing for a text message.
  OutgoingMessage(QueueMemory& memory, Counters& counters, const Member& sender,
                  const protocol::Envelope& envelope, std::optional<ByteView> blob);

  /// Queues the copy of one recipient. Gives why it was not queued, or nothing when it was. A
  /// message is sent as it came, but a binary one as text to whom takes text only. Section 5.
  [[nodiscard]] std::optional<ResponseCode> deliver_to(Member& recipient);

  /// The message as text; for one without a blob, which is that for everyone.
  [[nodiscard]] const Form& text_for_all();

  [[nodiscard]] const ParcelLabel& label() const { return label_; }

 private:
  [[nodiscard]] const Form& form_for(const Profile& recipient);
  [[nodiscard]] Form make_text() const;
  [[nodiscard]] Form make_binary() const;
  [[nodiscard]] Form convert_to_text() const;
  [[nodiscard]] Form frame_text(std::string_view text) const;

  QueueMemory& memory_;
  Counters& counters_;
  ParcelLabel label_;
  std::string envelope_;  // Stamped.
  std::optional<ByteView> blob_;
  std::optional<Form> text_;
  std::optional<Form> binary_;
};

}  // namespace malinka::hub
