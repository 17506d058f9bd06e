// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/sensors.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "agent/capability/telemetry/test_tree.h"

namespace malinka::agent::telemetry {

using test::Tree;

TEST_CASE("a thermal zone is a sensor by its type") {
  const Tree tree;
  tree.write("/sys/class/thermal/thermal_zone0/type", "cpu-thermal");
  tree.write("/sys/class/thermal/thermal_zone0/temp", "48312");
  tree.write("/sys/class/thermal/cooling_device0/type", "fan");
  const std::vector<Sensor> sensors = read_sensors(tree.root());
  REQUIRE(sensors.size() == 1);
  CHECK(sensors[0].name == "cpu-thermal");
  CHECK(sensors[0].temperature_celsius == doctest::Approx(48.312));
  CHECK(find_processor_temperature(sensors) == doctest::Approx(48.312));
}

TEST_CASE("a chip's inputs are sensors by its name and their labels") {
  const Tree tree;
  tree.write("/sys/class/hwmon/hwmon0/name", "nvme");
  tree.write("/sys/class/hwmon/hwmon0/temp1_input", "35850");
  tree.write("/sys/class/hwmon/hwmon0/temp1_label", "Composite");
  tree.write("/sys/class/hwmon/hwmon0/temp2_input", "-5000");
  const std::vector<Sensor> sensors = read_sensors(tree.root());
  REQUIRE(sensors.size() == 2);
  CHECK(sensors[0].name == "nvme Composite");
  CHECK(sensors[1].name == "nvme");
  CHECK(sensors[1].temperature_celsius == doctest::Approx(-5));
}

TEST_CASE("a thermal zone that is a chip too is told once") {
  const Tree tree;
  tree.write("/sys/class/thermal/thermal_zone0/type", "cpu-thermal");
  tree.write("/sys/class/thermal/thermal_zone0/temp", "48000");
  tree.write("/sys/class/hwmon/hwmon0/name", "cpu_thermal");
  tree.write("/sys/class/hwmon/hwmon0/temp1_input", "48000");
  CHECK(read_sensors(tree.root()).size() == 1);
}

TEST_CASE("a DHT11 gives temperature and humidity") {
  const Tree tree;
  tree.write("/sys/bus/iio/devices/iio:device0/name", "dht11@4");
  tree.write("/sys/bus/iio/devices/iio:device0/in_temp_input", "21500");
  tree.write("/sys/bus/iio/devices/iio:device0/in_humidityrelative_input", "44000");
  const std::vector<Sensor> sensors = read_sensors(tree.root());
  REQUIRE(sensors.size() == 1);
  CHECK(sensors[0].name == "dht11@4");
  CHECK(sensors[0].temperature_celsius == doctest::Approx(21.5));
  CHECK(sensors[0].humidity_percent == doctest::Approx(44));
  CHECK(sensors[0].error.empty());
}

TEST_CASE("a raw channel is taken with its offset and scale") {
  const Tree tree;
  tree.write("/sys/bus/iio/devices/iio:device0/name", "sht");
  tree.write("/sys/bus/iio/devices/iio:device0/in_temp_raw", "6000");
  tree.write("/sys/bus/iio/devices/iio:device0/in_temp_offset", "-1000");
  tree.write("/sys/bus/iio/devices/iio:device0/in_temp_scale", "4.5");
  CHECK(read_sensors(tree.root())[0].temperature_celsius == doctest::Approx(22.5));
}

TEST_CASE("a device that measures something else is no sensor of ours") {
  const Tree tree;
  tree.write("/sys/bus/iio/devices/iio:device0/in_voltage0_raw", "1");
  CHECK(read_sensors(tree.root()).empty());
}

TEST_CASE("a sensor that fails says why, and the others are read as ever") {
  const Tree tree;
  tree.write("/sys/bus/iio/devices/iio:device0/name", "dht11@4");
  tree.write("/sys/bus/iio/devices/iio:device0/in_humidityrelative_input", "44000");
  // A folder in place of the file: reading it fails, as a sensor that does not answer does.
  tree.write("/sys/bus/iio/devices/iio:device0/in_temp_input/x", "");
  tree.write("/sys/bus/iio/devices/iio:device1/name", "other");
  tree.write("/sys/bus/iio/devices/iio:device1/in_temp_input", "20000");
  tree.write("/sys/bus/iio/devices/iio:device2/name", "odd");
  tree.write("/sys/bus/iio/devices/iio:device2/in_temp_input", "warm");
  const std::vector<Sensor> sensors = read_sensors(tree.root());
  REQUIRE(sensors.size() == 3);
  CHECK_FALSE(sensors[0].error.empty());
  CHECK_FALSE(sensors[0].temperature_celsius);
  CHECK(sensors[0].humidity_percent == doctest::Approx(44));
  CHECK(sensors[1].temperature_celsius == doctest::Approx(20));
  CHECK_FALSE(sensors[2].error.empty());
}

TEST_CASE("a machine without sensors has none") {
  const Tree tree;
  CHECK(read_sensors(tree.root()).empty());
  CHECK_FALSE(find_processor_temperature({}));
}

}  // namespace malinka::agent::telemetry
