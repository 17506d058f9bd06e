// SPDX-License-Identifier: MIT
// What is said to a TV, and waited for, one thing after the other: to find it, to turn it on or
// off, to show this device's picture, to make it louder. What counts is what the TV says then, not
// that a message was sent.

#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "agent/capability/tv/task.h"
#include "agent/capability/tv/tv_driver.h"
#include "agent/capability/tv/tv_state.h"
#include "base/response_code.h"
#include "net/loop.h"

namespace malinka::agent::tv {

struct Problem {
  ResponseCode code;
  std::string text;
};

/// Nothing where all went well.
using Trouble = std::optional<Problem>;

enum class VolumeChange : std::uint8_t { up, down, mute, unmute };

/// One of both.
struct VolumeWish {
  std::optional<int> percent;
  std::optional<VolumeChange> change;
  int steps = 1;
};

/// **Loop-bound.** One task of it at a time.
class Conversation {
 public:
  /// `device` is the one port to use; nothing: the one where a TV answers. `on_news` is told
  /// whenever `state` may have changed. All of it must outlive this, and its tasks must end before.
  Conversation(net::Loop& loop, TvDriver& driver, TvState& state, std::optional<std::string> device,
               std::function<void()> on_news);

  /// Its power, its name, how loud it is, and whose picture it shows.
  Task<Trouble> look();
  /// Its power alone.
  Task<Trouble> find();
  /// `goal` is on or standby.
  Task<Trouble> turn(Power goal);
  Task<Trouble> focus();
  Task<Trouble> set_volume(VolumeWish wish);

  /// Something was said, and not in answer to a request.
  void hear(const CecMessage& message);

 private:
  class Sending;
  class SecondLook;

  class Pause {
   public:
    Pause(net::Loop& loop, std::chrono::milliseconds time) : loop_(loop), time_(time) {}
    ~Pause() { loop_.cancel(timer_); }
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    [[nodiscard]] bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting);
    void await_resume() const {}

   private:
    net::Loop& loop_;
    const std::chrono::milliseconds time_;
    net::TimerId timer_ = net::no_timer;
  };

  Task<bool> settle();
  Task<bool> find_at(Port port);
  Task<bool> wake_unseen();
  Task<Trouble> order(Power goal);
  Task<bool> get_acquainted();
  Task<bool> ask_source();
  Task<Trouble> choose_speaker();
  Task<Outcome> ask_volume();
  Task<Trouble> press(Key key, int times);
  Task<Trouble> reach(int percent);
  Task<Trouble> mute(bool is_wanted);
  Task<bool> wait_for_volume();
  Task<Trouble> press_and_look(Key key, int times);

  /// To the TV, unless said otherwise; what it answers is in the state already.
  Task<Outcome> ask(Opcode question, Opcode reply, LogicalAddress to = television);
  Task<Outcome> say(CecMessage message, std::optional<Opcode> reply = {});

  [[nodiscard]] std::optional<Port> port() const;
  [[nodiscard]] std::vector<Port> usable_ports() const;
  [[nodiscard]] Problem absence();
  [[nodiscard]] Trouble trouble_of(const Outcome& outcome, Opcode said) const;

  net::Loop& loop_;
  TvDriver& driver_;
  TvState& state_;
  const std::optional<std::string> device_;
  std::function<void()> on_news_;
  std::string acquainted_;  // The port whose TV has said its name.
  LogicalAddress speaker_ = television;
  bool tells_volume_ = true;
  bool is_source_asked_ = false;  // Since it was turned on.
  // Since the last key was pressed:
  std::optional<Refusal> refusal_;
  bool is_volume_heard_ = false;
};

}  // namespace malinka::agent::tv
