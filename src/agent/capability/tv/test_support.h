// SPDX-License-Identifier: MIT
// A TV that does as a test says, and a capability that talks to it.

#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/capability/tv/tv.h"
#include "base/json.h"

namespace malinka::agent::tv::test {

inline Port port_of(std::string device, PhysicalAddress address = 0x1000) {
  Port port;
  port.device = std::move(device);
  port.address = address;
  if (address != nowhere) port.own = 4;
  if (address == nowhere) port.problem = "no display is seen by this port";
  return port;
}

inline Outcome saying(Opcode opcode, std::initializer_list<std::uint8_t> operands) {
  return {Fate::answered, CecMessage(television, 4, opcode, operands), {}};
}

inline Outcome silent(Fate fate) { return {fate, CecMessage(0, 0), {}}; }

inline Outcome refusing(const CecMessage& message, std::uint8_t reason) {
  return {Fate::refused,
          CecMessage(television, 4, Opcode::feature_abort,
                     {static_cast<std::uint8_t>(*message.opcode()), reason}),
          {}};
}

/// What a message comes to is for `answer` to say; without one, nobody is there.
class ScriptedDriver final : public TvDriver {
 public:
  explicit ScriptedDriver(net::Loop& loop) : loop_(loop) {}

  void begin(TvListener& listener) override { listener_ = &listener; }
  [[nodiscard]] std::vector<Port> ports() const override { return all; }
  [[nodiscard]] std::string problem() const override {
    return all.empty() ? "this machine has no /dev/cec*" : "";
  }
  void look_again(std::move_only_function<void()> done) override {
    if (!is_stuck) later(std::move(done));
  }
  void send(const std::string& device, const Request& request, OutcomeSink done) override {
    sent.push_back(request.message);
    Outcome outcome = answer ? answer(device, request) : silent(Fate::not_acknowledged);
    later([done = std::move(done), outcome = std::move(outcome)]() mutable {
      done(std::move(outcome));
    });
  }

  [[nodiscard]] TvListener& listener() { return *listener_; }
  [[nodiscard]] std::size_t count(Opcode opcode) const {
    std::size_t found = 0;
    for (const CecMessage& message : sent) found += message.opcode() == opcode ? 1 : 0;
    return found;
  }

  std::vector<Port> all{port_of("/dev/cec0")};
  bool is_stuck = false;  ///< A look never ends.
  std::function<Outcome(const std::string& device, const Request& request)> answer;
  std::vector<CecMessage> sent;

 private:
  void later(net::Task task) {
    loop_.next_turn([alive = std::weak_ptr(alive_), task = std::move(task)]() mutable {
      if (alive.lock()) task();
    });
  }

  net::Loop& loop_;
  TvListener* listener_ = nullptr;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// A TV of the usual kind.
struct UsualTv {
  Power power = Power::on;
  int volume_percent = 20;
  int step = 1;
  bool is_muted = false;
  bool is_rival = false;  ///< Shows its own tuner, whatever it is told.

  Outcome operator()(const Request& request) {
    const CecMessage& message = request.message;
    const auto operands = message.operands();
    if (message.destination() == audio_system) return silent(Fate::not_acknowledged);
    switch (*message.opcode()) {
      case Opcode::give_device_power_status:
        return saying(Opcode::report_power_status, {static_cast<std::uint8_t>(power)});
      case Opcode::give_audio_status:
        return saying(Opcode::report_audio_status,
                      {static_cast<std::uint8_t>(volume_percent | (is_muted ? 0x80 : 0))});
      case Opcode::image_view_on: power = Power::on; break;
      case Opcode::standby: power = Power::standby; break;
      case Opcode::user_control_pressed:
        if (operands[0] == 0x41) volume_percent = std::min(100, volume_percent + step);
        if (operands[0] == 0x42) volume_percent = std::max(0, volume_percent - step);
        if (operands[0] == 0x43) is_muted = !is_muted;
        break;
      case Opcode::request_active_source:
        if (is_rival) return saying(Opcode::active_source, {0, 0});
        break;
      default: break;
    }
    return silent(request.reply ? Fate::no_answer : Fate::sent);
  }
};

/// The capability at a clock that is turned by hand.
struct Bench {
  explicit Bench(std::optional<std::string> device = {}) {
    driver->answer = [this](const std::string&, const Request& request) { return tv(request); };
    capability = std::make_unique<Tv>(
        *loop, TvSettings{std::unique_ptr<TvDriver>(driver), std::move(device), false},
        [this](std::string_view event, const Json& value, const std::optional<Blob>&) {
          REQUIRE(event == "tv.power");
          events.push_back(value);
        });
  }

  void ask(const char* command, Json value = Json::object(), Steady deadline = Steady::max()) {
    capability->run({.name = command,
                     .originator = "phone",
                     .value = std::make_shared<const Json>(std::move(value)),
                     .blob = {},
                     .deadline = deadline},
                    [this](Reply reply) { replies.push_back(std::move(reply)); });
  }
  /// A minute at most, in steps that a person would not notice.
  template <typename Condition>
  void turn_until(Condition condition) {
    constexpr std::chrono::milliseconds step{50};
    for (int i = 0; !condition() && i < 1800; ++i) {
      clock.advance(step);
      loop->run_turn(std::chrono::milliseconds(0));
    }
    REQUIRE(condition());
  }
  Reply answer_to(const char* command, Json value = Json::object()) {
    const std::size_t before = replies.size();
    ask(command, std::move(value));
    turn_until([&] { return replies.size() > before; });
    return std::move(replies.back());
  }

  ManualClock clock;
  std::unique_ptr<net::Loop> loop = *net::Loop::create(clock);
  ScriptedDriver* driver = new ScriptedDriver(*loop);  // The capability's own.
  UsualTv tv;
  std::vector<Reply> replies;
  std::vector<Json> events;
  std::unique_ptr<Tv> capability;
};

}  // namespace malinka::agent::tv::test
