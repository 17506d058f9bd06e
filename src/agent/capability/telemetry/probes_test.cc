// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/probes.h"

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>

#include "agent/capability/telemetry/kinds.h"

namespace malinka::agent::telemetry {
namespace {

using namespace std::chrono_literals;

/// Sensors that do what the test says, and count how often they are asked. **Thread-safe.**
class Wires final : public TelemetryDriver {
 public:
  Reading read() override { return {}; }

  ProbeResult read_probe(const std::string& probe) const override {
    std::unique_lock lock(mutex_);
    ++asked_[probe];
    has_news_.wait(lock, [&] { return probe != stuck_; });
    return answers_.contains(probe) ? answers_.at(probe) : ProbeResult{};
  }

  void set(const std::string& probe, ProbeResult result) {
    const std::lock_guard lock(mutex_);
    answers_[probe] = std::move(result);
  }
  /// From now on it does not answer; the empty one lets all go.
  void set_stuck(const std::string& probe) {
    const std::lock_guard lock(mutex_);
    stuck_ = probe;
    has_news_.notify_all();
  }
  [[nodiscard]] int asked(const std::string& probe) const {
    const std::lock_guard lock(mutex_);
    return asked_[probe];
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable has_news_;
  std::map<std::string, ProbeResult> answers_;
  mutable std::map<std::string, int> asked_;
  std::string stuck_;
};

Measurement measured(std::string_view quantity, double value) {
  return {quantity, {}, value, "°C", {}, {}};
}

ProbeResult good(double celsius, std::chrono::seconds rest = 0s) {
  ProbeResult result;
  result.sensor.name = "dht11";
  result.sensor.measurements = {measured(quantity::temperature, celsius)};
  result.rest = rest;
  return result;
}

ProbeResult failed(bool is_transient = true) {
  ProbeResult result;
  result.sensor.name = "dht11";
  result.sensor.error = "temperature: Input/output error";
  result.is_transient = is_transient;
  return result;
}

struct Bench {
  ~Bench() {
    wires->set_stuck("");
    workers.stop();
  }
  std::vector<Sensor> read(const std::vector<std::string>& names = {"/sys/a"}) {
    std::optional<std::vector<Sensor>> sensors;
    probes.read(names, [&](std::vector<Sensor> all) { sensors = std::move(all); });
    while (!sensors) loop->run_turn(100ms);
    return *std::move(sensors);
  }
  Sensor read_one() { return read().at(0); }
  void pass(std::chrono::milliseconds time) {
    clock.advance(time);
    loop->run_turn(0ms);
  }
  /// Until the sensor was asked so often, and the last answer is known.
  void turn_until_over(int asked) {
    while (wires->asked("/sys/a") < asked || !probes.is_idle()) loop->run_turn(10ms);
  }

