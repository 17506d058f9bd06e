// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/iio.h"

#include <doctest/doctest.h>

#include "machine_tree.h"

namespace malinka::agent::telemetry {
namespace {

using Tree = test::MachineTree;
using namespace std::chrono_literals;

constexpr const char* device = "/sys/bus/iio/devices/iio:device0/";

struct Device : Tree {
  void put(const std::string& file, const std::string& text) const { write(device + file, text); }
  [[nodiscard]] ProbeResult read() const { return read_iio_device(root() + device); }
};

}  // namespace

TEST_CASE("a DHT11 gives temperature and humidity, and rests for two seconds") {
  const Device dht11;
  dht11.put("name", "dht11@4");
  dht11.put("in_temp_input", "21500");
  dht11.put("in_humidityrelative_input", "44000");
  const ProbeResult result = dht11.read();
  CHECK(result.sensor.name == "dht11@4");
  CHECK(result.sensor.first("temperature") == doctest::Approx(21.5));
  CHECK(result.sensor.first("humidity") == doctest::Approx(44));
  CHECK(result.sensor.error.empty());
  CHECK(result.rest == 2s);
}

TEST_CASE("a DHT22 that the device tree calls otherwise is known by its driver") {
  const Device dht22;
  dht22.put("name", "cellar");
  dht22.put("of_node/compatible", "dht11");
  dht22.put("in_temp_input", "21500");
  CHECK(dht22.read().rest == 2s);
}

TEST_CASE("a sensor that may be asked at any time does not rest") {
  const Device device;
  device.put("name", "bme280");
  device.put("in_temp_input", "21500");
  CHECK(device.read().rest == 0s);
}

TEST_CASE("a raw channel is taken with its offset and scale") {
  const Device device;
  device.put("in_temp_raw", "6000");
  device.put("in_temp_offset", "-1000");
  device.put("in_temp_scale", "4.5");
  CHECK(device.read().sensor.first("temperature") == doctest::Approx(22.5));
}

TEST_CASE("channels of a kind may share their scale, and are told apart") {
  const Device adc;
  adc.put("in_voltage0_raw", "1000");
  adc.put("in_voltage1_raw", "2000");
  adc.put("in_voltage1_label", "battery");
  adc.put("in_voltage_scale", "2.5");
  adc.put("in_voltage1_scale", "5");
  const Sensor sensor = adc.read().sensor;
  REQUIRE(sensor.measurements.size() == 2);
  CHECK(sensor.measurements[0].value == doctest::Approx(2.5));
  CHECK(sensor.measurements[0].label == "0");
  CHECK(sensor.measurements[0].unit == "V");
  CHECK(sensor.measurements[1].value == doctest::Approx(10));
  CHECK(sensor.measurements[1].label == "battery");
}

TEST_CASE("pressure, light and gas have the units of the kernel") {
  const Device device;
  device.put("in_pressure_input", "101.325");
  device.put("in_illuminance_input", "350");
  device.put("in_concentration_co2_input", "0.0415");
  const Sensor sensor = device.read().sensor;
  REQUIRE(sensor.measurements.size() == 3);
  CHECK(sensor.measurements[0].label == "co2");
  CHECK(sensor.measurements[0].value == doctest::Approx(0.0415));
  CHECK(sensor.measurements[1].unit == "lx");
  CHECK(sensor.measurements[2].value == doctest::Approx(101.325));
  CHECK(sensor.measurements[2].unit == "kPa");
}

TEST_CASE("a range is what the driver says that there is") {
  const Device device;
  device.put("in_temp_input", "21500");
  device.put("in_temp_input_available", "[-40000 10 85000]");
  device.put("in_humidityrelative_input", "44000");
  device.put("in_humidityrelative_input_available", "1 2 3");
  const Sensor sensor = device.read().sensor;
  CHECK_FALSE(sensor.measurements[0].range.max);
  CHECK(sensor.measurements[1].range.min == doctest::Approx(-40));
  CHECK(sensor.measurements[1].range.max == doctest::Approx(85));
}

TEST_CASE("a channel that is given both ways is told once, and means are left out") {
  const Device device;
  device.put("in_temp_input", "21500");
  device.put("in_temp_ambient_raw", "1");
  device.put("in_temp_raw", "1");
  device.put("in_temp_mean_raw", "1");
  CHECK(device.read().sensor.measurements.size() == 2);
}

TEST_CASE("a device that measures something else has no values") {
  const Device device;
  device.put("in_accel_x_raw", "1");
  const Sensor sensor = device.read().sensor;
  CHECK(sensor.measurements.empty());
  CHECK(sensor.error.empty());
}

TEST_CASE("a channel that fails says why, and the next is read") {
  const Device device;
  device.put("in_humidityrelative_input", "wet");
  device.put("in_temp_input", "20000");
  const ProbeResult result = device.read();
  CHECK(result.sensor.error.starts_with("humidity: "));
  CHECK_FALSE(result.sensor.first("humidity"));
  CHECK(result.sensor.first("temperature") == doctest::Approx(20));
  CHECK_FALSE(result.is_transient);
}

}  // namespace malinka::agent::telemetry
