// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/telemetry.h"

#include <utility>

#include "agent/capability/reply.h"
#include "base/json.h"

namespace malinka::agent::telemetry {

Telemetry::Telemetry(net::Loop& loop, os::WorkerPool& workers, TelemetrySettings settings,
                     EventSink sink)
    : loop_(loop),
      workers_(workers),
      driver_(std::move(settings.driver)),
      interval_(settings.interval),
      is_simulated_(settings.is_simulated),
      sink_(std::move(sink)),
      self_(std::make_shared<Telemetry*>(this)) {
  schedule();
}

Telemetry::~Telemetry() { loop_.cancel(timer_); }

Json Telemetry::describe() const { return {{"intervalSeconds", interval_.count()}}; }

void Telemetry::run(const Command& command, Answerer answer) {
  if (command.name == "telemetry.interval") return set_interval(command, std::move(answer));
  waiting_.push_back(std::move(answer));
  read();
}

void Telemetry::set_interval(const Command& command, Answerer answer) {
  if (const Json* const seconds = find_member(*command.value, "seconds")) {
    interval_ = std::chrono::seconds(seconds->get<std::int64_t>());
    schedule();
  }
  answer(done({{"seconds", interval_.count()}}));
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
                           [self = std::weak_ptr(self_)](const Reading& reading) {
                             if (const auto telemetry = self.lock()) (*telemetry)->finish(reading);
                           });
}

void Telemetry::finish(const Reading& reading) {
  is_reading_ = false;
  const Json json = to_json(reading);
  for (Answerer& answer : std::exchange(waiting_, {})) answer(done(json));
  if (std::exchange(is_event_due_, false)) sink_("telemetry.reading", json, {});
}

}  // namespace malinka::agent::telemetry
