// SPDX-License-Identifier: MIT
#include "cli/checkup.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "machine_tree.h"

namespace malinka::cli {
namespace {

/// A Pi with all lines and all devices, and its user in every group: each test spoils something.
struct Pi : test::MachineTree {
  Pi() {
    write("/proc/device-tree/model", std::string("Raspberry Pi 4 Model B Rev 1.4") + '\0');
    write_config("dtparam=i2c_arm=on\ndtoverlay=dht11,gpiopin=4\ndtoverlay=vc4-kms-v3d\n");
    write("/sys/bus/iio/devices/iio:device0/name", "dht11@4");
    write("/sys/class/hwmon/hwmon0/name", "rpi_volt");
    for (const char* const device :
         {"/dev/gpiochip0", "/dev/i2c-1", "/dev/cec0", "/dev/cec1", "/dev/video0", "/dev/vcio"})
      add_device(device);
    write("/etc/passwd", "root:x:0:0::/root:/bin/sh\npi:x:424242:424242::/home/pi:/bin/sh");
    write_groups("pi");
    write("/etc/malinka/agent.toml", "name = \"kitchen\"");
  }
  void write_config(const std::string& text) const { write("/boot/firmware/config.txt", text); }
  void write_groups(const std::string& members) const {
    write("/etc/group", "board:x:" + std::to_string(group()) + ":" + members);
  }
  void add_device(const std::string& path, mode_t mode = 0660) const {
    write(path, "");
    REQUIRE(chmod((root() + path).c_str(), mode) == 0);
  }
  void remove(const std::string& path) const { std::filesystem::remove_all(root() + path); }
  /// What this test's own files belong to; of root's group nobody can be a member.
  [[nodiscard]] unsigned group() const {
    struct stat status{};
    REQUIRE(stat((root() + "/dev/vcio").c_str(), &status) == 0);
    return status.st_gid;
  }

