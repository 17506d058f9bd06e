// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/telemetry.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "agent/capability/reply.h"
#include "agent/capability/telemetry/sensors.h"
#include "base/json.h"

namespace malinka::agent::telemetry {

Telemetry::Telemetry(net::Loop& loop, os::WorkerPool& workers, TelemetrySettings settings,
                     EventSink sink)
    : loop_(loop),
      workers_(workers),
      driver_(std::move(settings.driver)),
      probes_(loop, workers, driver_),
      kept_(std::move(settings.interval)),
      interval_(kept_.read()),
      is_simulated_(settings.is_simulated),
      sink_(std::move(sink)),
      self_(std::make_shared<Telemetry*>(this)) {
  schedule();
}

Telemetry::~Telemetry() { loop_.cancel(timer_); }

Json Telemetry::describe() const {
  Json json = {{"intervalSeconds", interval_.count()}};
  if (!problem_.empty()) json["problems"] = {problem_};
  return json;
}

void Telemetry::run(const Command& command, Answerer answer) {
  if (command.name == "telemetry.interval") return set_interval(command, std::move(answer));
  waiting_.push_back(std::move(answer));
  read();
}

void Telemetry::set_interval(const Command& command, Answerer answer) {
  const Json* const seconds = find_member(*command.value, "seconds");
  if (seconds == nullptr) return answer(done({{"seconds", interval_.count()}}));
  if (!workers_.has_room())
    return answer(refuse(ResponseCode::busy, "the device is busy: try again"));
  interval_ = std::chrono::seconds(seconds->get<std::int64_t>());
  schedule();
  keeping_.push_back(std::move(answer));
  keep_interval();
}

/// One write at a time, so that the last one stays.
void Telemetry::keep_interval() {
  if (std::exchange(is_keeping_, true)) return;
  workers_.submit<Result<void>>(
      [kept = kept_, interval = interval_] { return kept.write(interval); },
      [self = std::weak_ptr(self_), interval = interval_](const Result<void>& written) {
        if (const auto telemetry = self.lock()) (*telemetry)->finish_keeping(interval, written);
      });
}

void Telemetry::finish_keeping(std::chrono::seconds interval, const Result<void>& written) {
  is_keeping_ = false;
  if (interval != interval_) return keep_interval();  // It was changed meanwhile.
  problem_ = written ? ""
                     : "the interval holds until the next start only, for it cannot be kept: " +
                           written.error().message();
  Json value = {{"seconds", interval_.count()}};
  if (!written) value["problem"] = problem_;
  for (Answerer& answer : std::exchange(keeping_, {})) answer(done(value));
}

void Telemetry::schedule() {
  loop_.cancel(timer_);
  timer_ = loop_.after(interval_, [this] {
    is_event_due_ = true;
    read();
    schedule();
  });
}

void Telemetry::read() {
  if (is_reading_) return;
  if (!workers_.has_room()) {
    for (Answerer& answer : std::exchange(waiting_, {}))
      answer(refuse(ResponseCode::busy, "the device is busy: try again"));
    return;
  }
  is_reading_ = true;
  workers_.submit<Reading>([driver = driver_] { return driver->read(); },
                           [self = std::weak_ptr(self_)](Reading reading) {
                             if (const auto telemetry = self.lock())
                               (*telemetry)->read_probes(std::move(reading));
                           });
}

void Telemetry::read_probes(Reading reading) {
  const std::vector<std::string> probes = std::exchange(reading.probes, {});
  probes_.read(probes, [this, reading = std::move(reading)](std::vector<Sensor> sensors) mutable {
    std::ranges::move(sensors, std::back_inserter(reading.sensors));
    make_names_unique(reading.sensors);
    reading.cpu.temperature_celsius = find_processor_temperature(reading.sensors);
    finish(reading);
  });
}

void Telemetry::finish(const Reading& reading) {
  is_reading_ = false;
  const Json json = to_json(reading);
  for (Answerer& answer : std::exchange(waiting_, {})) answer(done(json));
  if (std::exchange(is_event_due_, false)) sink_("telemetry.reading", json, {});
}

}  // namespace malinka::agent::telemetry
