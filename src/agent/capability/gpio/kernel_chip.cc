// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/kernel_chip.h"

#include <fcntl.h>
#include <linux/gpio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "agent/capability/gpio/kernel_lines.h"
#include "base/try.h"

namespace malinka::agent::gpio {
namespace {

/// The kernel ends its names with a zero, unless they fill their place.
template <std::size_t size>
std::string to_text(const char (&name)[size]) {
  return {name, ::strnlen(name, size)};
}

LineInfo to_info(const gpio_v2_line_info& line) {
  const auto has = [&](std::uint64_t flag) { return (line.flags & flag) != 0; };
  return {.name = to_text(line.name),
          .consumer = to_text(line.consumer),
          .is_used = has(GPIO_V2_LINE_FLAG_USED),
          .direction = has(GPIO_V2_LINE_FLAG_OUTPUT) ? Direction::output : Direction::input,
          .is_active_low = has(GPIO_V2_LINE_FLAG_ACTIVE_LOW)};
}

}  // namespace

Result<std::unique_ptr<KernelChip>> KernelChip::open(net::Loop& loop, const std::string& path,
                                                     std::function<void()> released) {
  UniqueFd chip(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!chip.is_open()) return fail_errno(errno, path);
  gpiochip_info info{};
  if (::ioctl(chip.get(), GPIO_GET_CHIPINFO_IOCTL, &info) != 0) return fail_errno(errno, path);
  std::unique_ptr<KernelChip> opened(new KernelChip(
      loop, std::move(chip),
      {.name = to_text(info.name), .label = to_text(info.label), .lines = info.lines},
      std::move(released)));
  TRY_VOID(loop.watch(opened->chip_.get(), *opened));
  return opened;
}

KernelChip::KernelChip(net::Loop& loop, UniqueFd chip, ChipInfo info,
                       std::function<void()> released)
    : loop_(loop), chip_(std::move(chip)), info_(std::move(info)), released_(std::move(released)) {}

KernelChip::~KernelChip() { loop_.forget(chip_.get()); }

bool KernelChip::is_present() const {
  gpiochip_info info{};
  return ::ioctl(chip_.get(), GPIO_GET_CHIPINFO_IOCTL, &info) == 0;
}

Result<LineInfo> KernelChip::look(unsigned offset) const {
  gpio_v2_line_info line{};
  line.offset = offset;
  if (::ioctl(chip_.get(), GPIO_V2_GET_LINEINFO_IOCTL, &line) != 0) return fail_errno(errno);
  return to_info(line);
}

Result<std::unique_ptr<HeldLines>> KernelChip::hold(std::span<const unsigned> offsets,
                                                    const LineConfig& config, EdgeSink sink) {
  return KernelLines::request(loop_, chip_.get(), offsets, config, std::move(sink));
}

/// That it is waited for already is no error.
void KernelChip::await_release(unsigned offset) {
  gpio_v2_line_info line{};
  line.offset = offset;
  (void)::ioctl(chip_.get(), GPIO_V2_GET_LINEINFO_WATCH_IOCTL, &line);
}

void KernelChip::on_ready(net::Readiness readiness) noexcept {
  bool is_news = readiness.is_hung_up;
  gpio_v2_line_info_changed change{};
  while (::read(chip_.get(), &change, sizeof change) == sizeof change) {
    if (change.event_type != GPIO_V2_LINE_CHANGED_RELEASED) continue;
    is_news = true;
    std::uint32_t offset = change.info.offset;
    (void)::ioctl(chip_.get(), GPIO_GET_LINEINFO_UNWATCH_IOCTL, &offset);
  }
  if (is_news) released_();
}

}  // namespace malinka::agent::gpio
