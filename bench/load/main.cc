// SPDX-License-Identifier: MIT
// malinka-load: takes the seats of a workload at a server on this machine, and does what it is told
// on standard input, a line each; it answers each line with one object of JSON. bench/README.md.
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "bench/load/exchange.h"
#include "bench/load/failure.h"
#include "bench/load/fan_out.h"

namespace {

namespace bench = malinka::bench;

constexpr std::string_view usage =
    "usage: malinka-load DIALECT PORT fanout|pairs [NAME=NUMBER...] [key=KEY]\n"
    "  DIALECT: malinka, mqtt, nats, nchan, bare\n"
    "  NAME: channels, publishers, recipients, slow, pairs, bytes\n"
    "standard input: join COUNT|all, burst MESSAGES WINDOW, clog MESSAGES BYTES, leave";

using Settings = std::map<std::string, std::string, std::less<>>;

std::uint32_t to_number(const std::string& text) {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  if (std::from_chars(text.data(), end, number).ptr != end || text.empty()) bench::give_up(usage);
  return number;
}

std::uint32_t number_of(const Settings& settings, std::string_view name, std::uint32_t fallback) {
  const auto found = settings.find(name);
  return found == settings.end() ? fallback : to_number(found->second);
}

/// A connection is a descriptor: as many as the system allows this process.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) bench::give_up_on_errno("setrlimit");
}

/// The whole program, once its arguments are read.
class Program {
 public:
  Program(const std::string& dialect, std::uint16_t port, const std::string& kind,
          const Settings& settings) {
    talk_.message_bytes = number_of(settings, "bytes", 200);
    if (const auto key = settings.find("key"); key != settings.end()) talk_.key = key->second;
    dialect_ = bench::make_dialect(dialect, talk_);
    if (dialect_ == nullptr) bench::give_up(usage);
    if (kind == "pairs") {
      workload_ =
          std::make_unique<bench::Exchange>(*dialect_, port, number_of(settings, "pairs", 64));
    } else {
      const bench::FanOutPlan plan{.channels = number_of(settings, "channels", 1),
                                   .publishers = number_of(settings, "publishers", 1),
                                   .recipients = number_of(settings, "recipients", 1000),
                                   .slow = number_of(settings, "slow", 0)};
      workload_ = std::make_unique<bench::FanOut>(*dialect_, port, plan);
    }
  }

  /// Until standard input ends. Between two lines, what servers send is read and answered.
  void run() {
    std::array<pollfd, 2> polled = {
        {{STDIN_FILENO, POLLIN, 0}, {workload_->crowd().descriptor(), POLLIN, 0}}};
    while (::poll(polled.data(), polled.size(), -1) >= 0) {
      if (polled[1].revents != 0) workload_->crowd().turn(std::chrono::milliseconds(0));
      if (polled[0].revents == 0) continue;
      const auto line = read_line();
      if (line.empty()) return;
      std::puts(carry_out(line).c_str());
      std::fflush(stdout);
    }
  }

 private:
  static std::string read_line() {
    std::string line;
    char character = 0;
    while (::read(STDIN_FILENO, &character, 1) == 1 && character != '\n') line += character;
    return line;
  }

  std::string carry_out(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    std::string first;
    std::string second;
    words >> verb >> first >> second;
    if (verb == "join") return join(first);
    if (verb == "burst") return workload_->run({to_number(first), to_number(second)}).to_json();
    if (verb == "clog") return clog(to_number(first), to_number(second));
    if (verb != "leave") bench::give_up(usage);
    workload_->leave();
    return "{}";
  }

  std::string join(const std::string& count) {
    const std::size_t seats = count == "all" ? workload_->seats_left() : to_number(count);
    const std::uint64_t began = bench::now_ns();
    workload_->join(seats);
    const double seconds = static_cast<double>(bench::now_ns() - began) / 1e9;
    return R"({"joined":)" + std::to_string(seats) + R"(,"seconds":)" + std::to_string(seconds) +
           "}";
  }

  std::string clog(std::uint32_t messages, std::uint32_t bytes) {
    bench::Talk large = talk_;
    large.message_bytes = bytes;
    workload_->clog(
        messages,
        bench::Mold::framed(bench::make_text(large, {.role = bench::SeatRole::publisher}), false));
    return "{}";
  }

  bench::Talk talk_;
  std::unique_ptr<bench::Dialect> dialect_;
  std::unique_ptr<bench::Workload> workload_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) bench::give_up(usage);
  Settings settings;
  for (int i = 4; i < argc; ++i) {
    const std::string word = argv[i];
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) bench::give_up(usage);
    settings[word.substr(0, equals)] = word.substr(equals + 1);
  }
  raise_descriptor_limit();
  Program(argv[1], static_cast<std::uint16_t>(to_number(argv[2])), argv[3], settings).run();
  return 0;
}
