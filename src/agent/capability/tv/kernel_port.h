// SPDX-License-Identifier: MIT
// One /dev/cec* of the kernel: carries messages there and back without blocking. See
// Documentation/userspace-api/media/cec of the kernel.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "agent/capability/tv/tv_driver.h"
#include "base/unique_fd.h"
#include "malinka/result.h"
#include "net/loop.h"

struct cec_msg;  // NOLINT(readability-identifier-naming): of <linux/cec.h>.

namespace malinka::agent::tv {

class KernelPort;

/// Whose port it is.
class KernelPortOwner {
 public:
  virtual void on_heard(const KernelPort& port, const CecMessage& message) = 0;
  virtual void on_changed(const KernelPort& port) = 0;
  /// The device is gone: nothing more comes of `port`, which is to be disposed of.
  virtual void on_gone(const KernelPort& port) = 0;

 protected:
  ~KernelPortOwner() = default;
};

/// As what a TV is to know this device.
struct Introduction {
  std::string osd_name;  ///< At most 14 bytes of ASCII.
  /// Whether it takes the place of one that the kernel keeps: from our last run, or of a program
  /// that uses the same port.
  bool replaces_others = false;
};

/// Opens it and says who we are. May block: adapters on USB are asked at once. Errors: those of
/// open(2); std::errc::not_supported where it cannot say anything.
[[nodiscard]] Result<UniqueFd> open_device(const std::string& path, const Introduction& self);

/// **Loop-bound.**
class KernelPort final : public net::Disposable, net::ReadinessHandler {
 public:
  /// `owner` must outlive it, and `loop` too. Errors: those of epoll.
  [[nodiscard]] static Result<std::unique_ptr<KernelPort>> create(net::Loop& loop,
                                                                  std::string device, UniqueFd fd,
                                                                  KernelPortOwner& owner);
  ~KernelPort() override;
  KernelPort(const KernelPort&) = delete;
  KernelPort& operator=(const KernelPort&) = delete;

  /// Takes `done` where it can be sent. Else it says why not.
  [[nodiscard]] std::optional<std::string> send(const Request& request, OutcomeSink& done);
  /// Where another program has taken back who we are, or the adapter has not settled it in time.
  void introduce_again(const Introduction& self);
  /// Answers all that still waits: it will not come.
  void fail_all(const std::string& why);

  [[nodiscard]] const Port& port() const { return port_; }

 private:
  struct Waiting {
    bool wants_reply = false;
    OutcomeSink done;
  };

  KernelPort(net::Loop& loop, std::string device, UniqueFd fd, KernelPortOwner& owner);

  void on_ready(net::Readiness readiness) noexcept override;
  [[nodiscard]] bool read_events();
  [[nodiscard]] bool read_messages();
  void follow(bool is_ours);
  void read_state();
  void finish(std::uint32_t sequence, const cec_msg& result);

  net::Loop& loop_;
  const UniqueFd fd_;
  KernelPortOwner& owner_;
  Port port_;
  Steady settling_since_;
  bool has_lost_messages_ = false;
  std::map<std::uint32_t, Waiting> waiting_;  // By the kernel's sequence.
};

}  // namespace malinka::agent::tv
