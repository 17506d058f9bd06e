// SPDX-License-Identifier: MIT
// Thousands of subscribers on one loop, and an account of every copy of every message.

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "link/connection.h"
#include "link/connector.h"
#include "net/loop.h"

namespace malinka::test {

/// Lets this process have so many connections; fails the test where it may not.
void raise_descriptor_limit(std::size_t connections);

/// A message of that type to all, or to one.
[[nodiscard]] std::string make_message(const std::string& type, std::size_t id,
                                       const std::string& recipient = {},
                                       std::size_t filler_bytes = 100);

/// Each copy of a message is opened once, when it is sent, and must be closed once: by its
/// delivery, or by a report. **Loop-bound.**
class Account {
 public:
  /// A new message of so many copies; gives its id.
  std::size_t open(std::size_t copies);
  void deliver(std::size_t id);
  void report(std::size_t id);
  /// Anything at all came.
  void hear() { ++heard_; }

  [[nodiscard]] std::size_t heard() const { return heard_; }
  [[nodiscard]] std::size_t open_copies() const { return open_copies_; }
  [[nodiscard]] std::size_t delivered() const { return delivered_; }
  [[nodiscard]] std::size_t reported() const { return reported_; }
  /// Copies that came though none was open any more: delivered twice, or reported as well.
  [[nodiscard]] std::size_t surplus() const { return surplus_; }

 private:
  bool close(std::size_t id);

  std::vector<std::size_t> copies_;  // Still open, by id.
  std::size_t open_copies_ = 0;
  std::size_t delivered_ = 0;
  std::size_t reported_ = 0;
  std::size_t surplus_ = 0;
  std::size_t heard_ = 0;
};

/// One subscriber.
class Subscriber final : public link::ConnectionHandler {
 public:
  Subscriber(Account& account, std::string channel, std::string name)
      : account_(account), channel_(std::move(channel)), name_(std::move(name)) {}

  void connect(link::Engine& engine, const link::HubUrl& url, std::function<void()> on_joined);
  void send(std::string_view message);
  void stop_reading() { connection_->pause_reading(); }
  void start_reading() { connection_->resume_reading(); }
  void leave() { connection_->close(1000, {}); }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::size_t accepted_count() const { return accepted_count_; }
  [[nodiscard]] bool is_gone() const { return is_gone_; }

 private:
  void on_message(link::MessageKind kind, ByteView payload) noexcept override;
  void on_passed_over(link::MessageKind kind, wire::PassedOver why,
                      std::uint64_t bytes) noexcept override;
  std::optional<SharedBytes> next_frame() noexcept override;
  void on_end(const link::End& end) noexcept override;
  void on_hub_message(std::string_view response, std::string_view request_id);

  Account& account_;
  std::string channel_;
  std::string name_;
  std::unique_ptr<link::Connector> connector_;
  std::unique_ptr<link::Connection> connection_;
  std::deque<SharedBytes> outgoing_;
  std::function<void()> on_joined_;  // Until it is.
  std::size_t accepted_count_ = 0;   // Answers of 202.
  bool is_gone_ = false;
};

/// All of them, and the loop that they live on.
class Swarm {
 public:
  Swarm(std::uint16_t hub_port, std::size_t subscribers, std::size_t channels);

  /// Joins everyone, some hundreds at a time.
  void join_all();
  /// Runs the loop until `is_done`; false when nobody has heard anything for a minute.
  bool run_until(const std::function<bool()>& is_done);

  /// The member `index` of a channel, of as many as there are in each.
  [[nodiscard]] Subscriber& member(std::size_t channel, std::size_t index);
  [[nodiscard]] std::size_t channel_count() const { return channels_; }
  [[nodiscard]] std::size_t members_per_channel() const { return subscribers_.size() / channels_; }
  [[nodiscard]] std::vector<std::unique_ptr<Subscriber>>& subscribers() { return subscribers_; }
  [[nodiscard]] Account& account() { return account_; }

 private:
  void join_next();

  std::unique_ptr<net::Loop> loop_;
  net::SendBatcher batcher_;
  Bytes read_buffer_;
  link::Engine engine_;
  link::HubUrl url_;
  const std::size_t channels_;
  Account account_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::size_t begun_ = 0;
  std::size_t joined_ = 0;
};

}  // namespace malinka::test