  ManualClock clock;
  std::unique_ptr<net::Loop> loop = *net::Loop::create(clock);
  os::WorkerPool workers{*loop};
  std::shared_ptr<Wires> wires = std::make_shared<Wires>();
  Probes probes{*loop, workers, wires};
};

}  // namespace

TEST_CASE("a value that was measured for this reading has no age") {
  Bench bench;
  bench.wires->set("/sys/a", good(21));
  const Sensor sensor = bench.read_one();
  CHECK(sensor.first("temperature") == 21);
  CHECK_FALSE(sensor.measurements[0].age_seconds);
  bench.pass(1s);
  CHECK_FALSE(bench.read_one().measurements[0].age_seconds);
  CHECK(bench.wires->asked("/sys/a") == 2);
}

TEST_CASE("what fails has the last good value, which grows older, and says why") {
  Bench bench;
  bench.wires->set("/sys/a", good(21));
  CHECK(bench.read_one().error.empty());
  bench.wires->set("/sys/a", failed(false));
  for (const int age : {10, 20, 30}) {
    bench.pass(10s);
    const Sensor sensor = bench.read_one();
    CHECK(sensor.error == "temperature: Input/output error");
    REQUIRE(sensor.measurements.size() == 1);
    CHECK(sensor.measurements[0].value == 21);
    CHECK(sensor.measurements[0].age_seconds == age);
  }
  bench.wires->set("/sys/a", good(22));
  bench.pass(10s);
  const Sensor sensor = bench.read_one();
  CHECK(sensor.error.empty());
  CHECK(sensor.first("temperature") == 22);
  CHECK_FALSE(sensor.measurements[0].age_seconds);
}

TEST_CASE("of a sensor that fails in part the rest is new") {
  Bench bench;
  ProbeResult both = good(21);
  both.sensor.measurements.push_back(measured(quantity::humidity, 44));
  bench.wires->set("/sys/a", both);
  CHECK(bench.read_one().measurements.size() == 2);
  ProbeResult part = good(22);
  part.sensor.error = "humidity: Input/output error";
  bench.wires->set("/sys/a", part);
  bench.pass(5s);
  const Sensor sensor = bench.read_one();
  REQUIRE(sensor.measurements.size() == 2);
  CHECK(sensor.measurements[0].value == 22);
  CHECK_FALSE(sensor.measurements[0].age_seconds);
  CHECK(sensor.measurements[1].value == 44);
  CHECK(sensor.measurements[1].age_seconds == 5);
}

TEST_CASE("a sensor that rests is not asked, and has what it said") {
  Bench bench;
  bench.wires->set("/sys/a", good(21, 2s));
  bench.read_one();
  bench.pass(1900ms);
  const Sensor sensor = bench.read_one();
  CHECK(bench.wires->asked("/sys/a") == 1);
  CHECK(sensor.first("temperature") == 21);
  CHECK(sensor.measurements[0].age_seconds == doctest::Approx(1.9));
  CHECK(sensor.error.empty());
  bench.pass(100ms);
  bench.read_one();
  CHECK(bench.wires->asked("/sys/a") == 2);
}

TEST_CASE("what may pass is tried again after a pause, three times and no more") {
  Bench bench;
  bench.wires->set("/sys/a", failed());
  bench.read_one();
  for (int asked = 1; asked <= Probes::retries_max; ++asked) {
    bench.pass(1900ms);
    CHECK(bench.wires->asked("/sys/a") == asked);
    bench.pass(100ms);
    bench.turn_until_over(asked + 1);
  }
  bench.pass(1h);
  bench.workers.stop();  // What was begun is over then.
  CHECK(bench.wires->asked("/sys/a") == 1 + Probes::retries_max);
}

TEST_CASE("a try that succeeds later is what the next reading has") {
  Bench bench;
  bench.wires->set("/sys/a", failed());
  CHECK(bench.read_one().measurements.empty());
  bench.wires->set("/sys/a", good(21, 2s));
  bench.pass(2s);
  bench.turn_until_over(2);
  const Sensor sensor = bench.read_one();
  CHECK(sensor.error.empty());
  CHECK(sensor.first("temperature") == 21);
  CHECK(bench.wires->asked("/sys/a") == 2);
}

TEST_CASE("readings do not hurry a sensor that failed just now") {
  Bench bench;
  bench.wires->set("/sys/a", failed());
  for (int i = 0; i < 10; ++i) CHECK_FALSE(bench.read_one().error.empty());
  CHECK(bench.wires->asked("/sys/a") == 1);
}

TEST_CASE("what would fail again is not tried again by itself") {
  Bench bench;
  bench.wires->set("/sys/a", failed(false));
  bench.read_one();
  bench.pass(10s);
  CHECK(bench.wires->asked("/sys/a") == 1);
}

TEST_CASE("a sensor that does not answer keeps nobody waiting, and is waited for no more") {
  Bench bench;
  bench.wires->set("/sys/a", good(21));
  bench.wires->set("/sys/b", good(30));
  bench.read({"/sys/a", "/sys/b"});
  bench.wires->set_stuck("/sys/a");
  std::optional<std::vector<Sensor>> sensors;
  bench.probes.read({"/sys/a", "/sys/b"}, [&](auto all) { sensors = std::move(all); });
  while (bench.wires->asked("/sys/b") < 2) bench.loop->run_turn(10ms);
  while (!sensors) bench.pass(100ms);
  CHECK(sensors->at(0).measurements[0].age_seconds.has_value());
  CHECK_FALSE(sensors->at(1).measurements[0].age_seconds);

  bench.pass(10s);
  const std::vector<Sensor> later = bench.read({"/sys/a", "/sys/b"});  // Without the clock moving.
  CHECK(later.at(0).error.starts_with("no answer for 1"));
  CHECK(later.at(0).first("temperature") == 21);
  CHECK(later.at(1).error.empty());
  CHECK(bench.wires->asked("/sys/a") == 2);
}

TEST_CASE("a sensor that never answered is there by the kernel's name for it") {
  Bench bench;
  bench.wires->set_stuck("/sys/a");
  std::optional<std::vector<Sensor>> sensors;
  bench.probes.read({"/sys/a"}, [&](auto all) { sensors = std::move(all); });
  while (!sensors) bench.pass(100ms);
  CHECK(sensors->at(0).name == "a");
  CHECK(sensors->at(0).error == "no answer yet");
}

TEST_CASE("a sensor that was taken out is gone, and begins anew when it is back") {
  Bench bench;
  bench.wires->set("/sys/a", good(21));
  bench.read_one();
  CHECK(bench.read({}).empty());
  bench.wires->set("/sys/a", failed(false));
  CHECK(bench.read_one().measurements.empty());
}

TEST_CASE("another sensor in the place of one has none of its values") {
  Bench bench;
  bench.wires->set("/sys/a", good(21));
  bench.read_one();
  ProbeResult other = failed(false);
  other.sensor.name = "bme280";
  bench.wires->set("/sys/a", other);
  CHECK(bench.read_one().measurements.empty());
}

TEST_CASE("a chip without values is no sensor") {
  Bench bench;
  bench.wires->set("/sys/a", {});
  bench.wires->set("/sys/b", good(21));
  ProbeResult alarms;
  alarms.sensor.name = "rpi_volt";
  bench.wires->set("/sys/a", alarms);
  CHECK(bench.read({"/sys/a", "/sys/b"}).size() == 1);
}

TEST_CASE("who is gone is told nothing") {
  ManualClock clock;
  std::unique_ptr<net::Loop> loop = *net::Loop::create(clock);
  os::WorkerPool workers(*loop);
  const auto wires = std::make_shared<Wires>();
  int calls = 0;
  {
    Probes probes(*loop, workers, wires);
    probes.read({"/sys/a"}, [&](auto) { ++calls; });
  }
  workers.stop();
  clock.advance(10s);
  loop->run_turn(0ms);
  loop->run_turn(0ms);
  CHECK(calls == 0);
}

}  // namespace malinka::agent::telemetry
