// SPDX-License-Identifier: MIT
#include "agent/capability/tv/conversation.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace malinka::agent::tv {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// How long a TV may take from standby to a picture, or back.
constexpr seconds power_patience{30};
constexpr milliseconds power_step{500};
/// One that was told while it was still busy with the opposite is told again.
constexpr seconds order_again{6};
/// So often in a row it may say nothing of its power before it is taken for one that never does.
constexpr int untold_max = 4;
/// How long a port takes to find out who it is there.
constexpr milliseconds settle_step{200};
constexpr seconds settle_patience{6};
/// How long one may take to be opened. Some adapters on USB answer when they like.
constexpr seconds look_patience{10};
/// How long a TV that let go of the cable in its sleep takes to be seen again.
constexpr int wake_steps_max = 40;

}  // namespace

/// A message on its way.
class Conversation::Sending {
 public:
  Sending(TvDriver& driver, std::string device, const Request& request)
      : driver_(driver), device_(std::move(device)), request_(request) {}
  [[nodiscard]] bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> waiting) {
    driver_.send(device_, request_, [this, waiting](Outcome outcome) {
      outcome_ = std::move(outcome);
      waiting.resume();
    });
  }
  Outcome await_resume() { return std::move(outcome_); }

 private:
  TvDriver& driver_;
  const std::string device_;
  const Request request_;
  Outcome outcome_;
};

void Conversation::Pause::await_suspend(std::coroutine_handle<> waiting) {
  timer_ = loop_.after(time_, [this, waiting] {
    timer_ = net::no_timer;
    waiting.resume();
  });
}

/// Over when the driver has looked, or has had its time.
class Conversation::SecondLook {
 public:
  SecondLook(net::Loop& loop, TvDriver& driver) : loop_(loop), driver_(driver) {}
  ~SecondLook() { loop_.cancel(timer_); }
  SecondLook(const SecondLook&) = delete;
  SecondLook& operator=(const SecondLook&) = delete;
  [[nodiscard]] bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> waiting) {
    timer_ = loop_.after(look_patience, [this, waiting] {
      timer_ = net::no_timer;
      waits_.reset();
      waiting.resume();
    });
    driver_.look_again([this, waits = std::weak_ptr(waits_), waiting] {
      if (waits.expired()) return;
      waits_.reset();
      waiting.resume();
    });
  }
  void await_resume() const {}

 private:
  net::Loop& loop_;
  TvDriver& driver_;
  net::TimerId timer_ = net::no_timer;
  std::shared_ptr<bool> waits_ = std::make_shared<bool>(true);  // Gone: nobody is to be told.
};

Conversation::Conversation(net::Loop& loop, TvDriver& driver, TvState& state,
                           std::optional<std::string> device, std::function<void()> on_news)
    : loop_(loop),
      driver_(driver),
      state_(state),
      device_(std::move(device)),
      on_news_(std::move(on_news)) {}

Task<Trouble> Conversation::look() {
  Trouble trouble = co_await find();
  if (trouble) co_return trouble;
  co_await get_acquainted();
  co_await ask_source();
  if (state_.power == Power::on && tells_volume_) {
    trouble = co_await choose_speaker();
    if (!trouble) co_await ask_volume();
  }
  co_return Trouble();
}

Task<Trouble> Conversation::find() {
  co_await settle();
  state_.silent.clear();
  for (const Port& port : usable_ports()) {
    const bool is_found = co_await find_at(port);
    if (is_found) co_return Trouble();
  }
  Problem problem = absence();
  on_news_();
  co_return problem;
}

Task<Trouble> Conversation::turn(Power goal) {
  if (goal == Power::on) co_await wake_unseen();
  Trouble trouble = co_await find();
  if (trouble) co_return trouble;
  const Steady begin = loop_.clock().now();
  std::optional<Steady> ordered;
  for (int untold = 0; loop_.clock().now() - begin < power_patience;) {
    const Power opposite = goal == Power::on ? Power::standby : Power::on;
    const bool is_deaf =
        ordered && state_.power == opposite && loop_.clock().now() - *ordered >= order_again;
    if (!ordered || is_deaf) {
      trouble = co_await order(goal);
      if (trouble) co_return trouble;
      ordered = loop_.clock().now();
    }
    Pause pause(loop_, power_step);
    co_await pause;
    const Outcome outcome =
        co_await ask(Opcode::give_device_power_status, Opcode::report_power_status);
    if (outcome.fate == Fate::failed)
      co_return trouble_of(outcome, Opcode::give_device_power_status);
    if (outcome.fate == Fate::answered && state_.power == goal) co_return Trouble();
    untold = outcome.fate == Fate::answered ? 0 : untold + 1;
    if (untold < untold_max) continue;
    state_.power = Power::unknown;
    state_.problem = outcome.fate == Fate::not_acknowledged
                         ? "the TV took the message and answers nothing since then"
                         : "the TV took the message, and does not say whether it is on";
    on_news_();
    co_return Trouble();
  }
  co_return Problem{ResponseCode::timed_out,
                    fmt::format("the TV was told to {} {} s ago and still says that it is {}",
                                goal == Power::on ? "turn on" : "turn off", power_patience.count(),
                                to_text(state_.power))};
}

