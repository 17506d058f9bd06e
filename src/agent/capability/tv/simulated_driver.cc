// SPDX-License-Identifier: MIT
#include "agent/capability/tv/simulated_driver.h"

#include <algorithm>
#include <utility>

namespace malinka::agent::tv {
namespace {

constexpr LogicalAddress own = 4;

Outcome say(LogicalAddress to, Opcode opcode, std::initializer_list<std::uint8_t> operands) {
  return {Fate::answered, CecMessage(television, to, opcode, operands), {}};
}

Outcome keep_silent(Fate fate) { return {fate, CecMessage(0, 0), {}}; }

}  // namespace

SimulatedDriver::SimulatedDriver(net::Loop& loop)
    : loop_(loop), self_(std::make_shared<SimulatedDriver*>(this)) {
  port_.device = "simulated";
  port_.address = 0x1000;
  port_.own = own;
}

SimulatedDriver::~SimulatedDriver() { loop_.cancel(waking_); }

void SimulatedDriver::look_again(std::move_only_function<void()> done) {
  later({}, std::move(done));
}

void SimulatedDriver::send(const std::string&, const Request& request, OutcomeSink done) {
  later(answer_time, [this, request, done = std::move(done)]() mutable { done(answer(request)); });
}

Outcome SimulatedDriver::answer(const Request& request) {
  const CecMessage& message = request.message;
  const bool is_for_tv = message.destination() == television || message.is_to_everyone();
  if (!is_for_tv) return keep_silent(Fate::not_acknowledged);
  switch (message.opcode().value_or(Opcode::feature_abort)) {
    case Opcode::give_device_power_status:
      return say(own, Opcode::report_power_status, {static_cast<std::uint8_t>(power_)});
    case Opcode::give_osd_name: return say(own, Opcode::set_osd_name, {'T', 'V'});
    case Opcode::give_device_vendor_id:
      return say(everyone, Opcode::device_vendor_id, {0x00, 0xe0, 0x91});
    case Opcode::give_audio_status: return answer_audio(message);
    case Opcode::request_active_source:
      if (source_ != root_address || power_ != Power::on) return keep_silent(Fate::no_answer);
      return say(everyone, Opcode::active_source, {0, 0});
    default: break;
  }
  obey(message);
  return keep_silent(request.reply ? Fate::no_answer : Fate::sent);
}

Outcome SimulatedDriver::answer_audio(const CecMessage& message) const {
  constexpr std::uint8_t not_as_it_is_now = 1;
  if (power_ != Power::on)
    return {Fate::refused,
            CecMessage(television, own, Opcode::feature_abort,
                       {static_cast<std::uint8_t>(*message.opcode()), not_as_it_is_now}),
            {}};
  return say(own, Opcode::report_audio_status,
             {static_cast<std::uint8_t>(volume_percent_ | (is_muted_ ? 0x80 : 0))});
}

void SimulatedDriver::obey(const CecMessage& message) {
  switch (*message.opcode()) {
    case Opcode::image_view_on:
    case Opcode::text_view_on: return turn(Power::on);
    case Opcode::standby: return turn(Power::standby);
    case Opcode::active_source: source_ = shown_source_in(message).value_or(source_); return;
    case Opcode::user_control_pressed:
      if (power_ == Power::on && !message.operands().empty()) obey_key(message.operands()[0]);
      return;
    default: return;
  }
}

void SimulatedDriver::obey_key(std::uint8_t key) {
  switch (static_cast<Key>(key)) {
    case Key::volume_up: volume_percent_ = std::min(volume_percent_ + 1, 100); break;
    case Key::volume_down: volume_percent_ = std::max(volume_percent_ - 1, 0); break;
    case Key::mute: is_muted_ = !is_muted_; break;
    case Key::mute_function: is_muted_ = true; break;
    case Key::restore_volume: is_muted_ = false; break;
  }
}

void SimulatedDriver::turn(Power goal) {
  const Power way = goal == Power::on ? Power::turning_on : Power::turning_off;
  if (power_ == goal || power_ == way) return;
  power_ = way;
  tell_power();
  loop_.cancel(waking_);
  waking_ = loop_.after(wake_time, [this, goal] {
    waking_ = net::no_timer;
    power_ = goal;
    tell_power();
  });
}

/// As TVs since CEC 2.0 do. Not at once: what led to it is not answered yet.
void SimulatedDriver::tell_power() {
  later({}, [this, power = power_] {
    listener_->on_heard(port_, CecMessage(television, everyone, Opcode::report_power_status,
                                          {static_cast<std::uint8_t>(power)}));
  });
}

void SimulatedDriver::later(std::chrono::milliseconds delay, net::Task task) {
  (void)loop_.after(delay, [self = std::weak_ptr(self_), task = std::move(task)]() mutable {
    if (self.lock()) task();
  });
}

}  // namespace malinka::agent::tv
