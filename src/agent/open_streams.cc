// SPDX-License-Identifier: MIT
#include "agent/open_streams.h"

#include <utility>

namespace malinka::agent {

/// Passes on what its end tells, until that is over.
class OpenStreams::Held final : public StreamHandler, public net::Disposable {
 public:
  Held(OpenStreams& owner, std::uint64_t number, std::unique_ptr<StreamTask> task)
      : owner_(owner), number_(number), task_(std::move(task)) {}

  void begin(std::unique_ptr<StreamEnd> end) {
    end_ = std::move(end);
    task_->begin(*end_);
  }

  void give_up(const StreamFailure& why) { end_->abort(why); }

  void on_chunk(const StreamBytes& bytes) noexcept override { task_->on_chunk(bytes); }
  void on_room() noexcept override { task_->on_room(); }
  void on_end(std::string value) noexcept override { task_->on_end(std::move(value)); }
  void on_over(const std::optional<StreamFailure>& failure) noexcept override {
    task_->on_over(failure);
    owner_.loop_.dispose(std::move(owner_.streams_.extract(number_).mapped()));
  }

 private:
  OpenStreams& owner_;
  const std::uint64_t number_;
  std::unique_ptr<StreamEnd> end_;  // Outlives the task, which may use it in its destructor.
  std::unique_ptr<StreamTask> task_;
};

OpenStreams::OpenStreams(net::Loop& loop) : loop_(loop) {}

OpenStreams::~OpenStreams() = default;

void OpenStreams::accept(client::Subscriber& subscriber, const Message& command, Answer answer,
                         std::unique_ptr<StreamTask> task) {
  const std::uint64_t number = next_number_++;
  auto held = std::make_unique<Held>(*this, number, std::move(task));
  auto end = subscriber.accept_stream(command, std::move(answer), *held);
  if (!end) return;
  Held& stream = *streams_.emplace(number, std::move(held)).first->second;
  stream.begin(std::move(end));
}

/// What becomes of each is told in a later turn.
void OpenStreams::give_up(const StreamFailure& why) {
  for (const auto& [number, held] : streams_) held->give_up(why);
}

void OpenStreams::clear() { streams_.clear(); }

}  // namespace malinka::agent