Task<Trouble> Conversation::focus() {
  Trouble trouble = co_await turn(Power::on);
  if (trouble) co_return trouble;
  const std::optional<Port> here = port();
  if (!here || !here->own) co_return absence();
  const Outcome claim = co_await say(active_source(*here->own, here->address));
  trouble = trouble_of(claim, Opcode::active_source);
  if (trouble) co_return trouble;
  // Who else is shown would answer; of itself a TV does not say.
  const Outcome rival =
      co_await ask(Opcode::request_active_source, Opcode::active_source, everyone);
  if (rival.fate == Fate::failed) co_return trouble_of(rival, Opcode::request_active_source);
  const std::optional<PhysicalAddress> shown = shown_source_in(rival.reply);
  const bool is_rival = rival.fate == Fate::answered && shown && *shown != here->address;
  state_.is_focused = !is_rival;
  on_news_();
  if (!is_rival) co_return Trouble();
  co_return Problem{
      ResponseCode::failed,
      fmt::format("the TV stays with what is at {}: choose this device's input on it once, and "
                  "look whether its HDMI-CEC settings let devices switch inputs",
                  to_text(*shown))};
}

void Conversation::hear(const CecMessage& message) {
  if (message.initiator() == speaker_ && audio_status_in(message)) is_volume_heard_ = true;
  const std::optional<Refusal> refusal = refusal_in(message);
  if (refusal && message.initiator() == speaker_ && refusal->opcode == Opcode::user_control_pressed)
    refusal_ = refusal;
}

/// Until all ports know who they are, or as long as that takes at most.
Task<bool> Conversation::settle() {
  const Steady begin = loop_.clock().now();
  while (loop_.clock().now() - begin < settle_patience) {
    SecondLook second_look(loop_, driver_);
    co_await second_look;
    const std::vector<Port> ports = driver_.ports();
    if (std::ranges::none_of(ports, &Port::is_settling)) co_return true;
    Pause pause(loop_, settle_step);
    co_await pause;
  }
  co_return false;
}

/// Whether anybody there is a TV: it need not say how it is.
Task<bool> Conversation::find_at(Port port) {
  const CecMessage question(*port.own, television, Opcode::give_device_power_status);
  Sending sending(driver_, port.device, Request{question, Opcode::report_power_status});
  const Outcome outcome = co_await sending;
  if (outcome.fate == Fate::not_acknowledged || outcome.fate == Fate::failed) {
    state_.silent.insert(port.device);
    co_return false;
  }
  if (state_.device != port.device) state_.forget();
  state_.device = port.device;
  state_.problem.clear();
  if (outcome.fate == Fate::answered) state_.take(port, outcome.reply);
  if (outcome.fate == Fate::refused) state_.set_power(Power::unknown);
  on_news_();
  co_return true;
}

/// Some TVs let go of the cable in standby, so that no port sees a display; they still listen.
Task<bool> Conversation::wake_unseen() {
  const std::vector<Port> ports = driver_.ports();
  if (std::ranges::any_of(ports, [](const Port& port) { return port.address != nowhere; }))
    co_return true;
  bool is_sent = false;
  for (const Port& port : ports) {
    if (device_ && port.device != *device_) continue;
    const CecMessage message(unregistered, television, Opcode::image_view_on);
    Sending sending(driver_, port.device, Request{message, {}});
    const Outcome outcome = co_await sending;
    is_sent |= outcome.fate == Fate::sent;
  }
  for (int step = 0; is_sent && step < wake_steps_max && usable_ports().empty(); ++step) {
    Pause pause(loop_, settle_step);
    co_await pause;
  }
  co_return is_sent;
}

