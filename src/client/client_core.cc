// SPDX-License-Identifier: MIT
#include "client/client_core.h"

#include <algorithm>
#include <future>
#include <utility>

#include "base/assert.h"
#include "client/client_error.h"
#include "client/messages.h"
#include "client/pending_requests.h"
#include "client/waiting_stream.h"
#include "protocol/names.h"

namespace malinka {

using client::make_failure;
using std::chrono::milliseconds;

namespace {

/// Which core's thread this is, if any.
thread_local const ClientCore* core_of_this_thread = nullptr;

/// How often a thread that waits looks whether the client was closed meanwhile.
constexpr milliseconds closed_check_interval(20);

/// Joined, or refused in a way that waiting does not change.
bool is_settled(const ClientStatus& status) {
  switch (status.state) {
    case ClientState::connecting: return false;
    case ClientState::joined:
    case ClientState::closed: return true;
    case ClientState::refused: break;
  }
  return status.refusal_code == static_cast<int>(ResponseCode::malformed) ||
         status.refusal_code == static_cast<int>(ResponseCode::wrong_key) ||
         status.refusal_code == static_cast<int>(ResponseCode::conflict);
}

/// Answers in the order of the names asked; those for a request to all as they came.
void sort_as_asked(std::vector<Answer>& answers, const std::vector<std::string>& names) {
  if (client::names_all(names)) return;
  std::ranges::sort(answers, {}, [&](const Answer& answer) {
    return std::ranges::find(names, answer.from) - names.begin();
  });
}

}  // namespace

class ClientCore::Waiter {
 public:
  void settle() {
    if (!std::exchange(is_settled_, true)) promise_.set_value();
  }
  /// False where time or the client ended first.
  [[nodiscard]] bool wait_until(Steady deadline, const std::atomic<bool>& has_ended) const {
    while (true) {
      const auto slice =
          std::min(deadline, std::chrono::steady_clock::now() + closed_check_interval);
      if (future_.wait_until(slice) == std::future_status::ready) return true;
      if (has_ended || slice == deadline)
        return future_.wait_for(milliseconds(0)) == std::future_status::ready;
    }
  }

