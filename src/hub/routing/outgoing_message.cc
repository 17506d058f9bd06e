// SPDX-License-Identifier: MIT
#include "hub/routing/outgoing_message.h"

#include "base/assert.h"
#include "base/limits.h"
#include "hub/session/framing.h"
#include "protocol/binary_message.h"

namespace malinka::hub {

OutgoingMessage::OutgoingMessage(QueueMemory& memory, Counters& counters, const Member& sender,
                                 const protocol::Envelope& envelope, std::optional<ByteView> blob)
    : memory_(memory),
      counters_(counters),
      label_{.type = envelope.type,
             .sender = sender.id(),
             .sender_name = sender.name(),
             .message_id = std::string(envelope.id),
             .expires_at = envelope.expires_at},
      envelope_(protocol::stamp_originator(envelope, sender.name())),
      blob_(blob) {}

std::optional<ResponseCode> OutgoingMessage::deliver_to(Member& recipient) {
  const Form& form = form_for(recipient.profile());
  if (form.obstacle != ResponseCode::done) return form.obstacle;
  if (form.payload_bytes > recipient.profile().message_bytes_max) return ResponseCode::too_large;
  if (!recipient.queue(form.parcel)) return ResponseCode::unavailable;
  return std::nullopt;
}

const OutgoingMessage::Form& OutgoingMessage::text_for_all() {
  ASSERT(!blob_);
  if (!text_) text_ = make_text();
  return *text_;
}

const OutgoingMessage::Form& OutgoingMessage::form_for(const Profile& recipient) {
  const bool is_sent_binary = blob_ && recipient.takes_binary;
  std::optional<Form>& form = is_sent_binary ? binary_ : text_;
  if (!form) form = is_sent_binary ? make_binary() : make_text();
  return *form;
}

OutgoingMessage::Form OutgoingMessage::make_text() const {
  return blob_ ? convert_to_text() : frame_text(envelope_);
}

/// The stamp may have made the envelope longer than its sender was allowed to.
OutgoingMessage::Form OutgoingMessage::make_binary() const {
  if (envelope_.size() > limits::binary_envelope_bytes_max)
    return {.parcel = nullptr, .obstacle = ResponseCode::too_large};
  const Bytes prefix = protocol::binary_message_prefix(envelope_.size());
  return {.parcel = make_parcel(memory_, label_,
                                make_binary_frame({prefix, as_bytes(envelope_), *blob_})),
          .payload_bytes = prefix.size() + envelope_.size() + blob_->size()};
}

OutgoingMessage::Form OutgoingMessage::convert_to_text() const {
  ++counters_.messages_converted;
  const Result<std::string> text = protocol::to_text_message(envelope_, *blob_);
  if (!text) return {.parcel = nullptr, .obstacle = ResponseCode::malformed};
  return frame_text(*text);
}

OutgoingMessage::Form OutgoingMessage::frame_text(std::string_view text) const {
  return {.parcel = make_parcel(memory_, label_, make_text_frame(text)),
          .payload_bytes = text.size()};
}

}  // namespace malinka::hub
