// SPDX-License-Identifier: MIT
// What SendBatcher promises over real sockets, the very same with and without a ring.

#include <sys/socket.h>

#include <array>
#include <deque>
#include <string>

#include "net/send_batcher.h"
#include "net/send_method.h"
#include "net/simulated_ring.h"
#include "net/test_support.h"

namespace malinka::net {
namespace {

/// Runs `test` with a batcher of each way of sending; the kernel's ring only where it gives one.
void with_each_way(const std::function<void(SendBatcher&)>& test) {
  std::array<std::unique_ptr<SendRing>, 3> rings = {nullptr, std::make_unique<SimulatedRing>(),
                                                    SendMethod::choose().make_ring()};
  for (std::size_t way = 0; way < rings.size(); ++way) {
    if (way == 2 && rings[way] == nullptr) continue;
    CAPTURE(way);
    auto loop = make_loop();
    SendBatcher batcher(*loop, std::move(rings[way]));
    test(batcher);
  }
}

/// Sends `queue` through one end of a pair of sockets; the test has the other.
class SocketSender final : public Sender {
 public:
  SocketSender() {
    auto [here, there] = make_socket_pair();
    stream = make_tcp_stream(std::move(here), {});
    peer = std::move(there);
  }

  std::unique_ptr<Stream> stream;
  UniqueFd peer;
  std::deque<std::string> queue;
  std::string events;
  std::function<void()> act = [] {};  // In the callbacks that tell what came of it.
  std::function<void()> act_on_gather = [] {};

  Stream& sending_stream() noexcept override { return *stream; }
  std::size_t gather(std::span<ByteView> pieces) noexcept override {
    act_on_gather();
    return gather_texts(queue, pieces);
  }
  bool on_sent(std::size_t bytes) noexcept override {
    events += "sent ";
    remove_sent(queue, bytes);
    act();
    return !queue.empty();
  }
  void on_send_blocked() noexcept override {
    events += "blocked ";
    act();
  }
  void on_send_failed(const Error& error) noexcept override {
    events += "failed " + error.code.message() + " ";
    act();
  }

