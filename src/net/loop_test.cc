// SPDX-License-Identifier: MIT
#include "net/loop.h"

#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <thread>

#include "net/test_support.h"

using namespace std::chrono_literals;

namespace malinka::net {
namespace {

struct Dying final : Disposable {
  explicit Dying(std::function<void()> words) : last_words(std::move(words)) {}
  ~Dying() override { last_words(); }
  std::function<void()> last_words;
};

}  // namespace

TEST_CASE("a watch tells what a descriptor is ready for, once for each change") {
  auto loop = make_loop();
  const auto sockets = make_socket_pair();
  Watcher watcher;
  REQUIRE(loop->watch(sockets[0].get(), watcher));
  loop->run_turn(0ms);
  CHECK(watcher.writable == 1);
  CHECK(watcher.readable == 0);

  REQUIRE(::write(sockets[1].get(), "x", 1) == 1);
  loop->run_turn(0ms);
  loop->run_turn(0ms);
  CHECK(watcher.readable == 1);
  loop->forget(sockets[0].get());
}

TEST_CASE("what is urgent is told as readable") {  // As a CEC adapter says that it has changed.
  auto loop = make_loop();
  const UniqueFd listener(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener.get(), name, size) == 0);
  REQUIRE(::listen(listener.get(), 1) == 0);
  REQUIRE(::getsockname(listener.get(), name, &size) == 0);
  const UniqueFd peer(::socket(AF_INET, SOCK_STREAM, 0));
  REQUIRE(::connect(peer.get(), name, size) == 0);
  const UniqueFd socket(::accept(listener.get(), nullptr, nullptr));
  Watcher watcher;
  REQUIRE(loop->watch(socket.get(), watcher));
  loop->run_turn(0ms);
  REQUIRE(::send(peer.get(), "!", 1, MSG_OOB) == 1);
  loop->run_turn(1s);
  CHECK(watcher.readable == 1);
  loop->forget(socket.get());
}

TEST_CASE("a peer that closes is told as hung up") {
  auto loop = make_loop();
  auto sockets = make_socket_pair();
  Watcher watcher;
  REQUIRE(loop->watch(sockets[0].get(), watcher));
  loop->run_turn(0ms);
  sockets[1].reset();
  loop->run_turn(0ms);
  CHECK(watcher.hung_up == 1);
  loop->forget(sockets[0].get());
}

TEST_CASE("watching again changes the handler and tells the new one what is ready already") {
  auto loop = make_loop();
  const auto sockets = make_socket_pair();
  REQUIRE(::write(sockets[1].get(), "x", 1) == 1);
  Watcher first;
  Watcher second;
  REQUIRE(loop->watch(sockets[0].get(), first));
  loop->run_turn(0ms);
  REQUIRE(loop->watch(sockets[0].get(), second));
  loop->run_turn(0ms);
  CHECK(first.readable == 1);
  CHECK(second.readable == 1);
  loop->forget(sockets[0].get());
}

TEST_CASE("a forgotten descriptor tells no event of the same turn, even under its old number") {
  auto loop = make_loop();
  auto one = make_socket_pair();
  auto two = make_socket_pair();
  Watcher first;
  Watcher second;
  Watcher third;
  std::array<UniqueFd, 2> newcomer;
  // Whoever is told first closes the other's descriptor, whose number a new socket then takes.
  const auto replace = [&](UniqueFd& fd) {
    loop->forget(fd.get());
    const int number = fd.get();
    fd.reset();
    newcomer = make_socket_pair();
    REQUIRE(newcomer[0].get() == number);
    REQUIRE(loop->watch(number, third));
    third.act = [&](Readiness) { FAIL("an old event reached the new watch"); };
  };
  first.act = [&](Readiness) { replace(two[0]); };
  second.act = [&](Readiness) { replace(one[0]); };
  REQUIRE(loop->watch(one[0].get(), first));
  REQUIRE(loop->watch(two[0].get(), second));
  loop->run_turn(0ms);
  CHECK(first.writable + second.writable == 1);

  third.act = [](Readiness) {};
  loop->run_turn(0ms);
  CHECK(third.writable == 1);
  loop->forget(newcomer[0].get());
}

