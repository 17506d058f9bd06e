// SPDX-License-Identifier: MIT
#include "agent/capability/tv/courtesy.h"

namespace malinka::agent::tv {
namespace {

/// What needs no answer, or has it from the kernel. A late answer of the TV's is one too.
bool is_known(Opcode opcode) { return !name_of(opcode).starts_with("0x"); }

/// Told to show itself, or asked who does.
bool asks_for_source(const Port& port, const TvState& state, const CecMessage& message) {
  if (message.opcode() == Opcode::request_active_source) return state.is_focused == true;
  return message.opcode() == Opcode::set_stream_path && shown_source_in(message) == port.address;
}

}  // namespace

std::optional<CecMessage> courtesy(const Port& port, const TvState& state,
                                   const CecMessage& message) {
  const std::optional<Opcode> opcode = message.opcode();
  if (!port.own || !port.problem.empty() || !opcode || message.initiator() == unregistered)
    return {};
  const bool is_to_us = message.destination() == *port.own;
  if (!is_to_us && !message.is_to_everyone()) return {};
  if (asks_for_source(port, state, message)) return active_source(*port.own, port.address);
  if (!is_to_us) return {};
  if (*opcode == Opcode::give_device_power_status)
    return CecMessage(*port.own, message.initiator(), Opcode::report_power_status,
                      {static_cast<std::uint8_t>(Power::on)});
  if (is_known(*opcode)) return {};
  return abort_feature(message);  // CEC 12.3: nobody is left to wait.
}

}  // namespace malinka::agent::tv