  std::string received() {
    std::string text;
    std::array<char, 64 * 1024> buffer;
    ssize_t count = 0;
    while ((count = ::recv(peer.get(), buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    return text;
  }
};

/// Different from any other, and nowhere like itself.
std::string text_of(std::size_t bytes, char first) {
  std::string text(bytes, first);
  for (std::size_t i = 0; i < bytes; ++i)
    text[i] = static_cast<char>(first + static_cast<int>(i / 7 % 90));
  return text;
}

}  // namespace

TEST_CASE("what many senders have arrives, each its own, whatever the number and the length") {
  with_each_way([](SendBatcher& batcher) {
    std::vector<SocketSender> senders(ring_sends_max + 10);
    for (std::size_t i = 0; i < senders.size(); ++i) {
      for (std::size_t n = 0; n <= i % 5; ++n)
        senders[i].queue.push_back(std::to_string(i) + "-" + std::to_string(n) + " ");
      batcher.mark(senders[i]);
    }
    batcher.flush();
    for (std::size_t i = 0; i < senders.size(); ++i) {
      std::string expected;
      for (std::size_t n = 0; n <= i % 5; ++n)
        expected += std::to_string(i) + "-" + std::to_string(n) + " ";
      REQUIRE(senders[i].received() == expected);
      REQUIRE(senders[i].events == "sent ");
    }
  });
}

TEST_CASE("more than a gather buffer holds arrives whole") {
  with_each_way([](SendBatcher& batcher) {
    std::vector<SocketSender> senders(40);
    for (std::size_t i = 0; i < senders.size(); ++i) {
      senders[i].queue = {text_of(20'000, static_cast<char>('!' + i)),
                          text_of(20'000, static_cast<char>('"' + i))};
      batcher.mark(senders[i]);
    }
    batcher.flush();
    for (std::size_t i = 0; i < senders.size(); ++i)
      REQUIRE(senders[i].received() == text_of(20'000, static_cast<char>('!' + i)) +
                                           text_of(20'000, static_cast<char>('"' + i)));
  });
}

TEST_CASE("a full socket blocks its sender in the midst of a batch, and the others send") {
  with_each_way([](SendBatcher& batcher) {
    std::array<SocketSender, 3> senders;
    const std::string large = text_of(3'000'000, 'A');
    senders[0].queue = {"x"};
    senders[1].queue = {"before ", large};
    senders[2].queue = {"y"};
    for (SocketSender& sender : senders) batcher.mark(sender);
    batcher.flush();
    CHECK(senders[0].received() == "x");
    CHECK(senders[2].received() == "y");
    REQUIRE(senders[1].events.ends_with("sent blocked "));
    std::string got;
    for (int i = 0; i < 1000 && !senders[1].queue.empty(); ++i) {
      got += senders[1].received();
      batcher.mark(senders[1]);
      batcher.flush();
    }
    CHECK(got + senders[1].received() == "before " + large);
  });
}

TEST_CASE("a socket that takes nothing at all blocks its sender and sends nothing twice") {
  with_each_way([](SendBatcher& batcher) {
    SocketSender sender;
    sender.queue = {text_of(1'000'000, 'A')};
    batcher.mark(sender);
    batcher.flush();
    sender.events.clear();
    batcher.mark(sender);
    batcher.flush();
    CHECK(sender.events == "blocked ");
    CHECK_FALSE(batcher.has_marked());
    const std::string unsent = sender.queue.front();
    CHECK(sender.received() + unsent == text_of(1'000'000, 'A'));
  });
}

TEST_CASE("a peer that has gone fails its sender alone, and raises no signal") {
  with_each_way([](SendBatcher& batcher) {
    std::array<SocketSender, 3> senders;
    senders[1].peer.reset();
    for (SocketSender& sender : senders) {
      sender.queue = {"a", "b"};
      batcher.mark(sender);
    }
    batcher.flush();
    CHECK(senders[0].received() == "ab");
    CHECK(senders[1].events == "failed Broken pipe ");
    CHECK(senders[2].received() == "ab");
  });
}

TEST_CASE("a sender that is unmarked while another is asked or told is never called again") {
  with_each_way([](SendBatcher& batcher) {
    std::array<SocketSender, 4> senders;
    for (SocketSender& sender : senders) {
      sender.queue = {"a", "b"};
      batcher.mark(sender);
    }
    const auto leave = [&](std::size_t index) {
      batcher.unmark(senders[index]);
      senders[index].stream.reset();
      senders[index].queue = {"not these"};
    };
    senders[1].act_on_gather = [&] { leave(0); };  // 0 was asked before.
    senders[1].act = [&] { leave(2); };            // 2 has been asked, and may have been sent.
    batcher.flush();
    CHECK(senders[0].events.empty());
    CHECK(senders[0].received().empty());
    CHECK(senders[1].received() == "ab");
    CHECK(senders[2].events.empty());
    CHECK(senders[3].received() == "ab");
  });
}

TEST_CASE("bytes that came to lie where another's were are not taken for them") {
  with_each_way([](SendBatcher& batcher) {
    std::array<SocketSender, 2> senders;
    senders[0].queue = {"old", "old"};
    senders[1].act_on_gather = [&, is_first = true]() mutable {
      if (!std::exchange(is_first, false)) return;
      batcher.unmark(senders[0]);
      senders[0].queue[0] = senders[0].queue[1] = "new";
      senders[1].queue = std::move(senders[0].queue);  // At the same addresses.
    };
    batcher.mark(senders[0]);
    batcher.mark(senders[1]);
    batcher.flush();
    CHECK(senders[0].received().empty());
    CHECK(senders[1].received() == "newnew");
  });
}

TEST_CASE("a sender that unmarks itself when it is told is not asked again") {
  with_each_way([](SendBatcher& batcher) {
    SocketSender sender;
    sender.queue = {"a"};
    int asked = 0;
    sender.act_on_gather = [&] { ++asked; };
    sender.act = [&] {
      batcher.unmark(sender);
      sender.queue = {"b"};
    };
    batcher.mark(sender);
    batcher.flush();
    CHECK(asked == 1);
    CHECK_FALSE(batcher.has_marked());
  });
}

TEST_CASE("a ring that fails in mid-run loses no byte, and plain sends go on for good") {
  for (const std::size_t taken : {0UL, 1UL, 2UL, 5UL}) {
    CAPTURE(taken);
    auto loop = make_loop();
    SendBatcher batcher(*loop, std::make_unique<SimulatedRing>(
                                   SimulatedRing::Plan{.good_submissions = 1, .taken_max = taken}));
    std::array<SocketSender, 5> senders;
    std::string expected;
    for (int round = 0; round < 3; ++round) {
      CHECK(batcher.uses_ring() == (round < 2));
      expected += std::to_string(round) + ".";
      for (SocketSender& sender : senders) {
        sender.queue = {std::to_string(round), "."};
        batcher.mark(sender);
      }
      batcher.flush();
    }
    for (SocketSender& sender : senders) CHECK(sender.received() == expected);
    CHECK_FALSE(batcher.uses_ring());
  }
}

}  // namespace malinka::net
