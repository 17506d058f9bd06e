// SPDX-License-Identifier: MIT
#include "agent/agent.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "agent/capability_set.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent {
namespace {

constexpr std::chrono::seconds leave_timeout{5};
constexpr std::chrono::seconds deadline_step{1};

Answer to_answer(dispatch::Response response) {
  Answer answer;
  answer.code = static_cast<int>(response.code);
  answer.is_success = response.code == ResponseCode::done;
  answer.error = std::move(response.error);
  answer.value = std::move(response.value);
  answer.blob = std::move(response.blob);
  return answer;
}

void print(const std::string& line) {
  std::fprintf(stdout, "%s\n", line.c_str());
  std::fflush(stdout);
}

void tell_problem(const std::string& problem) {
  std::fprintf(stderr, "malinka-agent: %s\n", problem.c_str());
  std::fflush(stderr);
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::start(net::Loop& loop, Config config) {
  std::unique_ptr<Agent> agent(new Agent(loop, std::move(config)));
  TRY_VOID(add_capabilities({loop, agent->workers_, agent->dispatcher_, agent->config_}));
  agent->tell_link();
  agent->report_problems();
  agent->watch_pairing();
  agent->watch_deadlines();
  agent->join();
  return agent;
}

Agent::Agent(net::Loop& loop, Config config)
    : loop_(loop),
      config_(std::move(config)),
      workers_(loop),
      dispatcher_({dispatch::Contract::built_in(), config_.policy, loop.clock(), *this}),
      streams_(loop) {}

Agent::~Agent() {
  loop_.cancel(deadline_timer_);
  loop_.cancel(join_timer_);
  dispatcher_.stop();  // While there is still somebody to answer through.
}

void Agent::stop(net::Task on_stopped) {
  pairing_watch_.reset();
  loop_.cancel(join_timer_);
  dispatcher_.stop();
  subscriber_->close(leave_timeout, std::move(on_stopped));
}

void Agent::on_status(const ClientStatus& status) noexcept {
  is_guarded_ = status.is_guarded;
  const std::optional<Notice> notice = notices_.take(status);
  if (!notice) return;
  if (notice->is_joined) return print(notice->text);
  tell_problem(notice->text);
}

void Agent::on_command(Message command, Access access) noexcept {
  dispatcher_.dispatch(std::move(command), access);
}

void Agent::respond(const Message& command, dispatch::Response response) {
  // Where the link is gone, so is who asked.
  if (!subscriber_) return;
  std::unique_ptr<StreamTask> stream = std::move(response.stream);
  Answer answer = to_answer(std::move(response));
  if (!stream) return (void)subscriber_->answer(command, std::move(answer));
  streams_.accept(*subscriber_, command, std::move(answer), std::move(stream));
}

void Agent::announce(std::string_view event, std::string value, std::optional<Blob> blob,
                     Access see) {
  // Nobody hears it while the device is not joined; the next event is as good.
  if (subscriber_)
    (void)subscriber_->broadcast(std::string(event), std::move(value), std::move(blob), see);
}

/// Whether it is sealed is for this end to say, not for the hub.
dispatch::ChannelKind Agent::channel_kind() const {
  if (config_.place.subscriber.sealing) return dispatch::ChannelKind::sealed;
  return is_guarded_ ? dispatch::ChannelKind::guarded : dispatch::ChannelKind::open;
}

/// To a person at a terminal each time; elsewhere, as in a journal, once: there is a password in
/// it.
void Agent::tell_link() const {
  const std::optional<Paired>& paired = config_.place.paired;
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  if (!paired || (!paired->is_new && !is_terminal)) return;
  if (const auto invitation = make_invitation(paired->link, is_terminal)) print(*invitation);
}

void Agent::report_problems() const {
  if (config_.place.subscriber.key.empty())
    tell_problem(
        "no password is set: whoever knows the hub and the channel's name may join it; set one "
        "with --password-file, or leave out the channel as well, and this device makes both");
  if (config_.place.is_password_weak)
    tell_problem(
        fmt::format("the password is shorter than {} characters: who runs the hub could guess it",
                    limits::password_bytes_warned));
  for (const std::string& problem : dispatcher_.problems()) tell_problem(problem);
}

void Agent::watch_pairing() {
  if (!config_.place.paired) return;
  auto watch = PairingWatch::open(
      loop_, workers_, config_.place, [this](Result<client::SubscriberSettings> subscriber) {
        if (subscriber) return move(*std::move(subscriber));
        tell_problem("the new pairing cannot be used: " + subscriber.error().message());
      });
  if (watch)
    pairing_watch_ = *std::move(watch);
  else
    tell_problem("`malinka pair --new` is not noticed before the next start: " +
                 watch.error().message());
}

/// Whoever has the old link has nothing more to ask, so what runs for them is given up.
void Agent::move(client::SubscriberSettings subscriber) {
  const bool is_leaving = next_.has_value();
  next_ = std::move(subscriber);
  if (is_leaving) return;
  const std::string why = "the device was paired anew: its password is another one now";
  dispatcher_.give_up(why);
  streams_.give_up({static_cast<int>(ResponseCode::unavailable), why});
  subscriber_->close(leave_timeout, [this] {
    // Not here: we are in a callback of what join() ends.
    join_timer_ = loop_.after(std::chrono::nanoseconds(0), [this] {
      config_.place.subscriber = *std::exchange(next_, std::nullopt);
      join();
    });
  });
}

void Agent::join() {
  streams_.clear();
  subscriber_.reset();  // One at a time: each has the end of the loop's turn.
  subscriber_ = client::Subscriber::start(loop_, config_.place.subscriber, *this);
}

void Agent::watch_deadlines() {
  dispatcher_.answer_overdue();
  deadline_timer_ = loop_.after(deadline_step, [this] { watch_deadlines(); });
}

}  // namespace malinka::agent
