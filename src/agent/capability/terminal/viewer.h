// SPDX-License-Identifier: MIT
// One who is at a terminal: the device's end of a stream of what it shows and of keys.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/capability/stream_input.h"
#include "agent/capability/stream_task.h"
#include "base/bytes.h"

namespace malinka::agent::terminal {

class Session;

enum class Role : std::uint8_t { writer, watcher };

/// **Loop-bound.** Is with its session from its making until either goes. What it cannot take in
/// time is left out, and made up for by the latest of the scrollback.
class Viewer final : public StreamTask {
 public:
  Viewer(Session& session, std::string name, Role role);
  ~Viewer() override;
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

  void begin(StreamEnd& end) override;
  void on_chunk(const StreamBytes& bytes) noexcept override;
  void on_room() noexcept override;
  void on_end(std::string) noexcept override {}
  void on_over(const std::optional<StreamFailure>&) noexcept override { leave(); }

  // What its session tells and asks.

  void show(ByteView bytes);
  /// Types what waits of its keys, as far as the terminal takes them.
  void type();
  /// Its keys count no longer.
  void stop_writing();
  /// The session is over: `value` is its end.
  void end(const std::string& value);
  void fail(StreamFailure why);
  void forget_session() { session_ = nullptr; }

  [[nodiscard]] bool has_room() const { return end_ == nullptr || end_->has_room(); }
  [[nodiscard]] bool is_writer() const { return role_ == Role::writer; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  void leave();
  void catch_up();

  Session* session_;          // Null once it is over, or left.
  StreamEnd* end_ = nullptr;  // Null before begin().
  const std::string name_;
  Role role_;
  StreamInput keys_;
  bool is_behind_ = false;  // Something was left out.
};

}  // namespace malinka::agent::terminal
