// SPDX-License-Identifier: MIT
// The generator, the bare servers and the hub against one another in one process: counts, never
// times.
#include <doctest/doctest.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/limits/bare_server.h"
#include "bench/load/exchange.h"
#include "bench/load/fan_out.h"
#include "bench/record.h"
#include "hub/server.h"

namespace malinka::bench {
namespace {

constexpr Talk talk_of_200_bytes{.message_bytes = 200};

std::string stamped(Stamp stamp) {
  std::array<char, stamp_bytes> digits{};
  write_stamp(stamp, digits);
  return make_text(talk_of_200_bytes, {.role = SeatRole::publisher}).substr(0, 200 - 14) +
         std::string(digits.data(), digits.size()) + "\"}";
}

/// Runs on a thread of its own, which a ring belongs to, while it lives.
class BareThread {
 public:
  explicit BareThread(Way way) : thread_([this, way] { run(way); }) {
    started_.get_future().wait();
  }
  ~BareThread() {
    if (is_there()) server_->stop();
    was_told_.set_value();
  }

  [[nodiscard]] bool is_there() const { return server_ != nullptr; }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

 private:
  void run(Way way) {
    const auto server = BareServer::listen(way, talk_of_200_bytes.message_bytes);
    server_ = server.get();
    started_.set_value();
    if (server) server->run();
    was_told_.get_future().wait();
  }

  BareServer* server_ = nullptr;  // The thread's.
  std::promise<void> started_;
  std::promise<void> was_told_;  // To stop: the server is not needed any more.
  std::jthread thread_;
};

class HubThread {
 public:
  HubThread() : thread_([this] { run(); }) { started_.get_future().wait(); }
  ~HubThread() {
    server_->loop().post([this] { server_->stop(); });
    was_told_.set_value();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void run() {
    hub::Config config;
    config.listen.push_back({"127.0.0.1", 0});
    auto server = hub::Server::start(config);
    REQUIRE(server);
    server_ = server->get();
    const std::string address = server_->addresses().front();
    port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    started_.set_value();
    server_->run();
    was_told_.get_future().wait();
  }

  hub::Server* server_ = nullptr;  // The thread's.
  std::uint16_t port_ = 0;
  std::promise<void> started_;
  std::promise<void> was_told_;
  std::jthread thread_;
};

/// A server for one publisher and one subscriber of the bare dialect, which sends the latter
/// records with just these stamps once it has been sent two.
class CrookedServer {
 public:
  explicit CrookedServer(std::vector<Stamp> stamps)
      : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), stamps_(std::move(stamps)) {
    sockaddr_in address{};  // Port 0: a free one.
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_.get(), 2) == 0);
    thread_ = std::jthread([this] { serve(); });
  }

  [[nodiscard]] std::uint16_t port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    return ntohs(address.sin_port);
  }

 private:
  void serve() {
    std::array<UniqueFd, 2> members;  // In the order of joining: the publisher first.
    for (UniqueFd& member : members) {
      member.reset(::accept(listener_.get(), nullptr, nullptr));
      receive(member, record_hello_bytes);
      send_all(member.get(), std::string(204, '\0'));
    }
    receive(members[0], 2UL * 208);
    for (const Stamp stamp : stamps_) send_all(members[1].get(), "----" + stamped(stamp));
    receive(members[1], 1);  // Until it leaves.
  }

  static void receive(const UniqueFd& socket, std::size_t bytes) {
    std::array<char, 512> buffer{};
    ::recv(socket.get(), buffer.data(), bytes, MSG_WAITALL);
  }

  UniqueFd listener_;
  std::vector<Stamp> stamps_;
  std::jthread thread_;
};

void check_burst(const Burst& burst, std::uint64_t deliveries) {
  CHECK(burst.deliveries == deliveries);
  CHECK(burst.misordered == 0);
  CHECK(burst.missing == 0);
  CHECK(burst.latency_ns.total() > 0);
}

void check_fan_out(const Dialect& dialect, std::uint16_t port) {
  FanOut one(dialect, port, {.recipients = 20});
  one.join(one.seats_left());
  check_burst(one.run({.messages = 50, .window = 1}), 50UL * 20);
  check_burst(one.run({.messages = 500, .window = 16}), 500UL * 20);
  one.leave();

  FanOut many(dialect, port, {.channels = 5, .publishers = 3, .recipients = 4});
  many.join(many.seats_left());
  const std::uint64_t each = dialect.do_publishers_listen() ? 6 : 4;
  check_burst(many.run({.messages = 20, .window = 2}), 20UL * 5 * 3 * each);
}

/// What was found, as text.
class WrittenInbox final : public Inbox {
 public:
  void on_welcome() override { log += "welcome "; }
  void on_message(Stamp stamp) override {
    log += std::to_string(stamp.publisher) + ":" + std::to_string(stamp.sequence) + " ";
  }
  void on_other(std::string_view text) override { log += std::string(text) + " "; }

  std::string log;
};

/// What `dialect` finds when `bytes` come one by one, what it did not take kept in front.
std::string taken_bytewise(const Dialect& dialect, std::string_view bytes) {
  WrittenInbox inbox;
  std::string kept;
  for (const char byte : bytes) {
    kept += byte;
    kept.erase(0, dialect.take({}, kept, inbox));
  }
  CHECK(kept.empty());
  return inbox.log;
}

