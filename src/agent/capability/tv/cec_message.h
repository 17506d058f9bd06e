// SPDX-License-Identifier: MIT
// Messages of HDMI-CEC as pure functions of bytes: one header byte, an opcode, its operands. What a
// bus brings is anybody's: a message that is too short for its opcode says nothing.
// Source: HDMI 1.4b, Supplement 1 (CEC); section and table numbers are of that.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace malinka::agent::tv {

/// Who is who on the bus: 0 to 15. CEC table 5.
using LogicalAddress = std::uint8_t;
inline constexpr LogicalAddress television = 0;
inline constexpr LogicalAddress audio_system = 5;
inline constexpr LogicalAddress everyone = 15;      ///< As a destination.
inline constexpr LogicalAddress unregistered = 15;  ///< As an initiator.

/// Where in the tree of HDMI cables: 1.2.0.0 is 0x1200. CEC 10.
using PhysicalAddress = std::uint16_t;
inline constexpr PhysicalAddress nowhere = 0xffff;       ///< No display is seen.
inline constexpr PhysicalAddress root_address = 0x0000;  ///< The display itself.

/// CEC table 7 and following; those that this device sends or understands.
enum class Opcode : std::uint8_t {
  feature_abort = 0x00,
  image_view_on = 0x04,
  text_view_on = 0x0d,
  standby = 0x36,
  user_control_pressed = 0x44,
  user_control_released = 0x45,
  give_osd_name = 0x46,
  set_osd_name = 0x47,
  give_audio_status = 0x71,
  report_audio_status = 0x7a,
  give_system_audio_mode_status = 0x7d,
  system_audio_mode_status = 0x7e,
  routing_change = 0x80,
  active_source = 0x82,
  request_active_source = 0x85,
  set_stream_path = 0x86,
  device_vendor_id = 0x87,
  give_device_vendor_id = 0x8c,
  give_device_power_status = 0x8f,
  report_power_status = 0x90,
  inactive_source = 0x9d,
};

/// CEC table 30.
enum class Key : std::uint8_t {
  volume_up = 0x41,
  volume_down = 0x42,
  mute = 0x43,  ///< The other way round.
  mute_function = 0x65,
  restore_volume = 0x66,
};

/// CEC table 27: [Power Status].
enum class Power : std::uint8_t { on, standby, turning_on, turning_off, unknown };

/// **Value.** At least a header; an opcode where it is no mere poll.
class CecMessage {
 public:
  static constexpr std::size_t bytes_max = 16;

  /// A poll: is anybody there?
  CecMessage(LogicalAddress initiator, LogicalAddress destination);
  CecMessage(LogicalAddress initiator, LogicalAddress destination, Opcode opcode,
             std::initializer_list<std::uint8_t> operands = {});
  /// Nothing where these are no 1 to 16 bytes.
  [[nodiscard]] static std::optional<CecMessage> parse(std::span<const std::uint8_t> bytes);

  [[nodiscard]] LogicalAddress initiator() const { return bytes_[0] >> 4U; }
  [[nodiscard]] LogicalAddress destination() const { return bytes_[0] & 0xfU; }
  [[nodiscard]] bool is_to_everyone() const { return destination() == everyone; }
  /// Also one that has no name here.
  [[nodiscard]] std::optional<Opcode> opcode() const;
  [[nodiscard]] std::span<const std::uint8_t> operands() const;
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {bytes_.data(), size_}; }

  bool operator==(const CecMessage&) const = default;

 private:
  std::array<std::uint8_t, bytes_max> bytes_{};
  std::uint8_t size_ = 1;
};

/// What <Report Audio Status> says. CEC 13.16.
struct AudioStatus {
  std::optional<int> volume_percent;  ///< Nothing: it does not know.
  bool is_muted = false;

  bool operator==(const AudioStatus&) const = default;
};

/// What <Feature Abort> says. CEC 12.3.
struct Refusal {
  Opcode opcode{};
  std::uint8_t reason = 0;
};

// Each gives nothing where the message is another, or too short for what it should say.
[[nodiscard]] std::optional<Power> power_in(const CecMessage& message);
[[nodiscard]] std::optional<AudioStatus> audio_status_in(const CecMessage& message);
[[nodiscard]] std::optional<bool> system_audio_mode_in(const CecMessage& message);
/// In printable ASCII; what is none becomes `?`. Empty where it is empty.
[[nodiscard]] std::optional<std::string> osd_name_in(const CecMessage& message);
/// 24 bits: an IEEE OUI.
[[nodiscard]] std::optional<std::uint32_t> vendor_in(const CecMessage& message);
/// Where the picture comes from now: of <Active Source>, <Set Stream Path>, <Routing Change>.
[[nodiscard]] std::optional<PhysicalAddress> shown_source_in(const CecMessage& message);
[[nodiscard]] std::optional<Refusal> refusal_in(const CecMessage& message);

[[nodiscard]] CecMessage press(LogicalAddress own, LogicalAddress destination, Key key);
[[nodiscard]] CecMessage active_source(LogicalAddress own, PhysicalAddress address);
[[nodiscard]] CecMessage abort_feature(const CecMessage& message);

/// What a TV can show of a name: 14 letters of ASCII. CEC 13.15.
[[nodiscard]] std::string osd_name_of(std::string_view name);
/// As 1.2.0.0.
[[nodiscard]] std::string to_text(PhysicalAddress address);
/// As `turning on`: the words of spec/commands.json.
[[nodiscard]] std::string_view to_text(Power power);
/// As `Give Audio Status`; of one without a name here, as 0x9f.
[[nodiscard]] std::string name_of(Opcode opcode);
/// As `it does not know that message`. CEC table 24.
[[nodiscard]] std::string_view reason_text(std::uint8_t reason);
/// As Samsung, else as 00:E0:91.
[[nodiscard]] std::string vendor_text(std::uint32_t vendor);

}  // namespace malinka::agent::tv
