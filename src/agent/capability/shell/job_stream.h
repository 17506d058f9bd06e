// SPDX-License-Identifier: MIT
// The device's end of a stream of a job: what it says goes, and what its asker sends is its input.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/capability/stream_input.h"
#include "agent/capability/stream_task.h"

namespace malinka::agent::shell {

class Job;

enum class Role : std::uint8_t {
  asker,    ///< shell.run's own: the program begins with it.
  listener  ///< shell.output's.
};

/// **Loop-bound.** Is with its job from its making until either goes. It reads the job's log at its
/// own pace, and ends when the job is over and all was sent.
class JobStream final : public StreamTask {
 public:
  /// `place` is where in the job's log it begins.
  JobStream(Job& job, Role role, std::uint64_t place);
  ~JobStream() override;
  JobStream(const JobStream&) = delete;
  JobStream& operator=(const JobStream&) = delete;

  void begin(StreamEnd& end) override;
  void on_chunk(const StreamBytes& bytes) noexcept override;
  void on_room() noexcept override;
  void on_end(std::string value) noexcept override;
  void on_over(const std::optional<StreamFailure>& failure) noexcept override;

  // What its job tells and asks.

  /// Sends what there is room for.
  void advance();
  /// Gives the program what waits, as far as it takes that.
  void give_input();
  void expire();
  void forget_job() { job_ = nullptr; }

  [[nodiscard]] bool is_asker() const { return role_ == Role::asker; }
  [[nodiscard]] bool has_room() const { return end_ != nullptr && end_->has_room(); }

 private:
  void finish();
  void leave();

  Job* job_;                  // Null once all was said, or it was left.
  StreamEnd* end_ = nullptr;  // Null before begin().
  const Role role_;
  std::uint64_t place_;
  StreamInput input_;
  bool has_input_ended_ = false;
};

}  // namespace malinka::agent::shell
