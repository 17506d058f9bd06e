// SPDX-License-Identifier: MIT
#include "base/clock.h"

#include <ctime>

#include "base/assert.h"

namespace malinka {
namespace {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Steady now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] Steady boot_now() const override {
    timespec time{};
    ASSERT(clock_gettime(CLOCK_BOOTTIME, &time) == 0);
    return Steady(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
  [[nodiscard]] Wall wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace malinka
