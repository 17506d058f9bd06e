// SPDX-License-Identifier: MIT
#include "cli/boot_config.h"

#include <doctest/doctest.h>

#include "machine_tree.h"

namespace malinka::cli {
namespace {

BootConfig parse(std::string_view text, std::string_view model = "Raspberry Pi 4 Model B") {
  return BootConfig::parse("/boot/firmware/config.txt", text, model);
}

}  // namespace

TEST_CASE("an overlay is found by its name, whatever its parameters") {
  const BootConfig config = parse("dtoverlay=dht11,gpiopin=17\n dtoverlay = vc4-kms-v3d \r\n");
  CHECK(config.find_overlay("dht11") == "dtoverlay=dht11,gpiopin=17");
  CHECK(config.find_overlay("vc4-kms-v3d") == "dtoverlay=vc4-kms-v3d");
  CHECK_FALSE(config.find_overlay("dht1"));
  CHECK_FALSE(config.find_overlay("vc4"));
}

TEST_CASE("what is commented out does not count") {
  const BootConfig config = parse("#dtoverlay=dht11\ndtparam=i2c_arm=on # the bus\n");
  CHECK_FALSE(config.find_overlay("dht11"));
  CHECK(config.is_on("i2c_arm"));
}

TEST_CASE("a parameter is as it was said last, alone or among others") {
  CHECK(parse("dtparam=audio=on,i2c_arm=on").is_on("i2c_arm"));
  CHECK(parse("dtparam=i2c_arm").is_on("i2c_arm"));
  CHECK_FALSE(parse("dtparam=i2c_arm=on\ndtparam=i2c_arm=off").is_on("i2c_arm"));
  CHECK_FALSE(parse("dtparam=i2c_arm_baudrate=100000").is_on("i2c_arm"));
  CHECK_FALSE(parse("").is_on("i2c_arm"));
}

TEST_CASE("a section is for the models that it names") {
  constexpr std::string_view text =
      "[pi5]\ndtoverlay=dht11\n[none]\ndtparam=spi=on\n[all]\ndtparam=i2c_arm=on\n";
  CHECK_FALSE(parse(text).find_overlay("dht11"));
  CHECK(parse(text, "Raspberry Pi 5 Model B Rev 1.0").find_overlay("dht11"));
  CHECK_FALSE(parse(text).is_on("spi"));
  CHECK(parse(text).is_on("i2c_arm"));
}

TEST_CASE("a value is the last that was said") {
  CHECK(parse("camera_auto_detect=0\ncamera_auto_detect=1").value_of("camera_auto_detect") == "1");
  CHECK(parse("").value_of("camera_auto_detect").empty());
}

TEST_CASE("lines that are none are passed over") {
  CHECK_FALSE(parse("=\n==\n[\n]\n[]\ndtoverlay=\ndtparam=,,=,\ndtoverlay").find_overlay("dht11"));
}

TEST_CASE("the file is where it is today, or where it was") {
  const test::MachineTree tree;
  CHECK_FALSE(BootConfig::read(tree.root(), ""));
  tree.write("/boot/config.txt", "dtoverlay=old");
  CHECK(BootConfig::read(tree.root(), "")->path() == "/boot/config.txt");
  tree.write("/boot/firmware/config.txt", "dtoverlay=new");
  const auto config = BootConfig::read(tree.root(), "");
  CHECK(config->path() == "/boot/firmware/config.txt");
  CHECK(config->find_overlay("new"));
}

}  // namespace malinka::cli
