// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/telemetry.h"

#include <doctest/doctest.h>

#include <semaphore>

#include "agent/capability/telemetry/machine_driver.h"
#include "agent/capability/telemetry/simulated_driver.h"
#include "base/json.h"

namespace malinka::agent::telemetry {
namespace {

using namespace std::chrono_literals;

/// Counts its readings, and gives each only when it is let.
struct FakeDriver final : TelemetryDriver {
  Reading read() override {
    gate.acquire();
    Reading reading;
    reading.uptime_seconds = ++count;
    return reading;
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

  ManualClock clock;
  std::unique_ptr<net::Loop> loop = *net::Loop::create(clock);
  os::WorkerPool workers{*loop};
  FakeDriver* driver = new FakeDriver;  // The telemetry's own.
  std::vector<Reply> replies;
  std::vector<std::string> events;
  Telemetry telemetry{*loop,
                      workers,
                      {std::unique_ptr<TelemetryDriver>(driver), 10s, false},
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

TEST_CASE("a reading that ends after its telemetry calls nobody") {
  std::unique_ptr<net::Loop> loop = *net::Loop::create();
  os::WorkerPool workers(*loop);
  auto driver = std::make_unique<FakeDriver>();
  driver->gate.release();
  int calls = 0;
  {
    Telemetry telemetry(
        *loop, workers, {std::move(driver), 10s, false},
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
  SimulatedDriver driver(std::make_unique<MachineDriver>(clock, "/no/such/root"));
  const Reading first = driver.read();
  clock.advance(30s);
  const Reading second = driver.read();
  REQUIRE(first.sensors.size() == 1);
  CHECK(first.sensors[0].name == "dht11 (simulated)");
  CHECK(to_json(first).at("sensors")[0].at("simulated") == true);
  CHECK(first.sensors[0].temperature_celsius != second.sensors[0].temperature_celsius);
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
