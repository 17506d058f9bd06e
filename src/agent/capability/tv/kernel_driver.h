// SPDX-License-Identifier: MIT
// The real driver: every /dev/cec* of this machine, as they come and go.

#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/capability/tv/kernel_port.h"
#include "agent/capability/tv/tv_driver.h"
#include "agent/os/folder_watch.h"
#include "agent/os/worker_pool.h"
#include "net/loop.h"

namespace malinka::agent::tv {

/// **Loop-bound.**
class KernelDriver final : public TvDriver, KernelPortOwner {
 public:
  /// `loop` and `workers` must outlive it.
  KernelDriver(net::Loop& loop, os::WorkerPool& workers, Introduction self);
  ~KernelDriver() override;

  void begin(TvListener& listener) override;
  [[nodiscard]] std::vector<Port> ports() const override;
  [[nodiscard]] std::string problem() const override;
  void look_again(std::move_only_function<void()> done) override;
  void send(const std::string& device, const Request& request, OutcomeSink done) override;

 private:
  using Opened = Result<UniqueFd>;

  void on_heard(const KernelPort& port, const CecMessage& message) override;
  void on_changed(const KernelPort& port) override;
  void on_gone(const KernelPort& port) override;

  void look(const os::FolderChanges& changes);
  [[nodiscard]] std::vector<std::string> devices_to_open() const;
  void take(const std::string& device, Opened opened);
  void finish_look();

  net::Loop& loop_;
  os::WorkerPool& workers_;
  const Introduction introduction_;
  TvListener* listener_ = nullptr;
  std::map<std::string, std::unique_ptr<KernelPort>> ports_;  // By device.
  std::map<std::string, std::string> problems_;               // Of those that cannot be opened.
  std::unique_ptr<os::FolderWatch> watch_;  // Null: /dev is looked at with each command alone.
  std::set<std::string> opening_;
  std::vector<std::move_only_function<void()>> waiting_;  // For all that is being opened.
  std::shared_ptr<KernelDriver*> self_;                   // Tells a job's end that we are gone.
};

}  // namespace malinka::agent::tv
