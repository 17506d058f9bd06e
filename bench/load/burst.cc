// SPDX-License-Identifier: MIT
#include "bench/load/burst.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace malinka::bench {
namespace {

double to_seconds(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e9; }
double to_microseconds(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e3; }
unsigned long long number(std::uint64_t value) { return value; }

}  // namespace

std::uint64_t own_cpu_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(time.tv_nsec);
}

std::string Burst::to_json() const {
  std::array<char, 512> text{};
  const int size = std::snprintf(
      text.data(), text.size(),
      R"({"messages":%llu,"deliveries":%llu,"misordered":%llu,"others":%llu,"missing":%llu,)"
      R"("seconds":%.9f,"generator_seconds":%.9f,"p50_us":%.1f,"p99_us":%.1f,"p999_us":%.1f})",
      number(messages), number(deliveries), number(misordered), number(others), number(missing),
      to_seconds(ended_ns - began_ns), to_seconds(generator_ns),
      to_microseconds(latency_ns.permille(500)), to_microseconds(latency_ns.permille(990)),
      to_microseconds(latency_ns.permille(999)));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace malinka::bench