  [[nodiscard]] std::vector<Finding> check(const std::string& name = "") const {
    return check_up({root(), "pi", "/etc/malinka/agent.toml"},
                    name.empty() ? std::vector<std::string>{} : std::vector{name});
  }
  /// The one thing that is bad there.
  [[nodiscard]] Finding fault(const std::string& name) const {
    std::vector<Finding> all = check(name);
    std::erase_if(all, [](const Finding& one) { return one.health != Health::bad; });
    REQUIRE(all.size() == 1);
    CHECK(all[0].check == name);
    return all[0];
  }
};

bool is_well(const std::vector<Finding>& findings) {
  return std::ranges::all_of(findings,
                             [](const Finding& one) { return one.health == Health::good; });
}

}  // namespace

TEST_CASE("a Pi with all lines and devices is well") {
  const Pi pi;
  CHECK(is_well(pi.check()));
  CHECK(pi.check("tv")[0].devices == std::vector<std::string>{"/dev/cec0", "/dev/cec1"});
  CHECK(pi.check("sensors")[0].text.contains("dht11@4"));
  CHECK(pi.check("board")[0].text.contains("Pi 4"));
}

TEST_CASE("without a sensor and its line, the line is what is missing") {
  const Pi pi;
  pi.write_config("dtparam=i2c_arm=on");
  pi.remove("/sys/bus/iio");
  const Finding fault = pi.fault("sensors");
  CHECK(fault.fix.contains("`dtoverlay=dht11,gpiopin=4`"));
  CHECK(fault.fix.contains("/boot/firmware/config.txt"));
}

TEST_CASE("with the line, but without the sensor, it is to be sought") {
  const Pi pi;
  pi.write("/sys/bus/iio/devices/iio:device0/name", "bme280");
  const Finding fault = pi.fault("sensors");
  CHECK(fault.text.contains("dtoverlay=dht11,gpiopin=4"));
  CHECK(fault.fix.contains("dmesg"));
}

TEST_CASE("a sensor by the driver's name is the line's, whatever it is called") {
  const Pi pi;
  pi.write("/sys/bus/iio/devices/iio:device0/name", "cellar");
  pi.write("/sys/bus/iio/devices/iio:device0/of_node/compatible", "dht11");
  CHECK(is_well(pi.check("sensors")));
}

TEST_CASE("a bus that is turned off has its line named") {
  const Pi pi;
  pi.write_config("dtparam=i2c_arm=off");
  CHECK(pi.fault("i2c").fix.contains("`dtparam=i2c_arm=on`"));
}

TEST_CASE("a bus that is on without its device has its module named") {
  const Pi pi;
  pi.remove("/dev/i2c-1");
  CHECK(pi.fault("i2c").fix.contains("modprobe i2c-dev"));
}

TEST_CASE("no CEC has the line of the driver named, or what stands in its place") {
  const Pi pi;
  pi.remove("/dev/cec0");
  pi.remove("/dev/cec1");
  CHECK(pi.fault("tv").fix.contains("dmesg"));
  pi.write_config("dtparam=i2c_arm=on");
  CHECK(pi.fault("tv").fix.contains("add the line `dtoverlay=vc4-kms-v3d`"));
  pi.write_config("dtoverlay=vc4-fkms-v3d");
  CHECK(pi.fault("tv").fix.contains("replace that line"));
}

TEST_CASE("no camera is no fault unless it is not even looked for") {
  const Pi pi;
  pi.remove("/dev/video0");
  CHECK(pi.fault("video").fix.contains("`camera_auto_detect=1`"));
  pi.write_config("camera_auto_detect=1");
  CHECK(pi.check("video")[0].health == Health::absent);
}

TEST_CASE("who is not in a device's group is told the command, once for all of its devices") {
  const Pi pi;
  pi.write_groups("someone,else");
  const Finding fault = pi.fault("tv");
  CHECK(fault.text.contains("/dev/cec0 belongs to group board, in which pi is not"));
  CHECK(fault.fix.starts_with("sudo usermod -aG board pi"));
  for (const char* const check : {"gpio", "i2c", "video", "power"})
    CHECK_FALSE(is_well(pi.check(check)));
}

TEST_CASE("the group that a user has first counts too") {
  const Pi pi;
  pi.write_groups("");
  pi.write("/etc/passwd", "pi:x:424242:" + std::to_string(pi.group()) + "::/:/bin/sh");
  CHECK(is_well(pi.check("gpio")));
}

TEST_CASE("a device for root alone wants a rule, and one for all wants nothing") {
  const Pi pi;
  pi.add_device("/dev/gpiochip0", 0600);
  CHECK(pi.fault("gpio").fix.contains("udev"));
  pi.add_device("/dev/gpiochip0", 0666);
  CHECK(is_well(pi.check("gpio")));
}

TEST_CASE("root may use everything") {
  const Pi pi;
  pi.write_groups("");
  CHECK(is_well(check_up({pi.root(), "root", "/etc/malinka/agent.toml"}, {"gpio", "tv"})));
}

TEST_CASE("settings that cannot be read are said by line") {
  const Pi pi;
  pi.write("/etc/malinka/agent.toml", "name = \"kitchen\"\nhub = \n");
  CHECK(pi.fault("agent").text.contains("/etc/malinka/agent.toml:2"));
  pi.remove("/etc/malinka/agent.toml");
  CHECK(pi.check("agent")[0].health == Health::absent);
}

TEST_CASE("a Pi without its config.txt is told to mount it") {
  const Pi pi;
  pi.remove("/boot");
  CHECK(pi.fault("board").fix.contains("/boot/firmware"));
}

TEST_CASE("another machine has nothing of it, and nothing wrong with it") {
  const test::MachineTree tree;
  for (const Finding& finding : check_up({tree.root(), "pi", "/none"}, {})) {
    CAPTURE(finding.check);
    CHECK(finding.health == Health::absent);
    CHECK(finding.fix.empty());
  }
}

TEST_CASE("what another machine's user may not use is no fault of it") {
  const Pi pi;
  pi.write("/proc/device-tree/model", "");
  pi.add_device("/dev/gpiochip0", 0600);
  const std::vector<Finding> findings = pi.check("gpio");
  REQUIRE(findings.size() == 2);
  CHECK(findings[1].health == Health::note);
  CHECK(findings[1].fix.contains("udev"));
}

TEST_CASE("only what is asked for is looked at") {
  const Pi pi;
  for (const Finding& finding : pi.check("gpio")) CHECK(finding.check == "gpio");
}

}  // namespace malinka::cli
