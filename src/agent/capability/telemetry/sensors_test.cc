// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/sensors.h"

#include <doctest/doctest.h>

#include "machine_tree.h"

namespace malinka::agent::telemetry {

using Tree = test::MachineTree;

TEST_CASE("a thermal zone is a sensor by its type, up to where it turns the machine off") {
  const Tree tree;
  tree.write("/sys/class/thermal/thermal_zone0/type", "cpu-thermal");
  tree.write("/sys/class/thermal/thermal_zone0/temp", "48312");
  tree.write("/sys/class/thermal/thermal_zone0/trip_point_0_type", "passive");
  tree.write("/sys/class/thermal/thermal_zone0/trip_point_0_temp", "80000");
  tree.write("/sys/class/thermal/thermal_zone0/trip_point_1_type", "critical");
  tree.write("/sys/class/thermal/thermal_zone0/trip_point_1_temp", "110000");
  tree.write("/sys/class/thermal/cooling_device0/type", "fan");
  const std::vector<Sensor> zones = read_thermal_zones(tree.root());
  REQUIRE(zones.size() == 1);
  CHECK(zones[0].name == "cpu-thermal");
  CHECK(zones[0].first("temperature") == doctest::Approx(48.312));
  CHECK(zones[0].measurements[0].range.max == doctest::Approx(110));
  CHECK(find_processor_temperature(zones) == doctest::Approx(48.312));
}

TEST_CASE("a zone that cannot be read says why, and the next is read") {
  const Tree tree;
  tree.write("/sys/class/thermal/thermal_zone0/temp", "warm");
  tree.write("/sys/class/thermal/thermal_zone1/temp", "20000");
  const std::vector<Sensor> zones = read_thermal_zones(tree.root());
  REQUIRE(zones.size() == 2);
  CHECK(zones[0].error.contains("temperature: "));
  CHECK(zones[1].first("temperature") == doctest::Approx(20));
}

TEST_CASE("chips and devices are probes, but for a chip that is a thermal zone too") {
  const Tree tree;
  tree.write("/sys/class/hwmon/hwmon0/name", "cpu_thermal");
  tree.write("/sys/class/hwmon/hwmon1/name", "nvme");
  tree.write("/sys/bus/iio/devices/iio:device0/name", "dht11@4");
  tree.write("/sys/bus/iio/devices/trigger0/name", "clock");
  Sensor zone;
  zone.name = "cpu-thermal";
  const std::vector<std::string> probes = find_probes(tree.root(), {zone});
  CHECK(probes ==
        std::vector<std::string>{"/sys/class/hwmon/hwmon1", "/sys/bus/iio/devices/iio:device0"});
}

TEST_CASE("a probe is read as what it is") {
  const Tree tree;
  tree.write("/sys/class/hwmon/hwmon1/temp1_input", "20000");
  tree.write("/sys/bus/iio/devices/iio:device0/in_temp_input", "21000");
  CHECK(read_probe(tree.root(), "/sys/class/hwmon/hwmon1").sensor.first("temperature") == 20);
  CHECK(read_probe(tree.root(), "/sys/bus/iio/devices/iio:device0").sensor.first("temperature") ==
        21);
}

TEST_CASE("sensors that are called alike are told apart") {
  std::vector<Sensor> sensors(3);
  sensors[0].name = sensors[2].name = "bme280";
  sensors[1].name = "nvme";
  make_names_unique(sensors);
  CHECK(sensors[0].name == "bme280");
  CHECK(sensors[1].name == "nvme");
  CHECK(sensors[2].name == "bme280 2");
}

TEST_CASE("a machine without sensors has none") {
  const Tree tree;
  CHECK(read_thermal_zones(tree.root()).empty());
  CHECK(find_probes(tree.root(), {}).empty());
  CHECK_FALSE(find_processor_temperature({}));
}

}  // namespace malinka::agent::telemetry
