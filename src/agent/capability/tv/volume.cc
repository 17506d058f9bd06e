// SPDX-License-Identifier: MIT
// How loud it is: CEC 1.4 knows keys alone, so a percent is reached by pressing them, and looking.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "agent/capability/tv/conversation.h"

namespace malinka::agent::tv {
namespace {

/// A step of a TV may be more than one percent: no more presses at once than a share of the way.
constexpr int share_of_way = 4;
constexpr int presses_max = 8;
constexpr int rounds_max = 60;
/// The first key may only show the bar.
constexpr int stuck_max = 4;
/// How long a TV may take to tell of itself what a key has done.
constexpr std::chrono::milliseconds report_step{100};
constexpr int report_steps_max = 15;

}  // namespace

Task<Trouble> Conversation::set_volume(VolumeWish wish) {
  Trouble trouble = co_await find();
  if (trouble) co_return trouble;
  co_await get_acquainted();
  tells_volume_ = true;
  trouble = co_await choose_speaker();
  if (trouble) co_return trouble;
  if (wish.percent) {
    trouble = co_await reach(*wish.percent);
  } else if (wish.change == VolumeChange::mute || wish.change == VolumeChange::unmute) {
    trouble = co_await mute(wish.change == VolumeChange::mute);
  } else {
    const Key key = wish.change == VolumeChange::up ? Key::volume_up : Key::volume_down;
    trouble = co_await press_and_look(key, wish.steps);
  }
  co_return trouble;
}

/// An amplifier takes over where it is there and in charge.
Task<Trouble> Conversation::choose_speaker() {
  const Outcome mode = co_await ask(Opcode::give_system_audio_mode_status,
                                    Opcode::system_audio_mode_status, audio_system);
  if (mode.fate == Fate::failed) co_return trouble_of(mode, Opcode::give_system_audio_mode_status);
  const bool is_in_charge =
      mode.fate == Fate::answered && system_audio_mode_in(mode.reply).value_or(false);
  speaker_ = is_in_charge ? audio_system : television;
  const bool is_asleep = state_.power == Power::standby || state_.power == Power::turning_off;
  if (speaker_ == audio_system || !is_asleep) co_return Trouble();
  co_return Problem{ResponseCode::conflict,
                    fmt::format("the TV is {}: turn it on first", to_text(state_.power))};
}

Task<Outcome> Conversation::ask_volume() {
  const Outcome outcome =
      co_await ask(Opcode::give_audio_status, Opcode::report_audio_status, speaker_);
  tells_volume_ = outcome.fate == Fate::answered;
  co_return outcome;
}

/// A key is down until it is released, and would repeat.
Task<Trouble> Conversation::press(Key key, int times) {
  refusal_.reset();
  for (int i = 0; i < times; ++i) {
    const std::optional<Port> here = port();
    if (!here || !here->own) co_return absence();
    const Outcome pressed = co_await say(tv::press(*here->own, speaker_, key));
    Trouble trouble = trouble_of(pressed, Opcode::user_control_pressed);
    if (trouble) co_return trouble;
    const Outcome released =
        co_await say(CecMessage(*here->own, speaker_, Opcode::user_control_released));
    trouble = trouble_of(released, Opcode::user_control_released);
    if (trouble) co_return trouble;
  }
  co_return Trouble();
}

/// Some TVs refuse to be asked, and tell of themselves when a key was pressed.
Task<bool> Conversation::wait_for_volume() {
  for (int step = 0; step < report_steps_max && !is_volume_heard_ && !refusal_; ++step) {
    Pause pause(loop_, report_step);
    co_await pause;
  }
  co_return is_volume_heard_;
}

Task<Trouble> Conversation::press_and_look(Key key, int times) {
  is_volume_heard_ = false;
  const Trouble trouble = co_await press(key, times);
  if (trouble) co_return trouble;
  Outcome told;
  if (tells_volume_) told = co_await ask_volume();
  if (tells_volume_) co_return Trouble();
  if (told.fate == Fate::failed && !told.problem.empty())
    co_return trouble_of(told, Opcode::give_audio_status);
  const bool is_heard = co_await wait_for_volume();
  if (is_heard) co_return Trouble();
  if (refusal_)
    co_return Problem{ResponseCode::failed,
                      fmt::format("the TV refuses the key: {}", reason_text(refusal_->reason))};
  state_.volume_percent.reset();
  state_.is_muted.reset();
  state_.problem = "the TV took the key, and does not say how loud it is";
  co_return Trouble();
}

Task<Trouble> Conversation::reach(int percent) {
  co_await ask_volume();
  if (!tells_volume_) {  // It may tell when a key is pressed: the one that does no harm.
    const Trouble trouble = co_await press_and_look(Key::volume_down, 1);
    if (trouble) co_return trouble;
  }
  int stuck = 0;
  for (int round = 0; round < rounds_max && stuck < stuck_max; ++round) {
    if (!state_.volume_percent)
      co_return Problem{ResponseCode::not_supported,
                        "the TV does not say how loud it is, so that a percent cannot be reached: "
                        "use up and down"};
    const int before = *state_.volume_percent;
    const int way = percent - before;
    if (way == 0) co_return Trouble();
    const Key key = way > 0 ? Key::volume_up : Key::volume_down;
    const int presses = std::clamp(std::abs(way) / share_of_way, 1, presses_max);
    const Trouble trouble = co_await press_and_look(key, presses);
    if (trouble) co_return trouble;
    const int after = state_.volume_percent.value_or(before);
    const bool is_passed = after != before && (percent - after > 0) != (way > 0);
    if (is_passed) co_return Trouble();  // Its steps do not meet it: this is as near.
    stuck = after == before ? stuck + 1 : 0;
  }
  co_return Problem{ResponseCode::failed,
                    fmt::format("the TV stays at {} %, whatever key is pressed",
                                state_.volume_percent.value_or(0))};
}

Task<Trouble> Conversation::mute(bool is_wanted) {
  co_await ask_volume();
  if (state_.is_muted == is_wanted) co_return Trouble();
  // The usual key turns it round; where it is not known how it is now, only the others will do.
  const Key blind_key = is_wanted ? Key::mute_function : Key::restore_volume;
  const Trouble trouble = co_await press_and_look(state_.is_muted ? Key::mute : blind_key, 1);
  if (trouble || !state_.is_muted || state_.is_muted == is_wanted) co_return trouble;
  const Trouble again = co_await press_and_look(Key::mute, 1);
  if (again || state_.is_muted == is_wanted) co_return again;
  co_return Problem{ResponseCode::failed,
                    is_wanted ? "the TV does not mute itself" : "the TV stays mute"};
}

}  // namespace malinka::agent::tv
