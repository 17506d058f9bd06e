// SPDX-License-Identifier: MIT
#include "net/send_batcher.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <string>

#include "net/test_support.h"

namespace malinka::net {
namespace {

/// A stream that takes what it is allowed to, and counts the writes.
class CountingStream final : public Stream {
 public:
  std::size_t room = SIZE_MAX;
  int failure = 0;
  int writes = 0;
  std::string written;

  Result<IoResult> read(std::span<std::byte>) noexcept override {
    return IoResult{IoStatus::would_block, 0};
  }
  Result<IoResult> write(std::span<const ByteView> pieces) noexcept override {
    ++writes;
    if (failure != 0) return fail_errno(failure);
    std::size_t count = 0;
    for (const ByteView piece : pieces) {
      const std::size_t taken = std::min(piece.size(), room);
      written += as_text(piece.first(taken));
      room -= taken;
      count += taken;
    }
    return count == 0 ? IoResult{IoStatus::would_block, 0} : IoResult{IoStatus::done, count};
  }
  void finish_writing() noexcept override {}
  Result<void> watch(Loop&, ReadinessHandler&) override { return {}; }
  void forget() noexcept override {}
  int plain_socket() const noexcept override { return -1; }
  std::string peer_address() const override { return "test"; }
};

/// Sends `queue`, one text after the other.
class TextSender final : public Sender {
 public:
  CountingStream stream;
  std::deque<std::string> queue;
  std::string events;
  int gathers = 0;
  std::function<void()> on_gather = [] {};

  Stream& sending_stream() noexcept override { return stream; }
  std::size_t gather(std::span<ByteView> pieces) noexcept override {
    ++gathers;
    on_gather();
    return gather_texts(queue, pieces);
  }
  bool on_sent(std::size_t bytes) noexcept override {
    events += "sent ";
    remove_sent(queue, bytes);
    return !queue.empty();
  }
  void on_send_blocked() noexcept override { events += "blocked "; }
  void on_send_failed(const Error&) noexcept override { events += "failed "; }
};

}  // namespace

TEST_CASE("256 messages queued in one turn leave as one write") {
  auto loop = make_loop();
  SendBatcher batcher(*loop);
  TextSender sender;
  for (int i = 0; i < 256; ++i) {
    sender.queue.push_back("x");
    batcher.mark(sender);
  }
  batcher.flush();
  CHECK(sender.stream.writes == 1);
  CHECK(sender.stream.written == std::string(256, 'x'));
  CHECK_FALSE(batcher.has_marked());
}

TEST_CASE("a sender that has sent all it had is not asked again") {
  auto loop = make_loop();
  SendBatcher batcher(*loop);
  TextSender sender;
  sender.queue = {"x", "y"};
  batcher.mark(sender);
  batcher.flush();
  CHECK(sender.gathers == 1);
}

TEST_CASE("a sender without bytes costs no write") {
  auto loop = make_loop();
  SendBatcher batcher(*loop);
  TextSender sender;
  batcher.mark(sender);
  batcher.flush();
  CHECK(sender.stream.writes == 0);
}

TEST_CASE("a stream that takes a part blocks its sender until that marks itself again") {
  auto loop = make_loop();
  SendBatcher batcher(*loop);
  TextSender sender;
  sender.queue = {"abc", "def"};
  sender.stream.room = 4;
  batcher.mark(sender);
  batcher.flush();
  batcher.flush();
  CHECK(sender.events == "sent blocked ");
  CHECK(sender.stream.writes == 1);

  sender.stream.room = SIZE_MAX;
  batcher.mark(sender);
  batcher.flush();
  CHECK(sender.stream.written == "abcdef");
}

TEST_CASE("a failing stream is told to its sender, and the others send") {
  auto loop = make_loop();
  SendBatcher batcher(*loop);
  std::array<TextSender, 3> senders;
  senders[1].stream.failure = EPIPE;
  for (TextSender& sender : senders) {
    sender.queue = {"x"};
    batcher.mark(sender);
  }
  batcher.flush();
  CHECK(senders[0].events == "sent ");
  CHECK(senders[1].events == "failed ");
  CHECK(senders[2].events == "sent ");
}

TEST_CASE("a sender of very much leaves the rest for the next turn, which does not wait") {
  auto loop = make_loop();
  SendBatcher batcher(*loop);
  loop->set_turn_end([&] { batcher.flush(); });
  TextSender sender;
  for (int i = 0; i < 5; ++i) sender.queue.push_back(std::string(256UL * 1024, 'x'));
  batcher.mark(sender);
  loop->run_turn(std::chrono::milliseconds(0));
  CHECK(sender.stream.written.size() == 1024UL * 1024);
  loop->run_turn(std::chrono::hours(1));
  CHECK(sender.stream.written.size() == 5 * 256UL * 1024);
}

TEST_CASE("a message longer than a turn's share takes several turns, too") {
  auto loop = make_loop();
  SendBatcher batcher(*loop);
  loop->set_turn_end([&] { batcher.flush(); });
  TextSender sender;
  sender.queue = {std::string(2'500'000, 'x')};
  batcher.mark(sender);
  loop->run_turn(std::chrono::milliseconds(0));
  CHECK(sender.stream.written.size() == 1024UL * 1024);
  loop->run_turn(std::chrono::hours(1));
  loop->run_turn(std::chrono::hours(1));
  CHECK(sender.stream.written.size() == 2'500'000);
}

TEST_CASE("an unmarked sender is left alone, even when it goes during the flush") {
  auto loop = make_loop();
  SendBatcher batcher(*loop);
  TextSender first;
  TextSender second;
  TextSender third;
  first.queue = second.queue = third.queue = {"x"};
  first.on_gather = [&] { batcher.unmark(second); };
  batcher.mark(first);
  batcher.mark(second);
  batcher.mark(third);
  batcher.unmark(third);
  batcher.flush();
  CHECK(first.stream.writes == 1);
  CHECK(second.stream.writes == 0);
  CHECK(third.stream.writes == 0);
}

TEST_CASE("a sender that is marked during the flush sends in the next turn") {
  auto loop = make_loop();
  SendBatcher batcher(*loop);
  loop->set_turn_end([&] { batcher.flush(); });
  TextSender first;
  TextSender second;
  first.queue = {"x"};
  first.on_gather = [&] {
    second.queue = {"y"};
    batcher.mark(second);
    first.on_gather = [] {};
  };
  batcher.mark(first);
  loop->run_turn(std::chrono::milliseconds(0));
  CHECK(second.stream.writes == 0);
  loop->run_turn(std::chrono::hours(1));
  CHECK(second.stream.written == "y");
}

}  // namespace malinka::net