TEST_CASE("a timer waits for the clock that the loop was given") {
  ManualClock clock;
  auto loop = make_loop(clock);
  int rings = 0;
  static_cast<void>(loop->after(10s, [&] { ++rings; }));
  loop->run_turn(0ms);
  clock.advance(9999ms);
  loop->run_turn(0ms);
  CHECK(rings == 0);
  clock.advance(1ms);
  loop->run_turn(1h);
  loop->run_turn(0ms);
  CHECK(rings == 1);
}

TEST_CASE("a timer of no delay runs in a later turn, and can be cancelled until then") {
  ManualClock clock;
  auto loop = make_loop(clock);
  int rings = 0;
  const TimerId cancelled = loop->after(0ms, [&] { rings += 100; });
  static_cast<void>(loop->after(0ms, [&] {
    ++rings;
    static_cast<void>(loop->after(0ms, [&] { ++rings; }));
  }));
  loop->cancel(cancelled);
  loop->run_turn(1h);
  CHECK(rings == 1);
  loop->run_turn(1h);
  CHECK(rings == 2);
}

TEST_CASE("a turn runs posted tasks, timers, carried-over tasks and its end, in that order") {
  ManualClock clock;
  auto loop = make_loop(clock);
  std::string said;
  loop->set_turn_end([&] { said += "end "; });
  loop->next_turn([&] {
    said += "next ";
    loop->next_turn([&] { said += "after-next "; });
    loop->dispose(std::make_unique<Dying>([&] { said += "buried "; }));
  });
  static_cast<void>(loop->after(0ms, [&] { said += "timer "; }));
  loop->post([&] { said += "posted "; });
  loop->run_turn(1h);
  CHECK(said == "posted timer next end buried ");
  loop->run_turn(1h);
  CHECK(said == "posted timer next end buried after-next end ");
}

TEST_CASE("what dies may dispose of more") {
  auto loop = make_loop();
  bool is_dead = false;
  loop->dispose(std::make_unique<Dying>(
      [&] { loop->dispose(std::make_unique<Dying>([&] { is_dead = true; })); }));
  loop->run_turn(0ms);
  CHECK(is_dead);
}

TEST_CASE("what a loop still holds dies with it") {
  int deaths = 0;
  const auto count = [&deaths] { ++deaths; };
  {
    auto loop = make_loop();
    loop->dispose(std::make_unique<Dying>(count));
    loop->post([dying = std::make_unique<Dying>(count)] {});
    loop->next_turn([dying = std::make_unique<Dying>(count)] {});
    static_cast<void>(loop->after(1h, [dying = std::make_unique<Dying>(count)] {}));
  }
  CHECK(deaths == 4);
}

TEST_CASE("what was posted before stop is still carried out") {
  auto loop = make_loop();
  bool is_done = false;
  loop->post([&] {
    loop->post([&] { is_done = true; });
    loop->stop();
  });
  loop->run();
  CHECK(is_done);
}

TEST_CASE("tasks posted by many threads run on the loop's thread, each thread's in order") {
  constexpr int threads = 4;
  constexpr int tasks = 2000;
  auto loop = make_loop();
  std::array<int, threads> next{};
  int done = 0;
  bool is_in_order = true;
  std::vector<std::jthread> posters;
  for (std::size_t thread = 0; thread < threads; ++thread)
    posters.emplace_back([&, thread] {
      for (int i = 0; i < tasks; ++i)
        loop->post([&, thread, i] {
          is_in_order = is_in_order && next[thread]++ == i;
          if (++done == threads * tasks) loop->stop();
        });
    });
  loop->run();
  CHECK(done == threads * tasks);
  CHECK(is_in_order);
}

TEST_CASE("a waiting loop is woken by a task from another thread") {
  auto loop = make_loop();
  std::thread::id where;
  std::jthread poster([&] {
    loop->post([&] {
      where = std::this_thread::get_id();
      loop->stop();
    });
  });
  loop->run();
  CHECK(where == std::this_thread::get_id());
}

}  // namespace malinka::net
