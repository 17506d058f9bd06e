// SPDX-License-Identifier: MIT
#include "agent/capability/tv/kernel_driver.h"

#include <sys/inotify.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace malinka::agent::tv {
namespace {

constexpr const char* device_folder = "/dev";
/// A Pi has two; more than these are left out.
constexpr std::size_t devices_max = 8;

bool is_device_name(std::string_view name) {
  constexpr std::string_view prefix = "cec";
  return name.starts_with(prefix) && name.size() > prefix.size() &&
         std::ranges::all_of(name.substr(prefix.size()),
                             [](char letter) { return letter >= '0' && letter <= '9'; });
}

std::vector<std::string> list_devices() {
  std::vector<std::string> devices;
  std::error_code error;
  std::filesystem::directory_iterator entry(device_folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    if (is_device_name(entry->path().filename().string())) devices.push_back(entry->path());
  std::ranges::sort(devices);
  devices.resize(std::min(devices.size(), devices_max));
  return devices;
}

std::string explain(const Error& error) {
  if (error.code == std::errc::permission_denied ||
      error.code == std::errc::operation_not_permitted)
    return error.message() + ": add the agent's user to the group video";
  return error.message();
}

}  // namespace

KernelDriver::KernelDriver(net::Loop& loop, os::WorkerPool& workers, Introduction self)
    : loop_(loop),
      workers_(workers),
      introduction_(std::move(self)),
      self_(std::make_shared<KernelDriver*>(this)) {}

KernelDriver::~KernelDriver() = default;

void KernelDriver::begin(TvListener& listener) {
  listener_ = &listener;
  // IN_ATTRIB: a device is there before we may open it.
  auto watch = os::FolderWatch::open(loop_, device_folder, IN_CREATE | IN_ATTRIB | IN_DELETE,
                                     [this](const os::FolderChanges& changes) { look(changes); });
  if (watch) watch_ = *std::move(watch);
  for (const std::string& device : list_devices()) take(device, open_device(device, introduction_));
}

std::vector<Port> KernelDriver::ports() const {
  std::vector<Port> all;
  all.reserve(ports_.size() + problems_.size());
  for (const auto& [device, port] : ports_) all.push_back(port->port());
  for (const auto& [device, problem] : problems_) {
    Port& port = all.emplace_back();
    port.device = device;
    port.problem = problem;
  }
  std::ranges::sort(all, {}, &Port::device);
  return all;
}

std::string KernelDriver::problem() const {
  if (!ports_.empty() || !problems_.empty()) return {};
  return "this machine has no /dev/cec*: on a Pi, dtoverlay=vc4-kms-v3d in config.txt makes them; "
         "on a PC, a CEC adapter on USB";
}

void KernelDriver::look_again(std::move_only_function<void()> done) {
  waiting_.push_back(std::move(done));
  std::erase_if(problems_, [present = list_devices()](const auto& problem) {
    return std::ranges::find(present, problem.first) == present.end();
  });
  for (const auto& [device, port] : ports_) port->introduce_again(introduction_);
  for (const std::string& device : devices_to_open()) {
    if (!workers_.has_room() || !opening_.insert(device).second) continue;
    workers_.submit<Opened>([device, who = introduction_] { return open_device(device, who); },
                            [self = std::weak_ptr(self_), device](Opened opened) {
                              const auto driver = self.lock();
                              if (!driver) return;
                              (*driver)->opening_.erase(device);
                              (*driver)->take(device, std::move(opened));
                              (*driver)->finish_look();
                            });
  }
  loop_.next_turn([self = std::weak_ptr(self_)] {
    if (const auto driver = self.lock()) (*driver)->finish_look();
  });
}

void KernelDriver::send(const std::string& device, const Request& request, OutcomeSink done) {
  const auto found = ports_.find(device);
  std::optional<std::string> problem = "the device is gone";
  if (found != ports_.end()) problem = found->second->send(request, done);
  if (!problem) return;
  loop_.next_turn([self = std::weak_ptr(self_), done = std::move(done), why = *problem]() mutable {
    if (self.lock()) done({Fate::failed, CecMessage(0, 0), std::move(why)});
  });
}

void KernelDriver::on_heard(const KernelPort& port, const CecMessage& message) {
  listener_->on_heard(port.port(), message);
}

void KernelDriver::on_changed(const KernelPort&) { listener_->on_ports_changed(); }

void KernelDriver::on_gone(const KernelPort& port) {
  auto found = ports_.extract(port.port().device);
  if (found.empty()) return;
  std::unique_ptr<KernelPort> gone = std::move(found.mapped());
  gone->fail_all("the device is gone");
  loop_.dispose(std::move(gone));  // It is its own callback that we are in.
  listener_->on_ports_changed();
}

void KernelDriver::look(const os::FolderChanges& changes) {
  if (changes.has_lost_some || std::ranges::any_of(changes.names, is_device_name))
    look_again([] {});
}

std::vector<std::string> KernelDriver::devices_to_open() const {
  std::vector<std::string> devices = list_devices();
  std::erase_if(devices, [this](const std::string& device) { return ports_.contains(device); });
  return devices;
}

/// What cannot be opened is tried again whenever anybody looks: only what is new of it is told, or
/// that would be a reason to look.
void KernelDriver::take(const std::string& device, Opened opened) {
  Result<std::unique_ptr<KernelPort>> port =
      opened ? KernelPort::create(loop_, device, *std::move(opened), *this)
             : std::unexpected(std::move(opened.error()));
  if (port) {
    problems_.erase(device);
    ports_.insert_or_assign(device, *std::move(port));
    return listener_->on_ports_changed();
  }
  const std::string problem = explain(port.error());
  if (std::exchange(problems_[device], problem) != problem) listener_->on_ports_changed();
}

void KernelDriver::finish_look() {
  if (!opening_.empty()) return;
  for (auto& done : std::exchange(waiting_, {})) done();
}

}  // namespace malinka::agent::tv
