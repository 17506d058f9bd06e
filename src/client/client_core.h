// SPDX-License-Identifier: MIT
// What malinka::Client is inside: a thread with a loop on which a Subscriber lives. Calls of other
// threads are posted there.

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "client/subscriber.h"
#include "malinka/client.h"
#include "net/loop.h"

namespace malinka {

/// **Thread-safe**, but for what says otherwise.
class ClientCore final : private client::SubscriberHandler {
 public:
  /// Errors: those of Loop::create.
  [[nodiscard]] static Result<std::unique_ptr<ClientCore>> start(
      client::SubscriberSettings settings);
  ~ClientCore();
  ClientCore(const ClientCore&) = delete;
  ClientCore& operator=(const ClientCore&) = delete;

  void request(Request request, Client::AnswerHandler on_answer, client::DoneHandler on_done);
  [[nodiscard]] std::vector<Answer> request(Request request);
  [[nodiscard]] Client::Opened open(Request request);
  [[nodiscard]] Result<void> broadcast(std::string name, std::string value,
                                       std::optional<Blob> blob, Access see);
  [[nodiscard]] std::string fingerprint(std::string device);
  [[nodiscard]] std::string changed_fingerprint(std::string device);
  [[nodiscard]] Result<void> trust(std::string device, std::string fingerprint);

  ClientStatus wait_joined(std::chrono::milliseconds timeout);
  [[nodiscard]] ClientStatus status();
  [[nodiscard]] std::vector<Member> members();
  [[nodiscard]] bool is_crowd();

  void on_event(std::function<void(const Message&)> handler);
  void on_command(std::function<void(const IncomingCommand&)> handler);
  void on_status(std::function<void(const ClientStatus&)> handler);

  /// Once; a second caller waits for the first.
  void close(std::chrono::milliseconds timeout);

 private:
  /// Something that another thread waits for. It may be given up: whoever settles it shares it.
  class Waiter;

  explicit ClientCore(std::unique_ptr<net::Loop> loop);

  void run(const client::SubscriberSettings& settings);
  [[nodiscard]] bool is_own_thread() const;
  /// Runs `call` on the own thread and gives what it returned; nothing where that thread has ended.
  template <typename Call>
  [[nodiscard]] auto ask(Call call) -> std::optional<decltype(call())>;
  void tell_waiters();

  void on_status(const ClientStatus& status) noexcept override;
  void on_command(Message command, Access access) noexcept override;
  void on_event(const Message& event) noexcept override;

  std::shared_ptr<net::Loop> loop_;                 // Shared with commands that are answered late.
  std::unique_ptr<client::Subscriber> subscriber_;  // Own thread.
  std::function<void(const Message&)> event_handler_;  // Own thread, as the next two.
  std::function<void(const IncomingCommand&)> command_handler_;
  std::function<void(const ClientStatus&)> status_handler_;
  std::vector<std::weak_ptr<Waiter>> join_waiters_;  // Own thread.

  ClientStatus last_status_;  // Own thread; anyone's once has_ended_.
  /// Shared with streams, which may outlive the core.
  std::shared_ptr<std::atomic<bool>> has_ended_ = std::make_shared<std::atomic<bool>>(false);
  std::once_flag closed_;
  std::thread thread_;  // Runs run(); joined by close().
};

}  // namespace malinka
