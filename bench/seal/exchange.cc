// SPDX-License-Identifier: MIT
// malinka-seal-exchange: two clients in one channel of a hub on this machine, of which one asks
// with 64 KiB and the other answers. A line of standard input is how many to ask, and how many of
// those at once; each is answered with one object of JSON. bench/README.md.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <latch>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "bench/load/failure.h"
#include "malinka/client.h"

namespace {

using std::chrono::steady_clock;

constexpr std::size_t message_bytes = 64 << 10;

/// How often this process took memory that a whole message fits into: what shows a copy of it.
std::atomic<std::uint64_t> buffers_taken = 0;

void* take(std::size_t size) {
  if (size >= message_bytes) buffers_taken.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(size); memory != nullptr) return memory;
  throw std::bad_alloc();
}

}  // namespace

// Never inline: g++ would see one half of a pair without the other, and warn of a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) { return take(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

namespace bench = malinka::bench;

malinka::Blob make_blob() {
  const auto content =
      std::make_shared<const std::vector<std::byte>>(message_bytes, std::byte{'x'});
  return {.name = {}, .type = {}, .content = content};
}

std::unique_ptr<malinka::Client> join(const std::string& hub, const std::string& name,
                                      bool is_sealed, const std::string& state_folder) {
  auto client = malinka::Client::start({.hub = hub,
                                        .channel = is_sealed ? "sealed" : "plain",
                                        .name = name,
                                        .password = "kitchen-7k2q9xwd-3m5p",
                                        .is_sealed = is_sealed,
                                        .state_folder = state_folder + "/" + name,
                                        .is_device = name == "device"});
  if (!client) bench::give_up(client.error().message());
  if ((*client)->wait_joined(std::chrono::seconds(20)).state != malinka::ClientState::joined)
    bench::give_up("the hub does not let " + name + " in");
  return std::move(*client);
}

/// So many questions, of which a window is on its way at a time.
class Burst {
 public:
  Burst(malinka::Client& client, std::uint64_t messages) : client_(client), left_(messages) {}

  void run(std::uint64_t window) {
    waiting_ = std::make_unique<std::latch>(static_cast<std::ptrdiff_t>(left_.load()));
    for (std::uint64_t i = 0; i < window; ++i) ask();
    waiting_->wait();
  }
  [[nodiscard]] std::uint64_t failures() const { return failures_; }

 private:
  /// The next, if one is left: from here at first, then from the client's thread.
  void ask() {
    if (asked_.fetch_add(1) >= left_) return;
    client_.request(
        {.recipients = {"device"}, .name = "bench.take", .value = {}, .blob = blob_},
        [this](const malinka::Answer& answer) { failures_ += answer.is_success ? 0 : 1; },
        [this] {
          ask();
          waiting_->count_down();
        });
  }

  malinka::Client& client_;
  const malinka::Blob blob_ = make_blob();
  const std::atomic<std::uint64_t> left_;
  std::atomic<std::uint64_t> asked_ = 0;
  std::atomic<std::uint64_t> failures_ = 0;
  std::unique_ptr<std::latch> waiting_;
};

void run_burst(malinka::Client& client, std::uint64_t messages, std::uint64_t window) {
  const std::uint64_t buffers_before = buffers_taken;
  const auto began = steady_clock::now();
  Burst burst(client, messages);
  burst.run(window);
  const std::chrono::duration<double> took = steady_clock::now() - began;
  std::printf("{\"seconds\":%.9f,\"messages\":%lu,\"failures\":%lu,\"buffers\":%lu}\n",
              took.count(), messages, burst.failures(), buffers_taken - buffers_before);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::string_view usage =
      "usage: malinka-seal-exchange HUB sealed|plain STATE_FOLDER\n"
      "standard input: MESSAGES WINDOW";
  if (argc != 4) bench::give_up(usage);
  const bool is_sealed = std::string_view(argv[2]) == "sealed";
  const auto device = join(argv[1], "device", is_sealed, argv[3]);
  device->on_command([](const malinka::IncomingCommand& command) {
    malinka::Answer answer;
    answer.is_success = command.message.blob && command.message.blob->size() == message_bytes;
    command.answer(std::move(answer));
  });
  const auto asker = join(argv[1], "asker", is_sealed, argv[3]);
  for (std::uint64_t messages = 0, window = 0; std::cin >> messages >> window;)
    run_burst(*asker, messages, window);
  return EXIT_SUCCESS;
}
