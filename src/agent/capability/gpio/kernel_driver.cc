// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/kernel_driver.h"

#include <sys/inotify.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "agent/capability/gpio/kernel_chip.h"
#include "agent/capability/gpio/pin_uses.h"
#include "base/number.h"

namespace malinka::agent::gpio {
namespace {

constexpr std::string_view prefix = "gpiochip";

unsigned number_of(std::string_view name) {
  return base::parse_number<unsigned>(name.substr(prefix.size())).value_or(0);
}

}  // namespace

KernelDriver::KernelDriver(net::Loop& loop, std::string root)
    : loop_(loop), root_(std::move(root)), folder_(root_ + "/dev") {}

std::vector<std::string> KernelDriver::chip_names() const {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder_, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::string name = entry->path().filename();
    // Raspberry Pi OS adds links of other numbers, for old programs.
    if (name.starts_with(prefix) && !entry->is_symlink(error)) names.push_back(std::move(name));
  }
  std::ranges::sort(names, {}, number_of);
  return names;
}

Result<std::unique_ptr<Chip>> KernelDriver::open(const std::string& name) {
  return KernelChip::open(loop_, folder_ + "/" + name, [this] {
    if (changed_) changed_();
  });
}

std::map<unsigned, std::string> KernelDriver::pin_uses(const std::string& chip) const {
  return read_pin_uses(root_, chip);
}

/// Where the folder cannot be watched, chips are looked for when a command asks for them.
void KernelDriver::on_change(std::function<void()> changed) {
  changed_ = std::move(changed);
  // IN_ATTRIB: a device is there before we may open it.
  auto watch = os::FolderWatch::open(loop_, folder_, IN_CREATE | IN_ATTRIB | IN_DELETE,
                                     [this](const os::FolderChanges& changes) {
                                       if (changes.may_begin_with(prefix)) changed_();
                                     });
  if (watch) watch_ = *std::move(watch);
}

}  // namespace malinka::agent::gpio
