// SPDX-License-Identifier: MIT
#include "agent/agent.h"

#include <cstdio>

#include "agent/capability_set.h"
#include "base/json.h"
#include "base/log.h"
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

void tell(const Notice& notice) {
  std::FILE* const stream = notice.is_joined ? stdout : stderr;
  std::fprintf(stream, notice.is_joined ? "%s\n" : "malinka-agent: %s\n", notice.text.c_str());
  std::fflush(stream);
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::start(net::Loop& loop, Config config) {
  std::unique_ptr<Agent> agent(new Agent(loop, std::move(config)));
  TRY_VOID(add_capabilities({loop, agent->workers_, agent->dispatcher_, agent->config_}));
  agent->report_problems();
  agent->watch_deadlines();
  agent->subscriber_ = client::Subscriber::start(loop, agent->config_.subscriber, *agent);
  return agent;
}

Agent::Agent(net::Loop& loop, Config config)
    : loop_(loop),
      config_(std::move(config)),
      workers_(loop),
      dispatcher_({dispatch::Contract::built_in(), config_.policy, loop.clock(), *this}) {}

Agent::~Agent() {
  loop_.cancel(deadline_timer_);
  dispatcher_.stop();  // While there is still somebody to answer through.
}

void Agent::stop(net::Task on_stopped) {
  dispatcher_.stop();
  subscriber_->close(leave_timeout, std::move(on_stopped));
}

void Agent::on_status(const ClientStatus& status) noexcept {
  is_guarded_ = status.is_guarded;
  if (const std::optional<Notice> notice = notices_.take(status)) tell(*notice);
}

void Agent::on_command(Message command, Access access) noexcept {
  dispatcher_.dispatch(std::move(command), access);
}

void Agent::respond(const Message& command, dispatch::Response response) {
  // Where the link is gone, so is who asked.
  if (subscriber_) (void)subscriber_->answer(command, to_answer(std::move(response)));
}

void Agent::announce(std::string_view event, std::string value, std::optional<Blob> blob,
                     Access see) {
  // Nobody hears it while the device is not joined; the next event is as good.
  if (subscriber_)
    (void)subscriber_->broadcast(std::string(event), std::move(value), std::move(blob), see);
}

/// Whether it is sealed is for this end to say, not for the hub.
dispatch::ChannelKind Agent::channel_kind() const {
  if (config_.subscriber.sealing) return dispatch::ChannelKind::sealed;
  return is_guarded_ ? dispatch::ChannelKind::guarded : dispatch::ChannelKind::open;
}

void Agent::report_problems() const {
  if (config_.subscriber.key.empty())
    tell({false,
          "no password is set: whoever knows the hub and the channel's name may join it; set one "
          "with "
          "--password-file"});
  for (const std::string& problem : dispatcher_.problems()) tell({false, problem});
}

void Agent::watch_deadlines() {
  dispatcher_.answer_overdue();
  deadline_timer_ = loop_.after(deadline_step, [this] { watch_deadlines(); });
}

}  // namespace malinka::agent
