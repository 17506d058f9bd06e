// SPDX-License-Identifier: MIT
// Runs in the guest: moves the pull of a simulated line at a steady pace, or counts how often a
// line can be written in a second, by a bare ioctl, by the agent's driver, and by its whole
// capability.
//
//   gpio_load pull FILE EDGES MICROSECONDS
//   gpio_load write CHIP LINE
//   gpio_load hold CHIP LINE          as another program that has it, until it is killed

#include <fcntl.h>
#include <linux/gpio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "agent/capability/gpio/gpio.h"
#include "agent/capability/gpio/kernel_driver.h"
#include "base/json.h"

namespace {

namespace agent = malinka::agent;
namespace gpio = malinka::agent::gpio;
using malinka::Json;
using Time = std::chrono::steady_clock;

constexpr int rounds = 7;
constexpr int writes_per_round = 4000;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

/// Each edge has its time from the start: one that was late makes the next ones no later.
int move_pull(const char* file, int edges, std::chrono::microseconds step) {
  const int fd = ::open(file, O_WRONLY);  // NOLINT: the process ends with it.
  if (fd < 0) die(file);
  const auto start = Time::now();
  for (int i = 0; i < edges; ++i) {
    std::this_thread::sleep_until(start + i * step);
    const std::string_view pull = i % 2 == 0 ? "pull-up" : "pull-down";
    if (::pwrite(fd, pull.data(), pull.size(), 0) < 0) die("pull");
  }
  const std::chrono::duration<double> taken = Time::now() - start;
  std::printf("%.1f edges per second\n", edges / taken.count());
  return 0;
}

template <typename Write>
double measure(Write write) {
  const auto start = Time::now();
  for (int i = 0; i < writes_per_round; ++i) write(i % 2 == 0);
  return writes_per_round / std::chrono::duration<double>(Time::now() - start).count();
}

/// The program that somebody would write without us.
class BareLine {
 public:
  BareLine(const std::string& chip, unsigned offset) {
    const int fd = ::open(("/dev/" + chip).c_str(), O_RDWR);  // NOLINT
    gpio_v2_line_request request{};
    request.offsets[0] = offset;
    request.num_lines = 1;
    request.config.flags = GPIO_V2_LINE_FLAG_OUTPUT;
    std::strcpy(request.consumer, "bare");
    if (fd < 0 || ::ioctl(fd, GPIO_V2_GET_LINE_IOCTL, &request) != 0) die("bare");
    ::close(fd);
    line_ = request.fd;
  }
  ~BareLine() { ::close(line_); }
  BareLine(const BareLine&) = delete;
  BareLine& operator=(const BareLine&) = delete;

  void write(bool value) const {
    gpio_v2_line_values values{.bits = value ? 1U : 0U, .mask = 1};
    if (::ioctl(line_, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) != 0) die("bare write");
  }

 private:
  int line_ = -1;
};

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + rounds / 2);
  return values[rounds / 2];
}

/// Three lines beside one another, in turns, so that all have the same of what else the machine
/// does.
int count_writes(const std::string& chip_name, unsigned line) {
  const auto loop = *malinka::net::Loop::create();
  gpio::KernelDriver driver(*loop);
  const auto chip = *driver.open(chip_name);
  const unsigned own[] = {line + 1};
  const auto held = *chip->hold(own, {.role = gpio::Role::output}, nullptr);
  const BareLine bare(chip_name, line);
  gpio::Gpio capability(*loop, {.driver = std::make_unique<gpio::KernelDriver>(*loop), .lines = {}},
                        [](auto&&...) {});
  std::array<std::vector<double>, 3> rates;
  for (int i = 0; i < rounds; ++i) {
    rates[0].push_back(measure([&](bool value) { bare.write(value); }));
    rates[1].push_back(measure([&](bool value) {
      if (!held->write(1, value ? 1 : 0)) die("driver");
    }));
    rates[2].push_back(measure([&](bool value) {
      const Json wish = {{"lines", {{{"line", line + 2}, {"value", value ? 1 : 0}}}}};
      capability.run({"gpio.write", "bench", std::make_shared<const Json>(wish), {}},
                     [](const agent::Reply& reply) {
                       if (reply.code != malinka::ResponseCode::done) die("capability");
                     });
    }));
  }
  std::printf("bare %.0f driver %.0f capability %.0f\n", median(rates[0]), median(rates[1]),
              median(rates[2]));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  if (argc == 5 && std::string_view(words[1]) == "pull")
    return move_pull(words[2], std::atoi(words[3]), std::chrono::microseconds(std::atoi(words[4])));
  if (argc == 4 && std::string_view(words[1]) == "write")
    return count_writes(words[2], static_cast<unsigned>(std::atoi(words[3])));
  if (argc == 4 && std::string_view(words[1]) == "hold") {
    const BareLine line(words[2], static_cast<unsigned>(std::atoi(words[3])));
    std::puts("held");
    std::fflush(stdout);
    return ::pause();
  }
  std::fputs("usage: gpio_load pull FILE EDGES MICROSECONDS | write CHIP LINE | hold CHIP LINE\n",
             stderr);
  return 2;
}
