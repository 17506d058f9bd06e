// SPDX-License-Identifier: MIT
#include "hub/server.h"

#include <thread>
#include <utility>

#include "base/log.h"
#include "base/try.h"
#include "hub/embedded_assets.h"
#include "net/send_method.h"

namespace malinka::hub {
namespace {

Result<WebSite> load_site(const std::string& web_root) {
  if (web_root.empty()) return WebSite::from_assets(embedded_assets());
  Result<WebSite> site = WebSite::read(web_root);
  if (site || site.error().code != std::errc::no_such_file_or_directory) return site;
  LOG_WARNING("there is no such web root: the page says how to get one", {"web_root", web_root});
  return WebSite();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const Config& config) {
  const WebSite site = TRY(load_site(config.web_root));
  const auto sending =
      config.is_io_uring_refused ? net::SendMethod::plain() : net::SendMethod::choose();
  LOG_INFO("sends: " + sending.text());
  LOG_INFO("shards: " + std::to_string(config.shards));
  auto shards = TRY(ShardGroup::create(config, site, sending));
  std::unique_ptr<Server> server(new Server(std::move(shards)));
  if (!config.tls_cert.empty())
    server->tls_ = TRY(net::TlsContext::for_server(config.tls_cert, config.tls_key));
  for (const net::Endpoint& endpoint : config.listen) TRY_VOID(server->listen(endpoint));
  return server;
}

Server::Server(std::unique_ptr<ShardGroup> shards) : shards_(std::move(shards)) {}

Server::~Server() = default;

Result<void> Server::listen(const net::Endpoint& endpoint) {
  listeners_.push_back(TRY(net::Listener::open(
      loop(), endpoint,
      [this](std::unique_ptr<net::Stream> stream) noexcept { accept(std::move(stream)); })));
  return {};
}

void Server::accept(std::unique_ptr<net::Stream> stream) {
  Shard& first = shards_->shard(0);
  if (!tls_) return first.accept(std::move(stream));
  auto secured = net::make_tls_server_stream(tls_, std::move(stream));
  if (secured) return first.accept(*std::move(secured));
  LOG_WARNING("a TLS connection cannot be begun", {"why", secured.error().message()});
}

void Server::run() {
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < shards_->size(); ++i)
    threads.emplace_back([&loop = shards_->loop(i)] { loop.run(); });
  loop().run();
  for (std::size_t i = 1; i < shards_->size(); ++i) shards_->loop(i).stop();
}

/// The first loop to end takes the others along.
void Server::stop() {
  if (std::exchange(is_stopping_, true)) return loop().stop();
  listeners_.clear();
  shards_->stop([&loop = loop()] { loop.stop(); });
}

std::vector<std::string> Server::addresses() const {
  std::vector<std::string> addresses;
  addresses.reserve(listeners_.size());
  for (const auto& listener : listeners_)
    addresses.push_back((tls_ ? "https://" : "http://") + listener->endpoint().text());
  return addresses;
}

}  // namespace malinka::hub
