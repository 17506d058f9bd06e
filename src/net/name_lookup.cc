// SPDX-License-Identifier: MIT
#include "net/name_lookup.h"

#include <netdb.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

namespace malinka::net {
namespace {

// Look-ups that were given up hold their threads until the system's own time is over.
constexpr int threads_max = 32;
constexpr std::size_t addresses_max = 16;

std::atomic<int> threads = 0;

/// What the loop and the thread share, and whoever is last destroys. The event hands it over: the
/// thread writes before it, the loop reads after it.
struct Question {
  std::string host;
  std::uint16_t port = 0;
  UniqueFd answered;
  Result<std::vector<SocketAddress>> answer;
};

/// The kinds in turn, so that a broken IPv6 costs one attempt and not all of them.
std::vector<SocketAddress> take_turns(const std::vector<SocketAddress>& addresses) {
  std::vector<SocketAddress> preferred;
  std::vector<SocketAddress> others;
  for (const SocketAddress& address : addresses)
    (address.family() == addresses.front().family() ? preferred : others).push_back(address);
  std::vector<SocketAddress> result;
  for (std::size_t i = 0; i < std::max(preferred.size(), others.size()); ++i) {
    if (i < preferred.size()) result.push_back(preferred[i]);
    if (i < others.size()) result.push_back(others[i]);
  }
  result.resize(std::min(result.size(), addresses_max));
  return result;
}

Result<std::vector<SocketAddress>> look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0)
    return fail(LookupError::name_not_found, host + " (" + ::gai_strerror(error) + ")");
  std::vector<SocketAddress> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next)
    addresses.push_back(SocketAddress::copy_of(entry->ai_addr, entry->ai_addrlen));
  ::freeaddrinfo(found);
  return take_turns(addresses);
}

void answer(Question& question) {
  question.answer = look_up(question.host, question.port);
  static_cast<void>(::eventfd_write(question.answered.get(), 1));
}

/// Begins to answer on a thread of its own. Errors: LookupError::too_many_lookups.
Result<void> ask(std::shared_ptr<Question> question) {
  const auto refused = [&] {
    --threads;
    return fail(LookupError::too_many_lookups, question->host);
  };
  if (++threads > threads_max) return refused();
  try {
    std::thread([question] {
      answer(*question);
      --threads;
    }).detach();
  } catch (const std::system_error&) {  // The system has no thread to give.
    return refused();
  }
  return {};
}

class ThreadLookup final : public NameLookup, ReadinessHandler {
 public:
  ThreadLookup(Loop& loop, LookupHandler handler) : loop_(loop), handler_(std::move(handler)) {}

  ~ThreadLookup() override {
    loop_.cancel(timer_);
    if (question_) loop_.forget(question_->answered.get());
  }

  void start(const std::string& host, std::uint16_t port) {
    if (const auto numeric = SocketAddress::from_text(host, port))
      return answer_soon(std::vector{*numeric});
    question_ = std::make_shared<Question>();
    question_->host = host;
    question_->port = port;
    question_->answered = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!question_->answered.is_open()) return answer_soon(fail_errno(errno, host));
    if (auto watched = loop_.watch(question_->answered.get(), *this); !watched)
      return answer_soon(std::unexpected(watched.error()));
    if (auto asked = ask(question_); !asked) answer_soon(std::unexpected(asked.error()));
  }

  void on_ready(Readiness readiness) noexcept override {
    eventfd_t count = 0;  // An event descriptor is writable from the start; wait for the answer.
    if (!readiness.is_readable || ::eventfd_read(question_->answered.get(), &count) != 0) return;
    handler_(std::move(question_->answer));
  }

 private:
  void answer_soon(Result<std::vector<SocketAddress>> result) {
    timer_ = loop_.after(std::chrono::nanoseconds(0), [this, result = std::move(result)]() mutable {
      handler_(std::move(result));
    });
  }

  Loop& loop_;  // Outlives the look-up.
  LookupHandler handler_;
  TimerId timer_ = no_timer;
  std::shared_ptr<Question> question_;
};

}  // namespace

std::string_view describe(LookupError error) {
  switch (error) {
    case LookupError::name_not_found: return "no address is known for this name";
    case LookupError::too_many_lookups: return "too many names are being looked up";
  }
  return "unknown look-up error";
}

std::unique_ptr<NameLookup> NameLookup::start(Loop& loop, const std::string& host,
                                              std::uint16_t port, LookupHandler handler) {
  auto lookup = std::make_unique<ThreadLookup>(loop, std::move(handler));
  lookup->start(host, port);
  return lookup;
}

}  // namespace malinka::net
