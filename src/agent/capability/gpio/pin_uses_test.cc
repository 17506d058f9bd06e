// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/pin_uses.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>

namespace malinka::agent::gpio {
namespace {

namespace fs = std::filesystem;

/// A device tree as the kernel shows it, with the controller of gpiochip0.
struct Tree {
  Tree() {
    std::string pattern = (fs::temp_directory_path() / "malinka-pins-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    fs::create_directories(root + base + "/soc/gpio@7e200000");
    fs::create_directories(root + "/sys/bus/gpio/devices/gpiochip0");
    fs::create_directories(root + "/dev");
    fs::create_directory_symlink(root + base + "/soc/gpio@7e200000",
                                 root + "/sys/bus/gpio/devices/gpiochip0/of_node");
  }
  ~Tree() { fs::remove_all(root); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  void write(const std::string& node, const std::string& property, const std::string& bytes) const {
    fs::create_directories(root + base + node);
    std::ofstream(root + base + node + "/" + property) << bytes;
  }
  void write(const std::string& node, const std::string& property,
             std::initializer_list<std::uint32_t> numbers) const {
    std::string bytes;
    for (const std::uint32_t number : numbers)
      for (const unsigned shift : {24U, 16U, 8U, 0U})
        bytes += static_cast<char>(number >> shift & 0xFFU);
    write(node, property, bytes);
  }
  /// A group of pins of the controller.
  void write_group(const std::string& name, std::uint32_t handle,
                   std::initializer_list<std::uint32_t> pins) const {
    write("/soc/gpio@7e200000/" + name, "phandle", {handle});
    write("/soc/gpio@7e200000/" + name, "brcm,pins", pins);
  }
  [[nodiscard]] std::map<unsigned, std::string> uses() const {
    return read_pin_uses(root, "gpiochip0");
  }

  const std::string base = "/sys/firmware/devicetree/base";
  std::string root;
};

std::string text(std::string_view with_zeros) { return std::string(with_zeros); }

using namespace std::string_view_literals;

}  // namespace

TEST_CASE("the pins of a bus that is on are that bus's") {
  const Tree tree;
  tree.write_group("i2c1_pins", 7, {2, 3});
  tree.write("/soc/i2c@7e804000", "status", text("okay\0"sv));
  tree.write("/soc/i2c@7e804000", "pinctrl-0", {7});
  CHECK(tree.uses() == std::map<unsigned, std::string>{{2, "i2c@7e804000"}, {3, "i2c@7e804000"}});
}

TEST_CASE("a bus that is off uses nothing, and neither does what is below it") {
  const Tree tree;
  tree.write_group("spi0_pins", 8, {7, 8, 9, 10, 11});
  tree.write("/soc/spi@7e204000", "status", text("disabled\0"sv));
  tree.write("/soc/spi@7e204000", "pinctrl-0", {8});
  tree.write("/soc/spi@7e204000/device@0", "pinctrl-0", {8});
  CHECK(tree.uses().empty());
}

TEST_CASE("of several groups all pins count, also those of a Pi 5, which have names") {
  const Tree tree;
  tree.write_group("cs", 1, {8});
  tree.write("/soc/gpio@7e200000/uart0", "phandle", {2});
  tree.write("/soc/gpio@7e200000/uart0", "pins", text("gpio14\0gpio15\0sd\0"sv));
  tree.write("/soc/serial@1", "pinctrl-0", {1, 2});
  CHECK(tree.uses() ==
        std::map<unsigned, std::string>{{8, "serial@1"}, {14, "serial@1"}, {15, "serial@1"}});
}

TEST_CASE("groups of another controller are not of this one") {
  const Tree tree;
  tree.write("/soc/gpio@other/group", "phandle", {9});
  tree.write("/soc/gpio@other/group", "brcm,pins", {17});
  tree.write("/soc/sound@1", "pinctrl-0", {9});
  CHECK(tree.uses().empty());
}

TEST_CASE("the first serial port has GPIO14 and GPIO15, but not where it is a Pi 5's connector") {
  const Tree tree;
  fs::create_symlink("ttyS0", tree.root + "/dev/serial0");
  CHECK(tree.uses() == std::map<unsigned, std::string>{{14, "/dev/serial0"}, {15, "/dev/serial0"}});
  fs::remove(tree.root + "/dev/serial0");
  fs::create_symlink("ttyAMA10", tree.root + "/dev/serial0");
  CHECK(tree.uses().empty());
}

TEST_CASE("a property that is cut short, or huge, is no reason to fail") {
  const Tree tree;
  tree.write_group("i2c1_pins", 7, {2});
  tree.write("/soc/i2c@1", "pinctrl-0", std::string("\0\0", 2));
  tree.write("/soc/i2c@2", "pinctrl-0", std::string(1 << 20, 'x'));
  CHECK(tree.uses().empty());
}

TEST_CASE("a machine without a device tree has no such uses") {
  CHECK(read_pin_uses("/no/such/root", "gpiochip0").empty());
}

}  // namespace malinka::agent::gpio
