// SPDX-License-Identifier: MIT
#include "agent/capability/tv/tv.h"

#include <algorithm>
#include <utility>

#include "agent/capability/reply.h"
#include "agent/capability/tv/courtesy.h"
#include "base/json.h"

namespace malinka::agent::tv {
namespace {

/// Commands that wait while another is carried out.
constexpr std::size_t errands_max = 8;
/// Ports change in bursts: plug, place, name.
constexpr std::chrono::milliseconds look_delay{500};
/// TVs before CEC 2.0 tell nobody that they were turned on by their own remote.
constexpr std::chrono::seconds silence_max{60};
/// One that is on its way from or to standby is asked sooner, for as long as that should take.
constexpr std::chrono::seconds transition_step{2};
constexpr int transitions_max = 15;

/// What is asked when nobody asks.
constexpr std::string_view glance = "glance";

bool is_between(Power power) { return power == Power::turning_on || power == Power::turning_off; }

std::optional<VolumeChange> parse_change(std::string_view text) {
  if (text == "up") return VolumeChange::up;
  if (text == "down") return VolumeChange::down;
  if (text == "mute") return VolumeChange::mute;
  if (text == "unmute") return VolumeChange::unmute;
  return {};
}

/// The parts of it are as its schema says; whether they fit together is not.
std::expected<VolumeWish, std::string> read_wish(const Json& value) {
  VolumeWish wish;
  const Json* const percent = find_member(value, "percent");
  const Json* const steps = find_member(value, "steps");
  wish.change = parse_change(text_of(value, "change"));
  if ((percent != nullptr) == wish.change.has_value())
    return std::unexpected("tv.volume takes either percent or change");
  if (percent != nullptr) wish.percent = static_cast<int>(percent->get<double>());
  const bool has_steps = wish.change == VolumeChange::up || wish.change == VolumeChange::down;
  if (steps != nullptr && !has_steps)
    return std::unexpected("steps go with the change up or down alone");
  if (steps != nullptr) wish.steps = static_cast<int>(steps->get<double>());
  return wish;
}

}  // namespace

Tv::Tv(net::Loop& loop, TvSettings settings, EventSink sink)
    : loop_(loop),
      is_simulated_(settings.is_simulated),
      sink_(std::move(sink)),
      driver_(std::move(settings.driver)),
      conversation_(loop, *driver_, state_, std::move(settings.device), [this] { tell_news(); }) {
  driver_->begin(*this);
  look_soon();
  watch_silence();
}

Tv::~Tv() {
  for (const net::TimerId timer : {next_timer_, look_timer_, silence_timer_}) loop_.cancel(timer);
  current_.reset();
}

Json Tv::describe() const {
  std::string problem = driver_->problem();
  if (problem.empty()) problem = explain_absence(state_, driver_->ports());
  if (problem.empty()) return Json::object();
  return {{"problems", Json::array({problem})}};
}

void Tv::run(const Command& command, Answerer answer) {
  Errand errand{.command = command.name, .deadline = command.deadline};
  if (command.name == "tv.volume") {
    const std::expected<VolumeWish, std::string> wish = read_wish(*command.value);
    if (!wish) return answer(refuse(ResponseCode::malformed, wish.error()));
    errand.volume = *wish;
  }
  // Who asks while the same question waits gets the same answer.
  const auto same = std::ranges::find(waiting_, "tv.status", &Errand::command);
  if (command.name == "tv.status" && same != waiting_.end()) {
    same->deadline = std::max(same->deadline, command.deadline);
    return same->answers.push_back(std::move(answer));
  }
  if (waiting_.size() >= errands_max)
    return answer(refuse(ResponseCode::busy,
                         "the TV is slow, and so many commands wait for it already: try again"));
  errand.answers.push_back(std::move(answer));
  add(std::move(errand));
}

void Tv::on_heard(const Port& port, const CecMessage& message) {
  if (port.device == state_.device) {
    conversation_.hear(message);
    state_.take(port, message);
    tell_news();
  }
  if (const std::optional<CecMessage> reply = courtesy(port, state_, message))
    driver_->send(port.device, Request{*reply, {}}, [](const Outcome&) {});
  if (is_between(state_.power)) watch_silence();
  if (state_.device.empty() && message.initiator() == television) look_soon();
}

void Tv::on_ports_changed() {
  const std::vector<Port> ports = driver_->ports();
  const bool is_there = std::ranges::any_of(ports, [this](const Port& port) {
    return port.device == state_.device && port.address != nowhere;
  });
  if (!is_there && !state_.device.empty() && !current_) state_.forget();
  tell_news();
  look_soon();
}

void Tv::add(Errand errand) {
  waiting_.push_back(std::move(errand));
  begin_next();
}

void Tv::begin_next() {
  if (current_) return;
  refuse_overdue();
  if (waiting_.empty()) return;
  Errand errand = std::move(waiting_.front());
  waiting_.pop_front();
  current_.emplace(carry_out(std::move(errand)));
  current_->start();
}

/// Whoever asked is told by now that it was not done, and so it is not to happen any more.
void Tv::refuse_overdue() {
  const Steady now = loop_.clock().now();
  std::erase_if(waiting_, [now](Errand& errand) {
    if (errand.deadline > now) return false;
    for (Answerer& answer : errand.answers)
      answer(refuse(ResponseCode::timed_out,
                    "the TV was busy with other commands for so long that this was not done"));
    return true;
  });
}

Task<bool> Tv::carry_out(Errand errand) {
  const Trouble trouble = co_await act(errand);
  answer(std::move(errand), trouble);
  // Not here: it is its own task that would end.
  next_timer_ = loop_.after(std::chrono::nanoseconds(0), [this] {
    current_.reset();
    begin_next();
  });
  co_return !trouble;
}

Task<Trouble> Tv::act(const Errand& errand) {
  Trouble trouble;
  if (errand.command == "tv.on") {
    trouble = co_await conversation_.turn(Power::on);
  } else if (errand.command == "tv.off") {
    trouble = co_await conversation_.turn(Power::standby);
  } else if (errand.command == "tv.focus") {
    trouble = co_await conversation_.focus();
  } else if (errand.command == "tv.volume") {
    trouble = co_await conversation_.set_volume(errand.volume);
  } else if (errand.command == glance) {
    trouble = co_await conversation_.find();
  } else {  // That there is no TV is an answer to what is there.
    co_await conversation_.look();
  }
  co_return trouble;
}

void Tv::answer(Errand errand, const Trouble& trouble) {
  tell_news();
  const Json json = to_json(state_, driver_->ports());
  for (Answerer& answer : errand.answers)
    answer(trouble ? refuse(trouble->code, trouble->text) : done(json));
}

void Tv::tell_news() {
  const PowerNews news{state_.power, state_.is_focused};
  if (news == told_) return;
  told_ = news;
  sink_("tv.power", to_json(news), {});
}

void Tv::look_soon() {
  if (look_timer_ != net::no_timer) return;
  look_timer_ = loop_.after(look_delay, [this] {
    look_timer_ = net::no_timer;
    const bool is_asked =
        std::ranges::find(waiting_, "tv.status", &Errand::command) != waiting_.end();
    if (!is_asked) add({.command = "tv.status"});
  });
}

/// Begins to wait anew for a TV that says nothing.
void Tv::watch_silence() {
  const bool is_soon = is_between(state_.power) && transitions_asked_ < transitions_max;
  transitions_asked_ = is_soon ? transitions_asked_ + 1 : 0;
  loop_.cancel(silence_timer_);
  silence_timer_ =
      loop_.after(is_soon ? std::chrono::nanoseconds(transition_step) : silence_max, [this] {
        const bool is_free = !current_ && waiting_.empty();
        if (is_free && !state_.device.empty()) add({.command = std::string(glance)});
        watch_silence();
      });
}

}  // namespace malinka::agent::tv
