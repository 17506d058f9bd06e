// SPDX-License-Identifier: MIT
#include "hub/server.h"

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
  auto loop = TRY(net::Loop::create());
  std::unique_ptr<Server> server(new Server(std::move(loop)));
  if (!config.tls_cert.empty())
    server->tls_ = TRY(net::TlsContext::for_server(config.tls_cert, config.tls_key));
  WebSite site = TRY(load_site(config.web_root));
  const auto sending =
      config.is_io_uring_refused ? net::SendMethod::plain() : net::SendMethod::choose();
  LOG_INFO("sends: " + sending.text());
  server->shard_ =
      std::make_unique<Shard>(*server->loop_, config, std::move(site), sending.make_ring());
  for (const net::Endpoint& endpoint : config.listen) TRY_VOID(server->listen(endpoint));
  return server;
}

Server::Server(std::unique_ptr<net::Loop> loop) : loop_(std::move(loop)) {}

Server::~Server() = default;

Result<void> Server::listen(const net::Endpoint& endpoint) {
  listeners_.push_back(TRY(net::Listener::open(
      *loop_, endpoint,
      [this](std::unique_ptr<net::Stream> stream) noexcept { accept(std::move(stream)); })));
  return {};
}

void Server::accept(std::unique_ptr<net::Stream> stream) {
  if (!tls_) return shard_->accept(std::move(stream));
  auto secured = net::make_tls_server_stream(tls_, std::move(stream));
  if (secured) return shard_->accept(*std::move(secured));
  LOG_WARNING("a TLS connection cannot be begun", {"why", secured.error().message()});
}

void Server::run() { loop_->run(); }

void Server::stop() {
  if (std::exchange(is_stopping_, true)) return loop_->stop();
  listeners_.clear();
  shard_->stop([this] { loop_->stop(); });
}

std::vector<std::string> Server::addresses() const {
  std::vector<std::string> addresses;
  addresses.reserve(listeners_.size());
  for (const auto& listener : listeners_)
    addresses.push_back((tls_ ? "https://" : "http://") + listener->endpoint().text());
  return addresses;
}

}  // namespace malinka::hub
