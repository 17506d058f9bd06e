// SPDX-License-Identifier: MIT
#include "cli/checkup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "base/files.h"
#include "base/json.h"
#include "cli/boot_config.h"
#include "cli/device_access.h"

namespace malinka::cli {
namespace {

constexpr std::size_t text_bytes_max = 4096;
constexpr std::size_t names_max = 256;

/// What all checks look at.
struct Patient {
  const Machine& machine;
  std::string model;                 ///< Empty: no device tree says one.
  std::optional<BootConfig> config;  ///< Of a Raspberry Pi.
  Groups groups;

  [[nodiscard]] bool is_pi() const { return model.starts_with("Raspberry Pi"); }
};

std::string read_line(const std::string& path) {
  std::string text = base::read_file(path, text_bytes_max).value_or("");
  text.erase(std::ranges::find_if(text, [](char c) { return c == '\n' || c == '\0'; }), text.end());
  return text;
}

/// The paths in `folder`, without the root, that begin with `stem`; sorted.
std::vector<std::string> find_devices(const std::string& root, const std::string& folder,
                                      std::string_view stem) {
  std::vector<std::string> paths;
  std::error_code error;
  std::filesystem::directory_iterator entry(root + folder, error);
  for (; !error && entry != std::filesystem::directory_iterator() && paths.size() < names_max;
       entry.increment(error))
    if (const std::string name = entry->path().filename(); name.starts_with(stem))
      paths.push_back(folder + "/" + name);
  std::ranges::sort(paths);
  return paths;
}

std::string restart_text(const BootConfig& config, std::string_view line) {
  return fmt::format("add the line `{}` to {}, and restart the Pi", line, config.path());
}

/// The devices of a kind, which only the kernel can make, and whether the user may use them.
std::vector<Finding> found(const Patient& patient, std::string_view check,
                           std::vector<std::string> devices) {
  std::vector<Finding> findings;
  for (const std::string& device : devices) {
    const std::optional<Refusal> refusal =
        check_access(patient.groups, patient.machine.user, patient.machine.root, device);
    const auto is_said = [&](const Finding& one) { return refusal && one.fix == refusal->fix; };
    if (refusal && std::ranges::none_of(findings, is_said))
      findings.push_back(
          {check, patient.is_pi() ? Health::bad : Health::note, refusal->reason, refusal->fix, {}});
  }
  findings.insert(
      findings.begin(),
      Finding{check, Health::good, fmt::format("{}", fmt::join(devices, ", ")), "", devices});
  return findings;
}

std::vector<Finding> absent(std::string_view check, std::string text) {
  return {Finding{check, Health::absent, std::move(text), "", {}}};
}

std::vector<Finding> bad(std::string_view check, std::string text, std::string fix) {
  return {Finding{check, Health::bad, std::move(text), std::move(fix), {}}};
}

std::vector<Finding> check_board(const Patient& patient) {
  constexpr std::string_view check = "board";
  if (patient.model.empty()) return absent(check, "no Raspberry Pi: no device tree says a model");
  if (!patient.is_pi() || patient.config) {
    std::string text = patient.model;
    if (patient.config) text += ", set up by " + patient.config->path();
    return {Finding{check, Health::good, std::move(text), "", {}}};
  }
  return bad(check, patient.model + ", without a config.txt that can be read",
             "see that the boot partition is mounted at /boot/firmware");
}

std::vector<Finding> check_gpio(const Patient& patient) {
  constexpr std::string_view check = "gpio";
  std::vector<std::string> chips = find_devices(patient.machine.root, "/dev", "gpiochip");
  if (!chips.empty()) return found(patient, check, std::move(chips));
  return absent(check,
                "there is no /dev/gpiochip*: this machine has no lines, or its kernel hides them");
}

std::vector<Finding> check_i2c(const Patient& patient) {
  constexpr std::string_view check = "i2c";
  constexpr std::string_view line = "dtparam=i2c_arm=on";
  std::vector<std::string> buses = find_devices(patient.machine.root, "/dev", "i2c-");
  const bool is_on =
      patient.config && (patient.config->is_on("i2c_arm") || patient.config->is_on("i2c"));
  if (patient.config && !is_on)
    return bad(check, "the bus of the header is turned off", restart_text(*patient.config, line));
  if (!buses.empty()) return found(patient, check, std::move(buses));
  if (!patient.config) return absent(check, "there is no /dev/i2c-*");
  return bad(check, "the bus is turned on, but there is no /dev/i2c-*",
             "sudo modprobe i2c-dev; to have it after each start, write i2c-dev into "
             "/etc/modules-load.d/i2c.conf");
}

/// An IIO device with its name, as `dht11@4 (/sys/bus/iio/devices/iio:device0)`.
std::vector<std::string> find_sensors(const std::string& root) {
  std::vector<std::string> sensors;
  for (const auto& [folder, stem] :
       {std::pair("/sys/bus/iio/devices", "iio:device"), std::pair("/sys/class/hwmon", "hwmon")})
    for (const std::string& path : find_devices(root, folder, stem))
      sensors.push_back(fmt::format("{} ({})", read_line(root + path + "/name"), path));
  return sensors;
}

bool is_dht11(const std::string& root, const std::string& device) {
  return read_line(root + device + "/name").starts_with("dht11") ||
         read_line(root + device + "/of_node/compatible").starts_with("dht11");
}

/// A DHT11 or DHT22 is on a line of its own, so that only config.txt can tell of it.
std::vector<Finding> check_dht11(const Patient& patient, std::size_t devices) {
  constexpr std::string_view check = "sensors";
  constexpr std::string_view line = "dtoverlay=dht11,gpiopin=4";
  if (!patient.config) return {};
  const std::optional<std::string> overlay = patient.config->find_overlay("dht11");
  const std::string root = patient.machine.root;
  const auto all = find_devices(root, "/sys/bus/iio/devices", "iio:device");
  const bool is_there =
      std::ranges::any_of(all, [&](const std::string& one) { return is_dht11(root, one); });
  if (overlay && !is_there)
    return bad(
        check,
        fmt::format("{} has {}, but there is no such sensor", patient.config->path(), *overlay),
        "restart the Pi; if it is still not there, `dmesg | grep dht11` says why");
  if (overlay || devices > 0) return {};
  return bad(check, "no sensor on the header is set up",
             restart_text(*patient.config, line) +
                 " (for a DHT11 or DHT22 on GPIO 4; others have overlays of their own, as "
                 "dtoverlay=i2c-sensor,bme280)");
}

std::vector<Finding> check_sensors(const Patient& patient) {
  constexpr std::string_view check = "sensors";
  const std::string& root = patient.machine.root;
  const std::size_t devices = find_devices(root, "/sys/bus/iio/devices", "iio:device").size();
  std::vector<Finding> findings = check_dht11(patient, devices);
  std::vector<std::string> sensors = find_sensors(root);
  if (!sensors.empty()) {
    std::string text = fmt::format("{}", fmt::join(sensors, ", "));
    findings.insert(findings.begin(),
                    Finding{check, Health::good, std::move(text), "", std::move(sensors)});
  }
  return findings.empty() ? absent(check, "the kernel knows no sensor") : findings;
}

std::vector<Finding> check_tv(const Patient& patient) {
  constexpr std::string_view check = "tv";
  constexpr std::string_view line = "dtoverlay=vc4-kms-v3d";
  std::vector<std::string> ports = find_devices(patient.machine.root, "/dev", "cec");
  if (!ports.empty()) return found(patient, check, std::move(ports));
  if (!patient.config) return absent(check, "there is no /dev/cec*: no HDMI port that speaks CEC");
  if (const auto fake = patient.config->find_overlay("vc4-fkms-v3d"))
    return bad(check, fmt::format("there is no /dev/cec*: {} leaves HDMI to the firmware", *fake),
               fmt::format("replace that line of {} by `{}`, and restart the Pi",
                           patient.config->path(), line));
  const auto overlay = patient.config->find_overlay("vc4-kms-v3d");
  if (!overlay)
    return bad(check, "there is no /dev/cec*: the kernel has no driver of the HDMI port",
               restart_text(*patient.config, line));
  return bad(check,
             fmt::format("{} has {}, but there is no /dev/cec*", patient.config->path(), *overlay),
             "restart the Pi; if it is still not there, `dmesg | grep -i -e vc4 -e cec` says why");
}

std::vector<Finding> check_video(const Patient& patient) {
  constexpr std::string_view check = "video";
  std::vector<std::string> devices = find_devices(patient.machine.root, "/dev", "video");
  const bool is_camera_sought =
      !patient.config || patient.config->value_of("camera_auto_detect") == "1";
  if (!devices.empty()) return found(patient, check, std::move(devices));
  if (is_camera_sought) return absent(check, "there is no /dev/video*: no camera is connected");
  return bad(check, "there is no /dev/video*, and a camera on the ribbon is not looked for",
             restart_text(*patient.config, "camera_auto_detect=1"));
}

/// The firmware's mailbox, which knows of too little power.
std::vector<Finding> check_power(const Patient& patient) {
  constexpr std::string_view check = "power";
  if (!patient.is_pi()) return {};
  std::vector<std::string> mailboxes = find_devices(patient.machine.root, "/dev", "vcio");
  std::erase_if(mailboxes, [](const std::string& path) {
    return path != "/dev/vcio" && path != "/dev/vcio_gencmd";
  });
  if (!mailboxes.empty()) return found(patient, check, std::move(mailboxes));
  return absent(check, "there is no /dev/vcio: only under-voltage can be told, not throttling");
}

std::vector<Finding> check_agent(const Patient& patient) {
  constexpr std::string_view check = "agent";
  const std::string& path = patient.machine.agent_config;
  const auto text = base::read_file(patient.machine.root + path, 1 << 20);
  if (!text && text.error().code == std::errc::no_such_file_or_directory)
    return absent(check, path + " is not there: the agent has its own defaults");
  if (!text)
    return bad(check, fmt::format("{} cannot be read: {}", path, text.error().code.message()),
               "run this as the agent's user, or with sudo");
  const auto settings = base::parse_toml(*text, path);
  if (!settings) return bad(check, settings.error().context, "set that line right");
  return {Finding{check, Health::good, path + " can be read", "", {}}};
}

using Check = std::vector<Finding> (*)(const Patient& patient);

/// As check_names.
constexpr std::array<Check, check_names.size()> checks = {check_board,   check_gpio, check_i2c,
                                                          check_sensors, check_tv,   check_video,
                                                          check_power,   check_agent};

}  // namespace

std::vector<Finding> check_up(const Machine& machine, const std::vector<std::string>& names) {
  Patient patient{
      machine, read_line(machine.root + "/proc/device-tree/model"), {}, Groups::read(machine.root)};
  if (patient.is_pi()) patient.config = BootConfig::read(machine.root, patient.model);
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < checks.size(); ++i) {
    if (!names.empty() && std::ranges::find(names, check_names.at(i)) == names.end()) continue;
    std::ranges::move(checks.at(i)(patient), std::back_inserter(findings));
  }
  return findings;
}

}  // namespace malinka::cli