 private:
  std::promise<void> promise_;
  std::future<void> future_ = promise_.get_future();
  bool is_settled_ = false;  // Own thread of the core.
};

Result<std::unique_ptr<ClientCore>> ClientCore::start(client::SubscriberSettings settings) {
  auto loop = net::Loop::create();
  if (!loop) return std::unexpected(std::move(loop.error()));
  std::unique_ptr<ClientCore> core(new ClientCore(std::move(*loop)));
  core->last_status_.hub = settings.hub.text();
  core->last_status_.channel = settings.channel;
  core->last_status_.name = settings.name;
  core->thread_ =
      std::thread([&own = *core, settings = std::move(settings)] { own.run(settings); });
  return core;
}

ClientCore::ClientCore(std::unique_ptr<net::Loop> loop) : loop_(std::move(loop)) {}

ClientCore::~ClientCore() { close(std::chrono::seconds(1)); }

void ClientCore::run(const client::SubscriberSettings& settings) {
  core_of_this_thread = this;
  subscriber_ = client::Subscriber::start(*loop_, settings, *this);
  loop_->run();
  subscriber_.reset();
  last_status_.state = ClientState::closed;
  last_status_.error = {make_error_code(client::ClientError::closed), {}};
  *has_ended_ = true;
}

bool ClientCore::is_own_thread() const { return core_of_this_thread == this; }

template <typename Call>
auto ClientCore::ask(Call call) -> std::optional<decltype(call())> {
  if (is_own_thread()) return call();
  struct Question {
    Waiter waiter;
    std::optional<decltype(call())> result;
  };
  const auto question = std::make_shared<Question>();
  loop_->post([question, call = std::move(call)]() mutable {
    question->result = call();
    question->waiter.settle();
  });
  if (!question->waiter.wait_until(Steady::max(), *has_ended_)) return std::nullopt;
  return std::move(question->result);
}

void ClientCore::request(Request request, Client::AnswerHandler on_answer,
                         client::DoneHandler on_done) {
  loop_->post([this, request = std::move(request), on_answer = std::move(on_answer),
               on_done = std::move(on_done)]() mutable {
    subscriber_->request(std::move(request), std::move(on_answer), std::move(on_done));
  });
}

std::vector<Answer> ClientCore::request(Request asked) {
  ASSERT(!is_own_thread());
  struct Asking {
    Waiter waiter;
    std::vector<Answer> answers;
  };
  const auto asking = std::make_shared<Asking>();
  const std::vector<std::string> names = asked.recipients;
  request(
      std::move(asked), [asking](const Answer& answer) { asking->answers.push_back(answer); },
      [asking] { asking->waiter.settle(); });
  if (asking->waiter.wait_until(Steady::max(), *has_ended_)) {
    sort_as_asked(asking->answers, names);
    return std::move(asking->answers);
  }
  std::vector<Answer> answers;
  answers.reserve(names.size());
  for (const std::string& name : names)
    answers.push_back(make_failure(name, ResponseCode::unavailable, "closed by this program"));
  return answers;
}

Client::Opened ClientCore::open(Request asked) {
  ASSERT(!is_own_thread());
  struct Asking {
    Waiter waiter;
    Answer answer;
    bool is_open = false;
  };
  const auto asking = std::make_shared<Asking>();
  const auto meeting = std::make_shared<client::StreamMeeting>(has_ended_);
  asking->answer =
      make_failure(asked.recipients.front(), ResponseCode::unavailable, "closed by this program");
  loop_->post([this, asking, meeting, asked = std::move(asked)]() mutable {
    subscriber_->open_stream(std::move(asked), *meeting,
                             [asking, meeting](const Answer& answer, auto end) {
                               asking->answer = answer;
                               asking->is_open = end != nullptr;
                               if (end) meeting->begin(std::move(end));
                               asking->waiter.settle();
                             });
  });
  if (!asking->waiter.wait_until(Steady::max(), *has_ended_) || !asking->is_open)
    return {std::move(asking->answer), nullptr};
  return {std::move(asking->answer), std::make_unique<client::WaitingStream>(loop_, meeting)};
}

Result<void> ClientCore::broadcast(std::string name, std::string value, std::optional<Blob> blob,
                                   Access see) {
  auto sent = ask([this, name = std::move(name), value = std::move(value), blob = std::move(blob),
                   see]() mutable {
    return subscriber_->broadcast(std::move(name), std::move(value), std::move(blob), see);
  });
  if (!sent) return fail(std::errc::not_connected);
  return std::move(*sent);
}

std::string ClientCore::fingerprint(std::string device) {
  return ask([this, device = std::move(device)] { return subscriber_->fingerprint(device); })
      .value_or("");
}

std::string ClientCore::changed_fingerprint(std::string device) {
  return ask([this, device = std::move(device)] {
           return subscriber_->changed_fingerprint(device);
         })
      .value_or("");
}

Result<void> ClientCore::trust(std::string device, std::string fingerprint) {
  auto trusted = ask([this, device = std::move(device), fingerprint = std::move(fingerprint)] {
    return subscriber_->trust(device, fingerprint);
  });
  if (!trusted) return fail(std::errc::not_connected);
  return std::move(*trusted);
}

ClientStatus ClientCore::wait_joined(milliseconds timeout) {
  ASSERT(!is_own_thread());
  const auto waiter = std::make_shared<Waiter>();
  loop_->post([this, waiter] {
    std::erase_if(join_waiters_, [](const auto& other) { return other.expired(); });
    join_waiters_.push_back(waiter);
    if (is_settled(subscriber_->status())) tell_waiters();
  });
  constexpr milliseconds longest = std::chrono::hours(24);
  const Steady deadline = std::chrono::steady_clock::now() + std::min(timeout, longest);
  (void)waiter->wait_until(deadline, *has_ended_);
  return status();
}

ClientStatus ClientCore::status() {
  return ask([this] { return subscriber_->status(); }).value_or(last_status_);
}

bool ClientCore::is_crowd() {
  return ask([this] { return subscriber_->is_crowd(); }).value_or(false);
}

std::vector<Member> ClientCore::members() {
  return ask([this] { return subscriber_->members(); }).value_or(std::vector<Member>());
}

void ClientCore::on_event(std::function<void(const Message&)> handler) {
  loop_->post([this, handler = std::move(handler)]() mutable {
    event_handler_ = std::move(handler);
    if (event_handler_) subscriber_->listen();
  });
}

void ClientCore::on_command(std::function<void(const IncomingCommand&)> handler) {
  loop_->post(
      [this, handler = std::move(handler)]() mutable { command_handler_ = std::move(handler); });
}

void ClientCore::on_status(std::function<void(const ClientStatus&)> handler) {
  loop_->post(
      [this, handler = std::move(handler)]() mutable { status_handler_ = std::move(handler); });
}

void ClientCore::close(milliseconds timeout) {
  ASSERT(!is_own_thread());
  std::call_once(closed_, [&] {
    loop_->post([this, timeout] { subscriber_->close(timeout, [this] { loop_->stop(); }); });
    thread_.join();
  });
}

void ClientCore::tell_waiters() {
  for (const auto& waiting : std::exchange(join_waiters_, {}))
    if (const auto waiter = waiting.lock()) waiter->settle();
}

void ClientCore::on_status(const ClientStatus& status) noexcept {
  if (is_settled(status)) tell_waiters();
  if (status_handler_) status_handler_(status);
}

void ClientCore::on_event(const Message& event) noexcept {
  if (event_handler_) event_handler_(event);
}

void ClientCore::on_command(Message command, Access access) noexcept {
  if (!command_handler_) {
    (void)subscriber_->answer(
        command, make_failure({}, ResponseCode::not_supported, "this program takes no commands"));
    return;
  }
  IncomingCommand incoming;
  incoming.message = std::move(command);
  incoming.access = access;
  // Of the command, an answer needs only this. The loop may be gone by then; the core never is
  // while the loop turns.
  Message origin;
  origin.id = incoming.message.id;
  origin.name = incoming.message.name;
  origin.originator = incoming.message.originator;
  origin.arrival = incoming.message.arrival;
  incoming.answer_ = [this, loop = std::weak_ptr(loop_), origin = std::move(origin),
                      is_answered = std::make_shared<std::atomic<bool>>()](Answer answer) {
    const auto alive = loop.lock();
    if (!alive || is_answered->exchange(true)) return;
    alive->post([this, origin, answer = std::move(answer)]() mutable {
      (void)subscriber_->answer(origin, std::move(answer));
    });
  };
  command_handler_(incoming);
}

}  // namespace malinka
