// SPDX-License-Identifier: MIT
// A whole hub: builds the parts, runs them, and stops them in order.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hub/config.h"
#include "hub/shard_group.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/tls.h"

namespace malinka::hub {

/// **Loop-bound**: made, run and destroyed on one thread, which is that of the first shard. The
/// other shards have threads while it runs.
class Server {
 public:
  /// Listens from then on, and serves once it runs. Errors: those of the listener, of the files
  /// named in `config`, and of the loop.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(const Config& config);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Returns once a stop() is carried out.
  void run();
  /// In order the first time, at once the second.
  void stop();

  /// As http://127.0.0.1:31415, one for each listener.
  [[nodiscard]] std::vector<std::string> addresses() const;
  [[nodiscard]] net::Loop& loop() { return shards_->loop(0); }
  [[nodiscard]] std::size_t shard_count() const { return shards_->size(); }

 private:
  explicit Server(std::unique_ptr<ShardGroup> shards);
  Result<void> listen(const net::Endpoint& endpoint);
  void accept(std::unique_ptr<net::Stream> stream);

  std::unique_ptr<ShardGroup> shards_;
  std::shared_ptr<net::TlsContext> tls_;  // Null without TLS.
  std::vector<std::unique_ptr<net::Listener>> listeners_;
  bool is_stopping_ = false;
};

}  // namespace malinka::hub
