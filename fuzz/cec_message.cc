// SPDX-License-Identifier: MIT
// What comes over an HDMI cable, whatever it is: a message is its bytes again, and whatever it says
// is within its bounds and can be shown.

#include <algorithm>
#include <cstdint>
#include <span>

#include "agent/capability/tv/cec_message.h"
#include "agent/capability/tv/courtesy.h"
#include "base/assert.h"

namespace malinka::agent::tv {
namespace {

void check_sayings(const CecMessage& message) {
  if (const auto power = power_in(message)) ASSERT(to_text(*power) != "unknown");
  if (const auto audio = audio_status_in(message))
    ASSERT(audio->volume_percent.value_or(0) >= 0 && audio->volume_percent.value_or(0) <= 100);
  if (const auto name = osd_name_in(message)) {
    ASSERT(name->size() <= CecMessage::bytes_max);
    ASSERT(std::ranges::all_of(*name, [](char letter) { return letter >= ' ' && letter <= '~'; }));
  }
  if (const auto vendor = vendor_in(message)) ASSERT(*vendor <= 0xffffff);
  if (const auto source = shown_source_in(message)) ASSERT(to_text(*source).size() == 7);
  if (const auto refusal = refusal_in(message)) ASSERT(!reason_text(refusal->reason).empty());
}

/// Nobody is answered who did not speak to us, and no refusal with a refusal: that would never end.
void check_courtesy(const CecMessage& message) {
  Port port;
  port.device = "/dev/cec0";
  port.address = 0x1000;
  port.own = 4;
  TvState state;
  state.device = port.device;
  state.take(port, message);
  const auto reply = courtesy(port, state, message);
  if (!reply) return;
  ASSERT(message.destination() == 4 || message.is_to_everyone());
  ASSERT(reply->initiator() == 4);
  ASSERT(message.opcode() != Opcode::feature_abort);
}

void check(std::span<const std::uint8_t> bytes) {
  const auto message = CecMessage::parse(bytes);
  ASSERT(message.has_value() == (!bytes.empty() && bytes.size() <= CecMessage::bytes_max));
  if (!message) return;
  ASSERT(std::ranges::equal(message->bytes(), bytes));
  check_sayings(*message);
  check_courtesy(*message);
}

}  // namespace
}  // namespace malinka::agent::tv

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  malinka::agent::tv::check({data, size});
  return 0;
}
