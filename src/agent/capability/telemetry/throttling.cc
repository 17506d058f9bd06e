// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/throttling.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <array>
#include <charconv>
#include <cstring>

#include "agent/capability/telemetry/kernel_text.h"
#include "base/unique_fd.h"

namespace malinka::agent::telemetry {
namespace {

constexpr std::size_t text_bytes = 1024;

/// A message to the firmware with one tag in it. Source: drivers/char/broadcom/vcio.c of the
/// kernel of Raspberry Pi OS, and the firmware's "Mailbox property interface".
struct Message {
  std::uint32_t bytes = sizeof(Message);
  std::uint32_t status = 0;        // A request.
  std::uint32_t tag = 0x00030080;  // The result of a command in words.
  std::uint32_t tag_bytes = text_bytes;
  std::uint32_t tag_status = 0;
  std::uint32_t result = 0;
  std::array<char, text_bytes> text{};
  std::uint32_t end = 0;
};

/// What `vcgencmd get_throttled` asks. (The tag 0x00030046 asks the same, but of flags since the
/// start that the kernel's own driver clears every two seconds.)
std::optional<Throttling> ask_firmware(const std::string& device) {
  const UniqueFd mailbox(::open(device.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!mailbox.is_open()) return {};
  Message message;
  std::strcpy(message.text.data(), "get_throttled");
  if (::ioctl(mailbox.get(), _IOWR(100, 0, char*), &message) != 0 || message.result != 0) return {};
  message.text.back() = '\0';
  return parse_throttled(message.text.data());
}

/// The kernel's raspberrypi-hwmon.
std::optional<Throttling> read_alarm(const std::string& root) {
  const std::string folder = root + "/sys/class/hwmon/";
  for (const std::string& chip : list_names(folder)) {
    if (read_text(folder + chip + "/name").value_or("") != "rpi_volt") continue;
    if (const Result<double> alarm = read_number(folder + chip + "/in0_lcrit_alarm"))
      return Throttling{.flags = *alarm != 0 ? 1U : 0U, .is_whole = false};
  }
  return {};
}

}  // namespace

std::optional<Throttling> parse_throttled(std::string_view answer) {
  constexpr std::string_view prefix = "throttled=0x";
  if (!answer.starts_with(prefix)) return {};
  answer.remove_prefix(prefix.size());
  while (answer.ends_with('\n')) answer.remove_suffix(1);
  Throttling throttling{.flags = 0, .is_whole = true};
  const auto [stop, error] = std::from_chars(answer.begin(), answer.end(), throttling.flags, 16);
  if (error != std::errc() || stop != answer.end()) return {};
  return throttling;
}

std::optional<Throttling> read_throttling(const std::string& root) {
  // The first takes such questions alone; it is of newer kernels.
  for (const char* const mailbox : {"/dev/vcio_gencmd", "/dev/vcio"})
    if (const std::optional<Throttling> throttling = ask_firmware(root + mailbox))
      return throttling;
  return read_alarm(root);
}

}  // namespace malinka::agent::telemetry
