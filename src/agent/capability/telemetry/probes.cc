// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/probes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace malinka::agent::telemetry {
namespace {

/// The longest that a probe takes without there being anything wrong with it.
constexpr std::chrono::seconds slow_answer{2};

double to_seconds(Steady::duration time) { return std::chrono::duration<double>(time).count(); }

bool is_same_channel(const Measurement& one, const Measurement& other) {
  return one.quantity == other.quantity && one.label == other.label;
}

}  // namespace

Probes::Probes(net::Loop& loop, os::WorkerPool& workers,
               std::shared_ptr<const TelemetryDriver> driver)
    : loop_(loop),
      workers_(workers),
      driver_(std::move(driver)),
      self_(std::make_shared<Probes*>(this)) {}

Probes::~Probes() {
  loop_.cancel(impatience_);
  forget_all_but({});
}

void Probes::read(const std::vector<std::string>& names, Done done) {
  forget_all_but(names);
  done_ = std::move(done);
  ++round_;
  for (const std::string& name : names) {
    std::shared_ptr<Probe>& probe = probes_[name];
    if (!probe) {
      probe = std::make_shared<Probe>();
      probe->path = name;
    }
    want(*probe);
  }
  start_wanted();
  impatience_ = loop_.after(patience, [this] { end_round(); });
  loop_.next_turn([self = std::weak_ptr(self_)] {
    if (const auto probes = self.lock()) (*probes)->end_round_if_all_answered();
  });
}

void Probes::forget_all_but(const std::vector<std::string>& names) {
  std::erase_if(probes_, [&](const auto& entry) {
    if (std::ranges::find(names, entry.first) != names.end()) return false;
    loop_.cancel(entry.second->retry);
    return true;
  });
}

/// By a reading, which waits for it.
void Probes::want(Probe& probe) {
  if (probe.is_running || loop_.clock().now() < probe.rests_until) return;
  loop_.cancel(std::exchange(probe.retry, net::no_timer));
  probe.is_wanted = true;
  probe.is_awaited = true;
  probe.retries = retries_max;
}

/// Those that were quick the last time first, so that the slow ones do not hold them up.
void Probes::start_wanted() {
  std::multimap<std::chrono::nanoseconds, std::shared_ptr<Probe>> wanted;
  for (const auto& [name, probe] : probes_)
    if (probe->is_wanted) wanted.emplace(probe->took, probe);
  for (const auto& [took, probe] : wanted)
    if (running_ < running_max && workers_.has_room()) start(probe);
}

void Probes::start(const std::shared_ptr<Probe>& probe) {
  probe->is_wanted = false;
  probe->is_running = true;
  probe->begun = loop_.clock().now();
  ++running_;
  workers_.submit<ProbeResult>(
      [driver = driver_, path = probe->path] { return driver->read_probe(path); },
      [self = std::weak_ptr(self_), forgotten = std::weak_ptr(probe)](ProbeResult result) {
        const auto probes = self.lock();
        if (!probes) return;
        --(*probes)->running_;
        if (const auto known = forgotten.lock()) (*probes)->finish(*known, std::move(result));
        (*probes)->start_wanted();
        (*probes)->end_round_if_all_answered();
      });
}

void Probes::finish(Probe& probe, ProbeResult result) {
  const Steady now = loop_.clock().now();
  probe.is_running = false;
  probe.is_awaited = false;
  probe.took = now - probe.begun;
  const bool is_transient = result.is_transient;
  probe.rests_until = now + (is_transient ? pause : result.rest);
  learn(probe, std::move(result));
  if (!is_transient || probe.retries == 0) return;
  --probe.retries;
  schedule_retry(probes_.at(probe.path));
}

/// What failed keeps the value that it had.
void Probes::learn(Probe& probe, ProbeResult result) const {
  std::vector<Value> values;
  values.reserve(result.sensor.measurements.size());
  for (Measurement& measurement : result.sensor.measurements)
    values.push_back({std::move(measurement), loop_.clock().now(), round_});
  const bool is_same_sensor = probe.latest.name == result.sensor.name;
  if (is_same_sensor && !result.sensor.error.empty())
    for (Value& old : probe.values)
      if (std::ranges::none_of(values, [&](const Value& value) {
            return is_same_channel(value.measurement, old.measurement);
          }))
        values.push_back(std::move(old));
  result.sensor.measurements.clear();
  probe.latest = std::move(result.sensor);
  probe.values = std::move(values);
}

void Probes::schedule_retry(const std::shared_ptr<Probe>& probe) {
  probe->retry = loop_.after(pause, [this, name = probe->path] {
    Probe& due = *probes_.at(name);  // Who is forgotten has no timer.
    due.retry = net::no_timer;
    due.is_wanted = true;
    start_wanted();
  });
}

void Probes::end_round_if_all_answered() {
  if (std::ranges::none_of(probes_, [](const auto& entry) { return entry.second->is_awaited; }))
    end_round();
}

void Probes::end_round() {
  if (!done_) return;
  loop_.cancel(std::exchange(impatience_, net::no_timer));
  std::vector<Sensor> sensors;
  for (const auto& [name, probe] : probes_) {
    probe->is_awaited = false;
    Sensor sensor = report(*probe);
    // A chip without values has alarms, or fans to set; a device without them measures something
    // else.
    if (!sensor.measurements.empty() || !sensor.error.empty()) sensors.push_back(std::move(sensor));
  }
  std::exchange(done_, {})(std::move(sensors));
}

Sensor Probes::report(const Probe& probe) const {
  const Steady now = loop_.clock().now();
  Sensor sensor = probe.latest;
  for (const Value& value : probe.values) {
    sensor.measurements.push_back(value.measurement);
    if (value.round != round_)
      sensor.measurements.back().age_seconds = to_seconds(now - value.measured);
  }
  if (probe.is_running && now - probe.begun > slow_answer)
    sensor.error = fmt::format("no answer for {:.0f} s", to_seconds(now - probe.begun));
  if (sensor.name.empty()) {
    sensor.name = probe.path.substr(probe.path.rfind('/') + 1);
    sensor.error = "no answer yet";
  }
  return sensor;
}

}  // namespace malinka::agent::telemetry
