// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/line.h"

#include <fmt/format.h>

namespace malinka::agent::gpio {
namespace {

Reply explain_busy(const Line& line) {
  const Result<LineInfo> info = line.chip->look(line.offset);
  const std::string consumer = info && !info->consumer.empty()
                                   ? fmt::format("\"{}\"", info->consumer)
                                   : std::string("another program, or the kernel");
  return refuse(ResponseCode::conflict,
                fmt::format("{} is used by {}: it can be had as soon as that has let it go",
                            title_of(line), consumer));
}

}  // namespace

LineLabel label_of(const Line& line) {
  return {.offset = line.offset,
          .name = line.settings == nullptr ? "" : line.settings->name,
          .chip = line.is_on_header ? "" : line.chip->info().name};
}

std::string title_of(const Line& line) {
  const std::string number =
      line.kernel_name.empty() ? fmt::format("line {}", line.offset) : line.kernel_name;
  return line.settings == nullptr ? number : fmt::format("{} ({})", line.settings->name, number);
}

Reply explain(const Error& error, const Line& line) {
  if (error.code == std::errc::device_or_resource_busy) return explain_busy(line);
  if (error.code == std::errc::no_such_device)
    return refuse(ResponseCode::failed,
                  fmt::format("{}: the chip {} is gone; it works again when that is back",
                              title_of(line), line.chip->info().label));
  return refuse(ResponseCode::failed, fmt::format("{}: {}", title_of(line), error.code.message()));
}

}  // namespace malinka::agent::gpio
