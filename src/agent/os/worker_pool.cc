// SPDX-License-Identifier: MIT
#include "agent/os/worker_pool.h"

namespace malinka::agent::os {

WorkerPool::WorkerPool(net::Loop& loop, WorkerPoolSettings settings)
    : loop_(loop), settings_(settings), self_(std::make_shared<WorkerPool*>(this)) {
  for (std::size_t i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() { stop(); }

bool WorkerPool::has_room() const {
  const std::lock_guard lock(mutex_);
  return !is_stopped_ && jobs_.size() < settings_.queue_max;
}

void WorkerPool::enqueue(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  has_news_.notify_one();
}

void WorkerPool::stop() {
  std::deque<Job> dropped;
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    dropped.swap(jobs_);
  }
  has_news_.notify_all();
  threads_.clear();
  *self_ = nullptr;
  // Destroys what finished unheard, here, on the loop's thread.
  const std::vector<base::Task> unheard = finished_.take_all();
}

void WorkerPool::work() {
  while (std::optional<Job> job = take()) {
    job->work();
    job->work = {};
    // Whoever finds the mailbox empty wakes the loop, which then takes all that is there.
    if (!finished_.post(std::move(job->done))) continue;
    loop_.post([self = self_] {
      if (*self != nullptr) (*self)->call_done();
    });
  }
}

std::optional<WorkerPool::Job> WorkerPool::take() {
  std::unique_lock lock(mutex_);
  has_news_.wait(lock, [this] { return is_stopped_ || !jobs_.empty(); });
  if (is_stopped_) return {};
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

void WorkerPool::call_done() {
  for (base::Task& done : finished_.take_all()) {
    if (*self_ == nullptr) return;  // A callback before this one stopped the pool.
    done();
  }
}

}  // namespace malinka::agent::os
