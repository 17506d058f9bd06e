// SPDX-License-Identifier: MIT
// files.write as a stream: a file that comes from where an earlier attempt broke off, and is put in
// its place when it is whole.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/capability/files/part_file.h"
#include "agent/capability/stream_task.h"
#include "agent/os/worker_pool.h"
#include "malinka/result.h"

namespace malinka::agent::files {

/// **Loop-bound.** Writes on a worker, one job at a time; what waits for it is at most the stream's
/// window. The other end ends with the `sha256` of the whole file; this one with its entry. What
/// breaks off is kept for a day, to be gone on with; what this device cannot write is not.
class WriteStream final : public StreamTask {
 public:
  /// `workers` outlives it.
  WriteStream(os::WorkerPool& workers, Place place, PartFile part);
  ~WriteStream() override;

  void begin(StreamEnd& end) override;
  void on_chunk(const StreamBytes& bytes) noexcept override;
  void on_room() noexcept override {}
  void on_end(std::string value) noexcept override;
  void on_over(const std::optional<StreamFailure>& failure) noexcept override;

 private:
  /// What a worker has in hand; it lasts as long as its job.
  struct Work {
    Place place;
    PartFile part;
  };

  void write_on();
  void catch_up();
  void write(std::vector<StreamBytes> chunks);
  void put();
  void give_up(const Error& error);
  template <typename T>
  void submit(std::move_only_function<Result<T>(Work&)> work, void (WriteStream::*done)(T));
  void on_caught_up(bool is_all);
  void on_written(std::size_t bytes);
  void on_put(std::string entry);

  os::WorkerPool& workers_;
  StreamEnd* end_ = nullptr;
  std::shared_ptr<Work> work_;
  std::vector<StreamBytes> waiting_;
  std::optional<std::string> end_value_;
  bool has_caught_up_ = false;
  bool is_busy_ = false;
  bool is_over_ = false;
  std::shared_ptr<WriteStream*> self_;  // Tells a job's end that we are gone.
};

}  // namespace malinka::agent::files