std::string taken_whole(const Dialect& dialect, std::string_view bytes) {
  WrittenInbox inbox;
  CHECK(dialect.take({}, bytes, inbox) == bytes.size());
  return inbox.log;
}

}  // namespace

TEST_CASE("a stamp is read back from the end of a message, and from nothing else") {
  const auto stamp = read_stamp(stamped({0x1a2b, 0xfedcba98}));
  REQUIRE(stamp);
  CHECK(stamp->publisher == 0x1a2b);
  CHECK(stamp->sequence == 0xfedcba98);
  CHECK_FALSE(read_stamp(R"({"messageType":"Broadcast","name":"hub.joined","value":"someone"})"));
  CHECK_FALSE(read_stamp(""));
}

TEST_CASE("a histogram tells a share of its values to a sixty-fourth") {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100'000; ++value) histogram.add(value);
  for (const unsigned share : {500U, 990U, 999U}) {
    const std::uint64_t exact = share * 100UL;
    CHECK(histogram.permille(share) <= exact);
    CHECK(histogram.permille(share) >= exact - exact / 64 - 1);
  }
}

TEST_CASE("streams of packets, lines and records are understood whole and byte by byte") {
  const std::string first = stamped({0, 7});
  const std::string second = stamped({2, 8});
  const std::string head = std::string("\x30\xd1\x01\0\7bench-0", 12);
  const std::string mqtt = std::string("\x90\3\0\1\0", 5) + head + first + head + second;
  const std::string nats = "INFO {}\r\nPONG\r\nMSG bench-0 1 200\r\n" + first +
                           "\r\nMSG bench-0 1 200\r\n" + second + "\r\n";
  const std::string bare = std::string(204, '\0') + "----" + first + "----" + second;
  for (const auto& [name, bytes] : {std::pair{"mqtt", mqtt}, {"nats", nats}, {"bare", bare}}) {
    CAPTURE(name);
    const auto dialect = make_dialect(name, talk_of_200_bytes);
    CHECK(taken_whole(*dialect, bytes) == "welcome 0:7 2:8 ");
    CHECK(taken_bytewise(*dialect, bytes) == "welcome 0:7 2:8 ");
  }
}

TEST_CASE("a message is masked with its stamp") {
  const Mold mold = Mold::framed(stamped({0, 0}), false);
  std::string frame;
  mold.append_to(frame, {3, 4});
  std::string unmasked = frame.substr(8);
  for (std::size_t i = 0; i < unmasked.size(); ++i)
    unmasked[i] = static_cast<char>(unmasked[i] ^ frame[4 + i % 4]);
  CHECK(unmasked == stamped({3, 4}));
}

TEST_CASE("the bare servers deliver each record once and in order") {
  const auto dialect = make_dialect("bare", talk_of_200_bytes);
  for (const Way way : {Way::send, Way::coalesce, Way::io_uring}) {
    const BareThread server(way);
    if (server.is_there()) check_fan_out(*dialect, server.port());
  }
}

TEST_CASE("what comes twice, too early, or from nobody is counted, and is no delivery") {
  const auto dialect = make_dialect("bare", talk_of_200_bytes);
  const Stamp first{.publisher = 0, .sequence = 0};
  const Stamp second{.publisher = 0, .sequence = 1};
  const Stamp stray{.publisher = 9, .sequence = 1};
  for (const auto& stamps : {std::vector{first, first, second}, std::vector{second, first, second},
                             std::vector{first, stray, second}}) {
    const CrookedServer server(stamps);
    FanOut fan_out(*dialect, server.port(), {.recipients = 1});
    fan_out.join(1);
    fan_out.join(1);
    const Burst burst = fan_out.run({.messages = 2, .window = 2});
    CHECK(burst.deliveries == 2);
    CHECK(burst.misordered == 1);
  }
}

TEST_CASE("the bare relay passes questions and answers on") {
  const auto dialect = make_dialect("bare", talk_of_200_bytes);
  const BareThread server(Way::relay);
  Exchange exchange(*dialect, server.port(), 8);
  exchange.join(exchange.seats_left());
  check_burst(exchange.run({.messages = 100, .window = 2}), 8UL * 100 * 2);
}

TEST_CASE("the hub delivers each message of the generator once and in order") {
  const HubThread hub;
  const auto dialect = make_dialect("malinka", talk_of_200_bytes);
  check_fan_out(*dialect, hub.port());
  Exchange exchange(*dialect, hub.port(), 8);
  exchange.join(exchange.seats_left());
  check_burst(exchange.run({.messages = 100, .window = 2}), 8UL * 100 * 2);
}

TEST_CASE("slow readers are not waited for") {
  const HubThread hub;
  const auto dialect = make_dialect("malinka", talk_of_200_bytes);
  FanOut fan_out(*dialect, hub.port(), {.recipients = 10, .slow = 2});
  fan_out.join(3);
  const Talk large{.message_bytes = 65536};
  fan_out.clog(300, Mold::framed(make_text(large, {.role = SeatRole::publisher}), false));
  fan_out.join(fan_out.seats_left());
  check_burst(fan_out.run({.messages = 200, .window = 16}), 200UL * 8);
}

}  // namespace malinka::bench
