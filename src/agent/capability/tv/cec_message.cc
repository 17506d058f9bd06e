// SPDX-License-Identifier: MIT
#include "agent/capability/tv/cec_message.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"

namespace malinka::agent::tv {
namespace {

using Operands = std::span<const std::uint8_t>;

/// The operands of a message that is `opcode` and has so many of them at least.
std::optional<Operands> operands_of(const CecMessage& message, Opcode opcode, std::size_t least) {
  if (message.opcode() != opcode || message.operands().size() < least) return {};
  return message.operands();
}

PhysicalAddress address_at(Operands operands, std::size_t at) {
  return static_cast<PhysicalAddress>(operands[at] << 8U | operands[at + 1]);
}

struct NamedOpcode {
  Opcode opcode;
  std::string_view name;
};

constexpr NamedOpcode opcode_names[] = {
    {Opcode::feature_abort, "Feature Abort"},
    {Opcode::image_view_on, "Image View On"},
    {Opcode::text_view_on, "Text View On"},
    {Opcode::standby, "Standby"},
    {Opcode::user_control_pressed, "User Control Pressed"},
    {Opcode::user_control_released, "User Control Released"},
    {Opcode::give_osd_name, "Give OSD Name"},
    {Opcode::set_osd_name, "Set OSD Name"},
    {Opcode::give_audio_status, "Give Audio Status"},
    {Opcode::report_audio_status, "Report Audio Status"},
    {Opcode::give_system_audio_mode_status, "Give System Audio Mode Status"},
    {Opcode::system_audio_mode_status, "System Audio Mode Status"},
    {Opcode::routing_change, "Routing Change"},
    {Opcode::active_source, "Active Source"},
    {Opcode::request_active_source, "Request Active Source"},
    {Opcode::set_stream_path, "Set Stream Path"},
    {Opcode::device_vendor_id, "Device Vendor ID"},
    {Opcode::give_device_vendor_id, "Give Device Vendor ID"},
    {Opcode::give_device_power_status, "Give Device Power Status"},
    {Opcode::report_power_status, "Report Power Status"},
    {Opcode::inactive_source, "Inactive Source"},
};

struct Vendor {
  std::uint32_t id;
  std::string_view name;
};

constexpr Vendor vendors[] = {
    {0x000039, "Toshiba"},     {0x0000f0, "Samsung"}, {0x0005cd, "Denon"},
    {0x000678, "Marantz"},     {0x000982, "Loewe"},   {0x0009b0, "Onkyo"},
    {0x001582, "Pulse-Eight"}, {0x001950, "Harman"},  {0x001a11, "Google"},
    {0x0020c7, "Akai"},        {0x002467, "AOC"},     {0x008045, "Panasonic"},
    {0x00903e, "Philips"},     {0x009053, "Daewoo"},  {0x00a0de, "Yamaha"},
    {0x00d0d5, "Grundig"},     {0x00e036, "Pioneer"}, {0x00e091, "LG"},
    {0x08001f, "Sharp"},       {0x080046, "Sony"},    {0x18c086, "Broadcom"},
    {0x6b746d, "Vizio"},       {0x8065e9, "BenQ"},    {0x9c645e, "Harman"},
};

}  // namespace

CecMessage::CecMessage(LogicalAddress initiator, LogicalAddress destination) {
  bytes_[0] = static_cast<std::uint8_t>((initiator & 0xfU) << 4U | (destination & 0xfU));
}

CecMessage::CecMessage(LogicalAddress initiator, LogicalAddress destination, Opcode opcode,
                       std::initializer_list<std::uint8_t> operands)
    : CecMessage(initiator, destination) {
  ASSERT(operands.size() + 2 <= bytes_max);
  bytes_[1] = static_cast<std::uint8_t>(opcode);
  std::ranges::copy(operands, bytes_.begin() + 2);
  size_ = static_cast<std::uint8_t>(operands.size() + 2);
}

std::optional<CecMessage> CecMessage::parse(std::span<const std::uint8_t> bytes) {
  if (bytes.empty() || bytes.size() > bytes_max) return {};
  CecMessage message(0, 0);
  std::ranges::copy(bytes, message.bytes_.begin());
  message.size_ = static_cast<std::uint8_t>(bytes.size());
  return message;
}

std::optional<Opcode> CecMessage::opcode() const {
  if (size_ < 2) return {};
  return static_cast<Opcode>(bytes_[1]);
}

std::span<const std::uint8_t> CecMessage::operands() const {
  return size_ < 2 ? Operands() : bytes().subspan(2);
}

std::optional<Power> power_in(const CecMessage& message) {
  const auto operands = operands_of(message, Opcode::report_power_status, 1);
  if (!operands || (*operands)[0] >= static_cast<std::uint8_t>(Power::unknown)) return {};
  return static_cast<Power>((*operands)[0]);
}

std::optional<AudioStatus> audio_status_in(const CecMessage& message) {
  const auto operands = operands_of(message, Opcode::report_audio_status, 1);
  if (!operands) return {};
  const int volume = (*operands)[0] & 0x7f;
  AudioStatus status{.volume_percent = {}, .is_muted = ((*operands)[0] & 0x80) != 0};
  if (volume <= 100) status.volume_percent = volume;  // 101 to 126 are reserved, 127 is unknown.
  return status;
}

std::optional<bool> system_audio_mode_in(const CecMessage& message) {
  const auto operands = operands_of(message, Opcode::system_audio_mode_status, 1);
  if (!operands) return {};
  return (*operands)[0] == 1;
}

std::optional<std::string> osd_name_in(const CecMessage& message) {
  const auto operands = operands_of(message, Opcode::set_osd_name, 0);
  if (!operands) return {};
  std::string name;
  for (const std::uint8_t byte : *operands) {
    if (byte == 0) break;
    name += byte >= ' ' && byte <= '~' ? static_cast<char>(byte) : '?';
  }
  return name;
}

std::optional<std::uint32_t> vendor_in(const CecMessage& message) {
  const auto operands = operands_of(message, Opcode::device_vendor_id, 3);
  if (!operands) return {};
  return static_cast<std::uint32_t>((*operands)[0] << 16U | (*operands)[1] << 8U | (*operands)[2]);
}

std::optional<PhysicalAddress> shown_source_in(const CecMessage& message) {
  if (const auto operands = operands_of(message, Opcode::active_source, 2))
    return address_at(*operands, 0);
  if (const auto operands = operands_of(message, Opcode::set_stream_path, 2))
    return address_at(*operands, 0);
  if (const auto operands = operands_of(message, Opcode::routing_change, 4))
    return address_at(*operands, 2);  // The first is where it came from before.
  return {};
}

std::optional<Refusal> refusal_in(const CecMessage& message) {
  const auto operands = operands_of(message, Opcode::feature_abort, 2);
  if (!operands) return {};
  return Refusal{static_cast<Opcode>((*operands)[0]), (*operands)[1]};
}

CecMessage press(LogicalAddress own, LogicalAddress destination, Key key) {
  return {own, destination, Opcode::user_control_pressed, {static_cast<std::uint8_t>(key)}};
}

CecMessage active_source(LogicalAddress own, PhysicalAddress address) {
  return {own,
          everyone,
          Opcode::active_source,
          {static_cast<std::uint8_t>(address >> 8U), static_cast<std::uint8_t>(address & 0xffU)}};
}

CecMessage abort_feature(const CecMessage& message) {
  const auto opcode = static_cast<std::uint8_t>(message.opcode().value_or(Opcode::feature_abort));
  constexpr std::uint8_t unrecognized_opcode = 0;
  return {message.destination(),
          message.initiator(),
          Opcode::feature_abort,
          {opcode, unrecognized_opcode}};
}

std::string osd_name_of(std::string_view name) {
  std::string text;
  for (const char letter : name)
    if (letter >= ' ' && letter <= '~') text += letter;
  constexpr std::size_t osd_name_bytes_max = 14;
  text.resize(std::min(text.size(), osd_name_bytes_max));
  return text.empty() ? "Malinka" : text;
}

std::string to_text(PhysicalAddress address) {
  return fmt::format("{:x}.{:x}.{:x}.{:x}", address >> 12U & 0xfU, address >> 8U & 0xfU,
                     address >> 4U & 0xfU, address & 0xfU);
}

std::string_view to_text(Power power) {
  switch (power) {
    case Power::on: return "on";
    case Power::standby: return "standby";
    case Power::turning_on: return "turning on";
    case Power::turning_off: return "turning off";
    case Power::unknown: break;
  }
  return "unknown";
}

std::string name_of(Opcode opcode) {
  const auto* const found = std::ranges::find(opcode_names, opcode, &NamedOpcode::opcode);
  if (found != std::end(opcode_names)) return std::string(found->name);
  return fmt::format("{:#04x}", static_cast<unsigned>(opcode));
}

std::string_view reason_text(std::uint8_t reason) {
  switch (reason) {
    case 0: return "it does not know that message";
    case 1: return "it cannot do that as it is now";
    case 2: return "it cannot show where the picture comes from";
    case 3: return "it does not take that value";
    case 4: return "it will not";
    default: return "it does not say why";
  }
}

std::string vendor_text(std::uint32_t vendor) {
  const auto* const found = std::ranges::find(vendors, vendor, &Vendor::id);
  if (found != std::end(vendors)) return std::string(found->name);
  return fmt::format("{:02X}:{:02X}:{:02X}", vendor >> 16U & 0xffU, vendor >> 8U & 0xffU,
                     vendor & 0xffU);
}

}  // namespace malinka::agent::tv
