// SPDX-License-Identifier: MIT
// Wires a SubscriberCore to the machine: its sockets, its network's changes, its randomness.
#include "client/subscriber.h"

#include <memory>
#include <utility>

#include "base/log.h"
#include "base/random.h"
#include "client/dial_hub.h"
#include "client/subscriber_core.h"
#include "net/network_watch.h"
#include "net/send_batcher.h"
#include "seal/identity.h"

namespace malinka::client {
namespace {

constexpr std::size_t read_buffer_bytes = 64U << 10;

/// An engine with what it refers to.
struct OwnEngine final : net::Disposable {
  explicit OwnEngine(net::Loop& loop)
      : batcher(loop), read_buffer(read_buffer_bytes), engine{loop, batcher, read_buffer} {}

  net::SendBatcher batcher;
  Bytes read_buffer;
  link::Engine engine;
};

class NetworkedSubscriber final : public Subscriber {
 public:
  NetworkedSubscriber(net::Loop& loop, const SubscriberSettings& settings,
                      SubscriberHandler& handler)
      : loop_(loop),
        own_(std::make_unique<OwnEngine>(loop)),
        core_(loop, settings, make_hub_dialer(own_->engine, settings.hub, settings.connect_timeout),
              base::random_below, handler) {
    loop_.set_turn_end([&batcher = own_->batcher] { batcher.flush(); });
    auto watch = net::NetworkWatch::open(loop, [this] { core_.network_changed(); });
    if (watch)
      network_watch_ = std::move(*watch);
    else
      LOG_DEBUG("changes of the network are not told", {"why", watch.error().message()});
  }
  /// The engine outlives a connection that ended in this very turn.
  ~NetworkedSubscriber() override {
    loop_.set_turn_end([] {});
    loop_.dispose(std::move(own_));
  }
  NetworkedSubscriber(const NetworkedSubscriber&) = delete;
  NetworkedSubscriber& operator=(const NetworkedSubscriber&) = delete;

  void request(Request request, AnswerHandler on_answer, DoneHandler on_done) override {
    core_.request(std::move(request), std::move(on_answer), std::move(on_done));
  }
  Result<void> answer(const Message& command, Answer answer) override {
    return core_.answer(command, std::move(answer));
  }
  void open_stream(Request request, StreamHandler& handler, OpenedHandler on_opened) override {
    core_.open_stream(std::move(request), handler, std::move(on_opened));
  }
  std::unique_ptr<StreamEnd> accept_stream(const Message& command, Answer answer,
                                           StreamHandler& handler) override {
    return core_.accept_stream(command, std::move(answer), handler);
  }
  Result<void> broadcast(std::string name, std::string value, std::optional<Blob> blob,
                         Access see) override {
    return core_.broadcast(std::move(name), std::move(value), std::move(blob), see);
  }
  void listen() override { core_.listen(); }
  [[nodiscard]] std::string fingerprint(std::string_view device) const override {
    return core_.fingerprint(device);
  }
  [[nodiscard]] std::string changed_fingerprint(std::string_view device) const override {
    return core_.changed_fingerprint(device);
  }
  [[nodiscard]] Result<void> trust(const std::string& device,
                                   std::string_view fingerprint) override {
    return core_.trust(device, fingerprint);
  }
  [[nodiscard]] const ClientStatus& status() const override { return core_.status(); }
  [[nodiscard]] std::vector<Member> members() const override { return core_.members(); }
  [[nodiscard]] bool is_crowd() const override { return core_.is_crowd(); }
  void close(std::chrono::milliseconds timeout, net::Task on_closed) override {
    core_.close(timeout, std::move(on_closed));
  }

 private:
  net::Loop& loop_;
  std::unique_ptr<OwnEngine> own_;
  SubscriberCore core_;
  std::unique_ptr<net::NetworkWatch> network_watch_;
};

}  // namespace

std::string fingerprint_of(const SubscriberSettings& settings) {
  if (!settings.sealing || !settings.sealing->identity) return {};
  return seal::fingerprint_of(seal::public_key_of(*settings.sealing->identity));
}

std::unique_ptr<Subscriber> Subscriber::start(net::Loop& loop, const SubscriberSettings& settings,
                                              SubscriberHandler& handler) {
  return std::make_unique<NetworkedSubscriber>(loop, settings, handler);
}

}  // namespace malinka::client
