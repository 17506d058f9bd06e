// SPDX-License-Identifier: MIT
// The capability `tv`: one conversation with the TV at a time, and the event `tv.power` whenever it
// says something new of its power, or of whose picture it shows.

#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/capability/capability.h"
#include "agent/capability/tv/conversation.h"
#include "agent/capability/tv/tv_driver.h"
#include "net/loop.h"

namespace malinka::agent::tv {

struct TvSettings {
  std::unique_ptr<TvDriver> driver;
  std::optional<std::string> device;  ///< Nothing: the port where a TV answers.
  bool is_simulated = false;
};

/// **Loop-bound.**
class Tv final : public Capability, TvListener {
 public:
  /// May block. `loop` must outlive it.
  Tv(net::Loop& loop, TvSettings settings, EventSink sink);
  ~Tv() override;

  [[nodiscard]] std::string_view name() const override { return "tv"; }
  [[nodiscard]] bool is_simulated() const override { return is_simulated_; }
  [[nodiscard]] Json describe() const override;
  void run(const Command& command, Answerer answer) override;

 private:
  /// A command that waits for the TV to be free, and all who want its answer; none: the agent.
  struct Errand {
    std::string command;
    Steady deadline = Steady::max();
    VolumeWish volume{};
    std::vector<Answerer> answers{};
  };

  void on_heard(const Port& port, const CecMessage& message) override;
  void on_ports_changed() override;

  void add(Errand errand);
  void begin_next();
  void refuse_overdue();
  Task<bool> carry_out(Errand errand);
  Task<Trouble> act(const Errand& errand);
  void answer(Errand errand, const Trouble& trouble);

  void tell_news();
  void look_soon();
  void watch_silence();

  net::Loop& loop_;
  const bool is_simulated_;
  EventSink sink_;
  std::unique_ptr<TvDriver> driver_;
  TvState state_;
  PowerNews told_;
  Conversation conversation_;
  std::deque<Errand> waiting_;
  std::optional<Task<bool>> current_;  // Ends before what it talks to.
  int transitions_asked_ = 0;
  net::TimerId next_timer_ = net::no_timer;
  net::TimerId look_timer_ = net::no_timer;
  net::TimerId silence_timer_ = net::no_timer;
};

}  // namespace malinka::agent::tv
