// SPDX-License-Identifier: MIT
// A line as commands know it: where it is, what it is called, what may be done with it, and what
// the agent holds of it.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/capability/capability.h"
#include "agent/capability/gpio/attempt.h"
#include "agent/capability/gpio/gpio_driver.h"
#include "agent/capability/gpio/permission.h"
#include "base/clock.h"
#include "net/loop.h"

namespace malinka::agent::gpio {

struct Line;

/// Lines that were requested together: they stay so.
struct Holding {
  std::unique_ptr<HeldLines> lines;
  LineConfig config;
  std::vector<Line*> members;  ///< By bit; they outlive it.
};

/// For whom, and until when, a line's edges are told.
struct Lease {
  Edges edges = Edges::both;
  Steady until;
  Access access = Access::control;  ///< What who asked may do at most.
};

struct Watch {
  std::map<std::string, Lease, std::less<>> leases;  ///< By who asked.
  std::chrono::milliseconds debounce{0};
  std::uint32_t last_sequence = 0;
};

/// A value that ends by itself. Whoever asked is told, also where it is given up.
class Pulse {
 public:
  Pulse(net::Loop& loop, bool value_after, Answerer answer)
      : loop_(loop), value_after_(value_after), answer_(std::move(answer)) {}
  ~Pulse() {
    loop_.cancel(timer_);
    end(refuse(ResponseCode::failed, "the pulse was given up: its line is gone"));
  }
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

  void begin(std::chrono::milliseconds width, net::Task over) {
    timer_ = loop_.after(width, std::move(over));
  }
  void end(Reply reply) {
    if (answer_) std::exchange(answer_, nullptr)(std::move(reply));
  }
  [[nodiscard]] bool value_after() const { return value_after_; }

 private:
  net::Loop& loop_;
  const bool value_after_;
  net::TimerId timer_ = net::no_timer;
  Answerer answer_;
};

struct Line {
  Chip* chip = nullptr;  ///< Outlives it.
  unsigned offset = 0;
  bool is_on_header = true;  ///< Of the chip that carries it: others are told with their chip.
  std::string kernel_name;
  const LineSettings* settings = nullptr;  ///< Of agent.toml, where that names it.
  bool is_named_twice = false;             ///< By two tables of it, which may say different things.
  Permission permission;
  std::string use;      ///< What its pin is for, where that is not GPIO.
  std::string problem;  ///< Why it is not what agent.toml says.

  Holding* holding = nullptr;  ///< Null while the agent does not hold it.
  unsigned bit = 0;            ///< There.
  Watch watch;
  std::unique_ptr<Pulse> pulse;

  [[nodiscard]] bool is_active_low() const {
    return settings != nullptr && settings->is_active_low;
  }
  [[nodiscard]] bool is_watched() const {
    return !watch.leases.empty() || (settings != nullptr && settings->watch != Edges::none);
  }
  [[nodiscard]] bool is_held_as(Role role) const {
    return holding != nullptr && holding->config.role == role;
  }
};

/// What tells a line from all others of its device.
struct LineLabel {
  unsigned offset = 0;
  std::string name;  ///< From agent.toml; empty where that does not name it.
  std::string chip;  ///< Empty on the chip with the header.
};

[[nodiscard]] LineLabel label_of(const Line& line);

/// As `lamp (GPIO17)`, `GPIO17`, or `line 17`: for sentences.
[[nodiscard]] std::string title_of(const Line& line);

/// Why the system refused, and what would help.
[[nodiscard]] Reply explain(const Error& error, const Line& line);

}  // namespace malinka::agent::gpio
