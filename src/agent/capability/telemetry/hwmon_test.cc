// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/hwmon.h"

#include <doctest/doctest.h>

#include "machine_tree.h"

namespace malinka::agent::telemetry {
namespace {

using Tree = test::MachineTree;

constexpr const char* chip = "/sys/class/hwmon/hwmon0/";

void check_is(const Measurement& measurement, std::string_view quantity, double value,
              std::string_view unit) {
  CHECK(measurement.quantity == quantity);
  CHECK(measurement.value == doctest::Approx(value));
  CHECK(measurement.unit == unit);
}

Sensor read(const Tree& tree) { return read_hwmon_chip(tree.root() + chip).sensor; }

}  // namespace

TEST_CASE("all that a chip measures is there with its unit") {
  const Tree tree;
  tree.write(std::string(chip) + "name", "board");
  tree.write(std::string(chip) + "temp1_input", "-5250");
  tree.write(std::string(chip) + "humidity1_input", "44000");
  tree.write(std::string(chip) + "fan1_input", "1200");
  tree.write(std::string(chip) + "in0_input", "5080");
  tree.write(std::string(chip) + "curr1_input", "250");
  tree.write(std::string(chip) + "power1_input", "1270000");
  const Sensor sensor = read(tree);
  CHECK(sensor.name == "board");
  CHECK(sensor.error.empty());
  REQUIRE(sensor.measurements.size() == 6);
  check_is(sensor.measurements[0], "current", 0.25, "A");
  check_is(sensor.measurements[1], "fan", 1200, "rpm");
  check_is(sensor.measurements[2], "humidity", 44, "%");
  check_is(sensor.measurements[3], "voltage", 5.08, "V");
  check_is(sensor.measurements[4], "power", 1.27, "W");
  check_is(sensor.measurements[5], "temperature", -5.25, "°C");
}

TEST_CASE("several of a kind are told apart by the chip's label, or by their number") {
  const Tree tree;
  tree.write(std::string(chip) + "temp1_input", "35850");
  tree.write(std::string(chip) + "temp1_label", "Composite");
  tree.write(std::string(chip) + "temp2_input", "40000");
  tree.write(std::string(chip) + "fan1_input", "0");
  const Sensor sensor = read(tree);
  REQUIRE(sensor.measurements.size() == 3);
  CHECK(sensor.measurements[0].label.empty());
  CHECK(sensor.measurements[1].label == "Composite");
  CHECK(sensor.measurements[2].label == "2");
}

TEST_CASE("a range is what the chip says, its alarms where it says no more") {
  const Tree tree;
  tree.write(std::string(chip) + "temp1_input", "35000");
  tree.write(std::string(chip) + "temp1_min", "-10000");
  tree.write(std::string(chip) + "temp1_max", "80000");
  tree.write(std::string(chip) + "temp1_crit", "90000");
  tree.write(std::string(chip) + "temp2_input", "35000");
  tree.write(std::string(chip) + "temp2_crit", "95000");
  const Sensor sensor = read(tree);
  CHECK(sensor.measurements[0].range.min == doctest::Approx(-10));
  CHECK(sensor.measurements[0].range.max == doctest::Approx(80));
  CHECK_FALSE(sensor.measurements[1].range.min);
  CHECK(sensor.measurements[1].range.max == doctest::Approx(95));
}

TEST_CASE("limits that were never set are none") {
  const Tree tree;
  tree.write(std::string(chip) + "temp1_input", "35000");
  tree.write(std::string(chip) + "temp1_min", "-273150");
  tree.write(std::string(chip) + "temp1_max", "65261850");
  tree.write(std::string(chip) + "in0_input", "5000");
  tree.write(std::string(chip) + "in0_min", "0");
  tree.write(std::string(chip) + "in0_max", "0");
  for (const Measurement& measurement : read(tree).measurements) {
    CHECK_FALSE(measurement.range.min);
    CHECK_FALSE(measurement.range.max);
  }
}

TEST_CASE("an input that fails is said by name, and the others are read as ever") {
  const Tree tree;
  // A folder in place of the file: reading it fails, as an input that is not connected does.
  tree.write(std::string(chip) + "temp1_input/x", "");
  tree.write(std::string(chip) + "temp1_label", "attic");
  tree.write(std::string(chip) + "temp2_input", "20000");
  const ProbeResult result = read_hwmon_chip(tree.root() + chip);
  CHECK(result.sensor.error.starts_with("temperature attic: "));
  REQUIRE(result.sensor.measurements.size() == 1);
  CHECK(result.sensor.measurements[0].value == doctest::Approx(20));
}

TEST_CASE("alarms, settings and odd names are no inputs") {
  const Tree tree;
  for (const char* const file : {"in0_lcrit_alarm", "pwm1", "fan1_target", "intrusion0_input",
                                 "temp_input", "tempx_input", "energy1_input"})
    tree.write(std::string(chip) + file, "1");
  CHECK(read(tree).measurements.empty());
  CHECK(read(tree).error.empty());
}

}  // namespace malinka::agent::telemetry
