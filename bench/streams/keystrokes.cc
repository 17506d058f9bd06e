// SPDX-License-Identifier: MIT
// malinka-keystrokes: how long a key takes to a terminal on a device and back, alone and while a
// file fills the same connection. A line of standard input is how many keys, and what goes on
// beside them; each is answered with one object of JSON. bench/README.md.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/load/failure.h"
#include "malinka/client.h"

namespace {

namespace bench = malinka::bench;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view device = "device";
constexpr std::string_view usage =
    "usage: malinka-keystrokes HUB CHANNEL STATE_FOLDER FOLDER\n"
    "FOLDER is the device's, with a file `large`; standard input: KEYS none|down|up";
/// So much has moved before the first key: by then its window has grown to what the link holds.
constexpr std::uint64_t moved_bytes_before_keys = 8 << 20;
constexpr std::size_t piece_bytes = 64 << 10;

std::unique_ptr<malinka::Client> join(const char* hub, const char* channel, const char* state) {
  auto client = malinka::Client::start({.hub = hub,
                                        .channel = channel,
                                        .name = "typist",
                                        .password = "kitchen-7k2q9xwd-3m5p",
                                        .state_folder = state});
  if (!client) bench::give_up(client.error().message());
  if ((*client)->wait_joined(std::chrono::seconds(20)).state != malinka::ClientState::joined)
    bench::give_up("the hub does not let the typist in");
  return std::move(*client);
}

std::unique_ptr<malinka::Stream> open(malinka::Client& client, const std::string& name,
                                      std::string value) {
  auto opened = client.open(std::string(device), name, std::move(value));
  if (!opened.stream) bench::give_up(name + ": " + opened.answer.error);
  return std::move(opened.stream);
}

/// A terminal that shows each key as it comes, and has nothing else to say.
class Terminal {
 public:
  explicit Terminal(malinka::Client& client) : stream_(open(client, "terminal.open", "{}")) {
    // What is typed is shown too, but not as the one word.
    write("stty -icanon; echo is''ready; exec cat >/dev/null\n");
    for (std::string shown; !shown.contains("isready");) shown += read();
  }

  /// Types one key and waits until it is shown.
  steady_clock::duration type(char key) {
    const auto began = steady_clock::now();
    write(std::string(1, key));
    while (!read().contains(key)) {
    }
    return steady_clock::now() - began;
  }

 private:
  void write(std::string_view keys) {
    const auto bytes = std::as_bytes(std::span(keys));
    if (!stream_->write({bytes.begin(), bytes.end()})) bench::give_up("the terminal takes no key");
  }

  std::string read() {
    const auto bytes = stream_->read();
    if (!bytes || !*bytes) bench::give_up("the terminal has ended");
    return {reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()};
  }

  std::unique_ptr<malinka::Stream> stream_;
};

/// A file on its way for as long as this lives.
class Transfer {
 public:
  Transfer(malinka::Client& client, bool is_up, const std::string& folder)
      : stream_(is_up ? open_goal(client, folder)
                      : open(client, "files.read", R"({"path":")" + folder + R"(/large"})")),
        mover_([this, is_up] { is_up ? push() : pull(); }) {}
  ~Transfer() {
    is_wanted_ = false;
    stream_->abort({503, "measured"});
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] std::uint64_t moved_bytes() const { return moved_bytes_; }

  void wait_moved(std::uint64_t bytes) const {
    for (auto moved = moved_bytes(); moved < bytes; moved = moved_bytes()) moved_bytes_.wait(moved);
  }

 private:
  /// Another one each time: the device may still be busy with giving up the last.
  static std::unique_ptr<malinka::Stream> open_goal(malinka::Client& client,
                                                    const std::string& folder) {
    static int count = 0;
    const std::string name = "keystrokes" + std::to_string(++count);
    return open(client, "files.write",
                R"({"path":")" + folder + "/" + name + R"(","transfer":")" + name + R"("})");
  }

  void pull() {
    for (auto bytes = stream_->read(); check(bytes); bytes = stream_->read()) {
      if (!*bytes) bench::give_up("the file was too short");
      count((*bytes)->size());
    }
  }
  void push() {
    for (auto written = write(); check(written); written = write()) count(piece_bytes);
  }
  malinka::Stream::Outcome<void> write() {
    return stream_->write(std::vector<std::byte>(piece_bytes));
  }

  bool check(const auto& outcome) const {
    if (outcome) return true;
    if (is_wanted_) bench::give_up("the file: " + outcome.error().error);
    return false;
  }
  void count(std::size_t bytes) {
    moved_bytes_ += bytes;
    moved_bytes_.notify_all();
  }

  std::atomic<bool> is_wanted_ = true;
  std::atomic<std::uint64_t> moved_bytes_ = 0;
  std::unique_ptr<malinka::Stream> stream_;
  std::jthread mover_;
};

/// Keys come at times that have nothing to do with those of chunks.
class Typist {
 public:
  milliseconds pause() { return milliseconds(pauses_(random_)); }

 private:
  std::minstd_rand random_;
  std::uniform_int_distribution<int> pauses_{10, 60};
};

void run_burst(Terminal& terminal, const Transfer* transfer, int keys) {
  Typist typist;
  const std::uint64_t moved_before = transfer == nullptr ? 0 : transfer->moved_bytes();
  const auto began = steady_clock::now();
  std::printf("{\"milliseconds\":[");
  for (int i = 0; i < keys; ++i) {
    std::this_thread::sleep_for(typist.pause());
    const std::chrono::duration<double, std::milli> took =
        terminal.type(static_cast<char>('a' + (i % 26)));
    std::printf(i == 0 ? "%.3f" : ",%.3f", took.count());
  }
  const std::chrono::duration<double> seconds = steady_clock::now() - began;
  const std::uint64_t moved = transfer == nullptr ? 0 : transfer->moved_bytes() - moved_before;
  std::printf("],\"seconds\":%.3f,\"moved_bytes\":%lu}\n", seconds.count(), moved);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) bench::give_up(usage);
  const auto client = join(argv[1], argv[2], argv[3]);
  Terminal terminal(*client);
  int keys = 0;
  for (std::string beside; std::cin >> keys >> beside;) {
    std::optional<Transfer> transfer;
    if (beside != "none") {
      transfer.emplace(*client, beside == "up", argv[4]);
      transfer->wait_moved(moved_bytes_before_keys);
    }
    run_burst(terminal, transfer ? &*transfer : nullptr, keys);
  }
  return EXIT_SUCCESS;
}
