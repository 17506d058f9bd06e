// SPDX-License-Identifier: MIT
// Where TVs are found: the CEC lines of this machine's HDMI ports, or one that is made up. A driver
// carries messages; what they mean is for others.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/capability/tv/cec_message.h"

namespace malinka::agent::tv {

/// One HDMI port, as its driver sees it now.
struct Port {
  std::string device;  ///< As /dev/cec0.
  PhysicalAddress address = nowhere;
  std::optional<LogicalAddress> own;  ///< Who this device is there, once that is settled.
  bool is_settling = false;           ///< It will know in a moment who it is.
  std::string problem;                ///< Why nothing can be said there, and what would help.
};

/// What is to be said, and what answers it.
struct Request {
  CecMessage message;
  /// Nothing: sent is sent. `feature_abort`: a refusal, which is waited for a moment.
  std::optional<Opcode> reply{};
};

enum class Fate {
  answered,          ///< `reply` has it.
  sent,              ///< And heard by whom it was sent to, unless that is everyone.
  refused,           ///< `reply` is a <Feature Abort>.
  not_acknowledged,  ///< Nobody is there.
  no_answer,         ///< Somebody is there, and says nothing.
  failed,            ///< `problem` says why.
};

struct Outcome {
  Fate fate = Fate::failed;
  CecMessage reply{0, 0};
  std::string problem{};
};

using OutcomeSink = std::move_only_function<void(Outcome)>;

/// Who hears what is said on the ports.
class TvListener {
 public:
  /// Said by another, and no answer to a request.
  virtual void on_heard(const Port& port, const CecMessage& message) = 0;
  /// A port has come, gone, or changed.
  virtual void on_ports_changed() = 0;

 protected:
  ~TvListener() = default;
};

/// **Loop-bound.** Calls nobody once it is destroyed, and nobody from inside a call of its own.
class TvDriver {
 public:
  virtual ~TvDriver() = default;

  /// The first call. May block. `listener` outlives the driver.
  virtual void begin(TvListener& listener) = 0;
  /// Sorted by device.
  [[nodiscard]] virtual std::vector<Port> ports() const = 0;
  /// Why there is no port at all, and what would help; empty where there is one.
  [[nodiscard]] virtual std::string problem() const = 0;
  /// Looks again at what could not be used before; `done` once that is over.
  virtual void look_again(std::move_only_function<void()> done) = 0;
  /// `done` is called once, unless the driver is destroyed before.
  virtual void send(const std::string& device, const Request& request, OutcomeSink done) = 0;
};

}  // namespace malinka::agent::tv
