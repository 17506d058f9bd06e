// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/telemetry.h"

#include <doctest/doctest.h>

#include <semaphore>

#include "agent/capability/telemetry/kinds.h"
#include "agent/capability/telemetry/machine_driver.h"
#include "agent/capability/telemetry/simulated_driver.h"
#include "base/json.h"
#include "machine_tree.h"

namespace malinka::agent::telemetry {
namespace {

using namespace std::chrono_literals;

/// Counts its readings, and gives each only when it is let.
struct FakeDriver final : TelemetryDriver {
  Reading read() override {
    gate.acquire();
    Reading reading;
    reading.uptime_seconds = ++count;
    reading.probes = {"/sys/a", "/sys/b"};
    return reading;
  }
  ProbeResult read_probe(const std::string&) const override {
    ProbeResult result;
    result.sensor.name = "coretemp";
    result.sensor.measurements = {{quantity::temperature, {}, 48, "°C", {}, {}}};
    return result;
  }
  std::counting_semaphore<> gate{0};
  int count = 0;
};

struct Bench {
  void ask(const char* command, Json value = Json::object()) {
    telemetry.run({command, "phone", std::make_shared<const Json>(std::move(value)), {}},
                  [this](Reply reply) { replies.push_back(std::move(reply)); });
  }
  template <typename Condition>
  void turn_until(Condition condition) {
    while (!condition()) loop->run_turn(100ms);
  }

  const test::MachineTree state;
  ManualClock clock;
  std::unique_ptr<net::Loop> loop = *net::Loop::create(clock);
  os::WorkerPool workers{*loop};
  FakeDriver* driver = new FakeDriver;  // The telemetry's own.
  std::vector<Reply> replies;
  std::vector<std::string> events;
  Telemetry telemetry{*loop,
                      workers,
                      {std::unique_ptr<TelemetryDriver>(driver),
                       KeptInterval(state.root() + "/telemetry.json", 10s), false},
                      [this](std::string_view event, const Json&, const std::optional<Blob>&) {
                        events.emplace_back(event);
                      }};
};

}  // namespace

TEST_CASE("a reading is given when asked for, and is no event") {
  Bench bench;
  bench.driver->gate.release();
  bench.ask("telemetry.read");
  bench.turn_until([&] { return !bench.replies.empty(); });
  CHECK(bench.replies[0].value->at("uptimeSeconds") == 1);
  CHECK(bench.events.empty());
}

TEST_CASE("who asks while a reading is on its way gets the same one") {
  Bench bench;
  bench.ask("telemetry.read");
  bench.ask("telemetry.read");
  bench.driver->gate.release();
  bench.turn_until([&] { return bench.replies.size() == 2; });
  CHECK(bench.driver->count == 1);
}

TEST_CASE("at every interval there is an event, and a new interval counts from now") {
  Bench bench;
  bench.ask("telemetry.interval", {{"seconds", 1}});
  bench.turn_until([&] { return !bench.replies.empty(); });
  CHECK(bench.replies[0].value->at("seconds") == 1);
  bench.driver->gate.release(2);
  for (std::size_t i = 1; i <= 2; ++i) {
    bench.clock.advance(1s);
    bench.turn_until([&] { return bench.events.size() == i; });
  }
  CHECK(bench.events[0] == "telemetry.reading");
}

TEST_CASE("the interval is told when none is given") {
  Bench bench;
  bench.ask("telemetry.interval");
  CHECK(bench.replies[0].value->at("seconds") == 10);
  CHECK(bench.telemetry.describe().at("intervalSeconds") == 10);
}

TEST_CASE("a new interval is kept before that is answered, the last of several") {
  Bench bench;
  for (const int seconds : {60, 3600, 5}) bench.ask("telemetry.interval", {{"seconds", seconds}});
  bench.turn_until([&] { return bench.replies.size() == 3; });
  CHECK(bench.replies[2].value->at("seconds") == 5);
  CHECK_FALSE(bench.replies[2].value->contains("problem"));
  CHECK(KeptInterval(bench.state.root() + "/telemetry.json", 10s).read() == 5s);
}

TEST_CASE("an interval that cannot be kept holds, and both are said") {
  Bench bench;
  std::filesystem::remove_all(bench.state.root());
  std::ofstream(bench.state.root()) << "a file where the folder was";
  bench.ask("telemetry.interval", {{"seconds", 60}});
  bench.turn_until([&] { return !bench.replies.empty(); });
  CHECK(bench.replies[0].value->at("seconds") == 60);
  CHECK(bench.replies[0].value->at("problem").get<std::string>().contains("cannot be kept"));
  CHECK(bench.telemetry.describe().at("problems").size() == 1);
}

TEST_CASE("what the probes say is part of the reading") {
  Bench bench;
  bench.driver->gate.release();
  bench.ask("telemetry.read");
  bench.turn_until([&] { return !bench.replies.empty(); });
  const Json& reading = *bench.replies[0].value;
  CHECK(reading.at("sensors")[0].at("temperatureCelsius") == 48);
  CHECK(reading.at("sensors")[0].at("values")[0] ==
        Json{{"quantity", "temperature"}, {"value", 48.0}, {"unit", "°C"}});
  CHECK(reading.at("sensors")[1].at("name") == "coretemp 2");
  CHECK(reading.at("cpu").at("temperatureCelsius") == 48);
}

TEST_CASE("a reading that ends after its telemetry calls nobody") {
  std::unique_ptr<net::Loop> loop = *net::Loop::create();
  os::WorkerPool workers(*loop);
  auto driver = std::make_unique<FakeDriver>();
  driver->gate.release();
  int calls = 0;
  {
    Telemetry telemetry(
        *loop, workers, {std::move(driver), KeptInterval("", 10s), false},
        [&](std::string_view, const Json&, const std::optional<Blob>&) { ++calls; });
    telemetry.run({"telemetry.read", "phone", std::make_shared<const Json>(Json::object()), {}},
                  [&](Reply) { ++calls; });
  }
  workers.stop();
  loop->run_turn(0ms);
  CHECK(calls == 0);
}

TEST_CASE("the simulated device adds a sensor that says so and moves") {
  ManualClock clock;
  SimulatedDriver driver(clock, std::make_unique<MachineDriver>(clock, "/no/such/root"));
  Reading first = driver.read();
  REQUIRE(first.probes.size() == 1);
  first.sensors.push_back(driver.read_probe(first.probes[0]).sensor);
  clock.advance(30s);
  const Sensor later = driver.read_probe(first.probes[0]).sensor;
  const Json sensor = to_json(first).at("sensors")[0];
  CHECK(sensor.at("name") == "dht11 (simulated)");
  CHECK(sensor.at("simulated") == true);
  CHECK(sensor.at("values")[1].at("unit") == "%");
  CHECK(sensor.at("values")[1].at("max") == 90);
  CHECK(to_json(first).at("throttled").at("underVoltage") == false);
  CHECK(later.first("temperature") != first.sensors[0].first("temperature"));
}

TEST_CASE("this machine has a reading with all that the contract requires") {
  const Json json = to_json(MachineDriver(system_clock()).read());
  for (const char* const member :
       {"time", "uptimeSeconds", "cpu", "memory", "disks", "network", "sensors"}) {
    CAPTURE(member);
    CHECK(json.contains(member));
  }
  CHECK(json.at("uptimeSeconds").get<double>() > 0);
  CHECK(json.at("memory").at("totalBytes").get<double>() > 0);
  CHECK(json.at("cpu").contains("loadPercent"));
}

}  // namespace malinka::agent::telemetry
