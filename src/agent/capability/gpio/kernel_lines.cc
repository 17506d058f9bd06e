// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/kernel_lines.h"

#include <fcntl.h>
#include <linux/gpio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "base/try.h"

namespace malinka::agent::gpio {
namespace {

constexpr std::string_view consumer = "malinka-agent";
/// What the kernel keeps of a line's edges until they are read: as much as it keeps at most.
constexpr std::uint32_t kept_edges = 16 * GPIO_V2_LINES_MAX;
/// Edges taken in one turn of the loop: more wait for the next, so that nobody else does.
constexpr int reads_per_turn_max = 8;
constexpr std::size_t edges_per_read = 64;

std::uint64_t pull_flag(Pull pull) {
  switch (pull) {
    case Pull::unchanged: return 0;
    case Pull::none: return GPIO_V2_LINE_FLAG_BIAS_DISABLED;
    case Pull::up: return GPIO_V2_LINE_FLAG_BIAS_PULL_UP;
    case Pull::down: return GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN;
  }
  return 0;
}

std::uint64_t edge_flags(Edges edges) {
  const auto bits = static_cast<unsigned>(edges);
  return ((bits & 1U) != 0 ? GPIO_V2_LINE_FLAG_EDGE_RISING : 0) |
         ((bits & 2U) != 0 ? GPIO_V2_LINE_FLAG_EDGE_FALLING : 0);
}

/// Without a flag for the direction the kernel leaves the line as it is.
std::uint64_t flags_of(const LineConfig& config) {
  switch (config.role) {
    case Role::as_is: return 0;
    case Role::output: return GPIO_V2_LINE_FLAG_OUTPUT;
    case Role::input:
      return GPIO_V2_LINE_FLAG_INPUT | pull_flag(config.pull) | edge_flags(config.edges);
  }
  return 0;
}

gpio_v2_line_config_attribute& add_attribute(gpio_v2_line_config& goal, std::uint32_t id,
                                             Bits mask) {
  gpio_v2_line_config_attribute& added = goal.attrs[goal.num_attrs++];
  added.attr.id = id;
  added.mask = mask;
  return added;
}

gpio_v2_line_config to_kernel(const LineConfig& config, Bits all) {
  gpio_v2_line_config goal{};
  goal.flags = flags_of(config);
  if ((config.active_low & all) != 0)
    add_attribute(goal, GPIO_V2_LINE_ATTR_ID_FLAGS, config.active_low & all).attr.flags =
        goal.flags | GPIO_V2_LINE_FLAG_ACTIVE_LOW;
  if (config.role == Role::output)
    add_attribute(goal, GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, all).attr.values = config.values;
  if (config.role == Role::input && config.debounce.count() > 0)
    add_attribute(goal, GPIO_V2_LINE_ATTR_ID_DEBOUNCE, all).attr.debounce_period_us =
        static_cast<std::uint32_t>(std::chrono::microseconds(config.debounce).count());
  return goal;
}

Bits bits_for(std::size_t count) {
  return count == GPIO_V2_LINES_MAX ? ~Bits{0} : (Bits{1} << count) - 1;
}

Edge to_edge(const gpio_v2_line_event& event) {
  return {.is_rising = event.id == GPIO_V2_LINE_EVENT_RISING_EDGE,
          .time_nanoseconds = event.timestamp_ns,
          .sequence = event.line_seqno};
}

}  // namespace

Result<std::unique_ptr<KernelLines>> KernelLines::request(net::Loop& loop, int chip_fd,
                                                          std::span<const unsigned> offsets,
                                                          const LineConfig& config, EdgeSink sink) {
  ASSERT(!offsets.empty() && offsets.size() <= GPIO_V2_LINES_MAX);
  gpio_v2_line_request request{};
  std::ranges::copy(offsets, std::begin(request.offsets));
  request.num_lines = static_cast<std::uint32_t>(offsets.size());
  consumer.copy(request.consumer, sizeof request.consumer - 1);
  request.config = to_kernel(config, bits_for(offsets.size()));
  request.event_buffer_size = kept_edges;
  if (::ioctl(chip_fd, GPIO_V2_GET_LINE_IOCTL, &request) != 0) return fail_errno(errno);
  std::unique_ptr<KernelLines> lines(
      new KernelLines(loop, UniqueFd(request.fd), request.num_lines, std::move(sink)));
  if (::fcntl(request.fd, F_SETFL, O_NONBLOCK) != 0) return fail_errno(errno);
  if (lines->sink_) TRY_VOID(loop.watch(lines->lines_.get(), *lines));
  return lines;
}

KernelLines::KernelLines(net::Loop& loop, UniqueFd lines, unsigned count, EdgeSink sink)
    : loop_(loop), lines_(std::move(lines)), all_(bits_for(count)), sink_(std::move(sink)) {}

KernelLines::~KernelLines() {
  loop_.cancel(more_);
  if (sink_) loop_.forget(lines_.get());
}

Result<Bits> KernelLines::read() {
  gpio_v2_line_values values{.bits = 0, .mask = all_};
  if (::ioctl(lines_.get(), GPIO_V2_LINE_GET_VALUES_IOCTL, &values) != 0) return fail_errno(errno);
  return values.bits;
}

Result<void> KernelLines::write(Bits mask, Bits values) {
  gpio_v2_line_values wanted{.bits = values, .mask = mask & all_};
  if (::ioctl(lines_.get(), GPIO_V2_LINE_SET_VALUES_IOCTL, &wanted) != 0) return fail_errno(errno);
  return {};
}

Result<void> KernelLines::configure(const LineConfig& config) {
  gpio_v2_line_config wanted = to_kernel(config, all_);
  if (::ioctl(lines_.get(), GPIO_V2_LINE_SET_CONFIG_IOCTL, &wanted) != 0) return fail_errno(errno);
  return {};
}

void KernelLines::on_ready(net::Readiness readiness) noexcept {
  if (readiness.is_readable && more_ == net::no_timer) read_edges();
}

/// The loop tells once that there is something: so it is read to its end, if not all in this turn.
void KernelLines::read_edges() {
  std::array<gpio_v2_line_event, edges_per_read> events;
  std::array<Edge, edges_per_read> edges;
  for (int i = 0; i < reads_per_turn_max; ++i) {
    const ssize_t bytes = ::read(lines_.get(), events.data(), sizeof events);
    if (bytes <= 0) return;
    const std::size_t count = static_cast<std::size_t>(bytes) / sizeof events[0];
    std::ranges::transform(std::span(events).first(count), edges.begin(), to_edge);
    sink_(std::span(edges).first(count));
    if (count < edges_per_read) return;
  }
  more_ = loop_.after(std::chrono::nanoseconds(0), [this] {
    more_ = net::no_timer;
    read_edges();
  });
}

}  // namespace malinka::agent::gpio
