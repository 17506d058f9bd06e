// SPDX-License-Identifier: MIT
// The kernel's ring, where it lets us have one; and what is chosen where it does not.

#include "net/send_ring.h"

#include <sys/socket.h>

#include <array>

#include "net/send_method.h"
#include "net/simulated_ring.h"
#include "net/test_support.h"

namespace malinka::net {
namespace {

bool is_ring_refused() { return SendMethod::choose().make_ring() == nullptr; }

/// Says of every send that all of it went.
struct BoastingRing final : SendRing {
  std::vector<SocketSend*> added;
  void add(SocketSend& send) noexcept override { added.push_back(&send); }
  Result<void> submit() noexcept override {
    for (SocketSend* const send : added)
      send->result = static_cast<std::int64_t>(send->bytes.size());
    return {};
  }
};

}  // namespace

TEST_CASE("the kernel's ring tells whole, short, blocked and failed sends apart" *
          doctest::skip(is_ring_refused())) {
  auto ring = open_send_ring();
  REQUIRE(ring);
  CHECK(probe_send_ring(**ring));
}

TEST_CASE("a ring sends again and again, as many at once as it promises" *
          doctest::skip(is_ring_refused())) {
  auto ring = open_send_ring();
  REQUIRE(ring);
  constexpr std::size_t sends_each = 64;  // What fits one socket's buffer with ease.
  std::vector<std::array<UniqueFd, 2>> pairs;
  for (std::size_t i = 0; i < ring_sends_max / sends_each; ++i) pairs.push_back(make_socket_pair());
  for (int round = 0; round < 10; ++round) {
    std::vector<SocketSend> sends;
    for (std::size_t i = 0; i < ring_sends_max; ++i)
      sends.push_back({pairs[i % pairs.size()][0].get(), as_bytes("ab")});
    for (SocketSend& send : sends) (*ring)->add(send);
    REQUIRE((*ring)->submit());
    for (const SocketSend& send : sends) REQUIRE(send.result == 2);
    std::array<char, 2 * sends_each + 1> got{};
    for (const auto& [here, there] : pairs)
      REQUIRE(::recv(there.get(), got.data(), got.size(), MSG_DONTWAIT) == 2 * sends_each);
  }
}

TEST_CASE("a descriptor that is none fails alone" * doctest::skip(is_ring_refused())) {
  auto ring = open_send_ring();
  REQUIRE(ring);
  const auto [here, there] = make_socket_pair();
  SocketSend bad{1'000'000, as_bytes("x")};
  SocketSend good{here.get(), as_bytes("x")};
  (*ring)->add(bad);
  (*ring)->add(good);
  CHECK((*ring)->submit());
  CHECK(bad.result == -EBADF);
  CHECK(good.result == 1);
}

TEST_CASE("a ring that is refused leaves sends plain, and says why") {
  const SendMethod method = SendMethod::choose(
      [] -> Result<std::unique_ptr<SendRing>> { return fail(std::errc::operation_not_permitted); });
  CHECK(method.text() == "plain (io_uring refused: Operation not permitted)");
  CHECK(method.make_ring() == nullptr);
}

TEST_CASE("a ring that may be opened and not used leaves sends plain") {
  const SendMethod method = SendMethod::choose([] -> Result<std::unique_ptr<SendRing>> {
    return std::make_unique<SimulatedRing>(SimulatedRing::Plan{.failure = EPERM});
  });
  CHECK(method.text() == "plain (io_uring refused: simulated: Operation not permitted)");
}

TEST_CASE("a ring that does not tell what was not sent leaves sends plain") {
  const SendMethod method = SendMethod::choose(
      [] -> Result<std::unique_ptr<SendRing>> { return std::make_unique<BoastingRing>(); });
  CHECK(method.text() == "plain (io_uring refused: whole send: Operation not supported)");
  CHECK(method.make_ring() == nullptr);
}

TEST_CASE("a ring that passes is what every loop gets one of") {
  const SendMethod method = SendMethod::choose(
      [] -> Result<std::unique_ptr<SendRing>> { return std::make_unique<SimulatedRing>(); });
  CHECK(method.text() == "io_uring");
  CHECK(method.make_ring() != nullptr);
}

TEST_CASE("where no further ring is to be had, that loop sends plainly") {
  int opened = 0;
  const SendMethod method = SendMethod::choose([&opened] -> Result<std::unique_ptr<SendRing>> {
    if (opened++ > 0) return fail(std::errc::not_enough_memory);
    return std::make_unique<SimulatedRing>();
  });
  CHECK(method.text() == "io_uring");
  CHECK(method.make_ring() == nullptr);
}

}  // namespace malinka::net
