// SPDX-License-Identifier: MIT
// What a capability puts at the device's end of a stream that it accepts: it reads and writes
// there, for as long as the stream lasts.

#pragma once

#include "malinka/stream.h"

namespace malinka::agent {

/// **Loop-bound.** The agent owns it, and destroys it after on_over, or when it stops; after that
/// it must not be called from anywhere.
class StreamTask : public StreamHandler {
 public:
  /// The first call. `end` outlives the task.
  virtual void begin(StreamEnd& end) = 0;
};

}  // namespace malinka::agent