Task<Trouble> Conversation::order(Power goal) {
  const std::optional<Port> here = port();
  if (!here || !here->own) co_return absence();
  const Opcode opcode = goal == Power::on ? Opcode::image_view_on : Opcode::standby;
  Outcome outcome = co_await say(CecMessage(*here->own, television, opcode), Opcode::feature_abort);
  if (outcome.fate == Fate::refused && goal == Power::on)  // Old ones know the other alone.
    outcome = co_await say(CecMessage(*here->own, television, Opcode::text_view_on),
                           Opcode::feature_abort);
  if (outcome.fate == Fate::no_answer) co_return Trouble();  // Not refused.
  co_return trouble_of(outcome, opcode);
}

/// What does not change: asked once of each TV.
Task<bool> Conversation::get_acquainted() {
  if (acquainted_ == state_.device) co_return true;
  acquainted_ = state_.device;
  speaker_ = television;
  tells_volume_ = true;
  co_await ask(Opcode::give_osd_name, Opcode::set_osd_name);
  co_await ask(Opcode::give_device_vendor_id, Opcode::device_vendor_id);
  co_return true;
}

/// Once: where nobody is shown, nobody answers. Later it is heard when that changes.
Task<bool> Conversation::ask_source() {
  const bool is_on = state_.power == Power::on;
  const bool is_new = is_on && !is_source_asked_ && !state_.is_focused;
  is_source_asked_ = is_on;
  if (is_new) co_await ask(Opcode::request_active_source, Opcode::active_source, everyone);
  co_return is_new;
}

Task<Outcome> Conversation::ask(Opcode question, Opcode reply, LogicalAddress to) {
  const std::optional<Port> here = port();
  if (!here || !here->own) co_return Outcome{Fate::failed, CecMessage(0, 0), "the device is gone"};
  const Outcome outcome = co_await say(CecMessage(*here->own, to, question), reply);
  co_return outcome;
}

Task<Outcome> Conversation::say(CecMessage message, std::optional<Opcode> reply) {
  const std::string device = state_.device;
  Sending sending(driver_, device, Request{message, reply});
  Outcome outcome = co_await sending;
  const std::optional<Port> here = port();
  if (here && outcome.fate == Fate::answered) state_.take(*here, outcome.reply);
  on_news_();
  co_return outcome;
}

std::optional<Port> Conversation::port() const {
  for (Port& port : driver_.ports())
    if (port.device == state_.device) return std::move(port);
  return {};
}

/// Where a TV may be, the one where it was before the others.
std::vector<Port> Conversation::usable_ports() const {
  std::vector<Port> ports = driver_.ports();
  std::erase_if(ports, [this](const Port& port) {
    return !port.own || !port.problem.empty() || (device_ && port.device != *device_);
  });
  if (const auto last = std::ranges::find(ports, state_.device, &Port::device); last != ports.end())
    std::rotate(ports.begin(), last, last + 1);
  return ports;
}

Problem Conversation::absence() {
  state_.forget();
  acquainted_.clear();
  const std::vector<Port> ports = driver_.ports();
  const bool is_there =
      !device_ || std::ranges::find(ports, *device_, &Port::device) != ports.end();
  state_.problem = driver_.problem();
  if (state_.problem.empty() && !is_there)
    state_.problem = *device_ + " is not there, and [tv] in agent.toml wants that device";
  if (state_.problem.empty()) state_.problem = explain_absence(state_, ports);
  if (state_.problem.empty()) state_.problem = "no HDMI port has found its place yet: try again";
  return {ports.empty() ? ResponseCode::not_supported : ResponseCode::failed, state_.problem};
}

Trouble Conversation::trouble_of(const Outcome& outcome, Opcode said) const {
  const auto failed = [](std::string text) {
    return Problem{ResponseCode::failed, std::move(text)};
  };
  const std::string name = name_of(said);
  switch (outcome.fate) {
    case Fate::answered:
    case Fate::sent: return {};
    case Fate::refused: {
      const std::optional<Refusal> refusal = refusal_in(outcome.reply);
      return failed(fmt::format("the TV refuses <{}>: {}", name,
                                reason_text(refusal ? refusal->reason : 0xff)));
    }
    case Fate::not_acknowledged:
      return failed(fmt::format("the TV at {} did not take <{}>: it is gone", state_.device, name));
    case Fate::no_answer: return failed(fmt::format("the TV does not answer <{}>", name));
    case Fate::failed: break;
  }
  return failed(fmt::format("{}: {}", state_.device, outcome.problem));
}

}  // namespace malinka::agent::tv
