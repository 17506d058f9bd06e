// SPDX-License-Identifier: MIT
// files.read as a stream: a file from an offset on, as fast as the other end takes it.

#pragma once

#include <memory>
#include <vector>

#include "agent/capability/stream_task.h"
#include "agent/os/worker_pool.h"
#include "base/bytes.h"
#include "base/file_source.h"
#include "malinka/result.h"

namespace malinka::agent::files {

/// **Loop-bound.** Reads on a worker, one job at a time, and no further ahead than the stream has
/// room for. Ends with `sha256` and `bytes` of the whole file.
class ReadStream final : public StreamTask {
 public:
  /// `workers` outlives it. `path` is what its errors name.
  ReadStream(os::WorkerPool& workers, base::FileSource source, std::string path);
  ~ReadStream() override;

  void begin(StreamEnd& end) override;
  void on_chunk(const StreamBytes& bytes) noexcept override;
  void on_room() noexcept override { read_on(); }
  void on_end(std::string) noexcept override {}
  void on_over(const std::optional<StreamFailure>&) noexcept override {}

 private:
  /// What one job brings.
  struct Piece {
    std::vector<Bytes> chunks;
    bool is_last = false;
    std::string hash;  // Of the last.
  };
  [[nodiscard]] static Result<Piece> read_piece(base::FileSource& source);

  void read_on();
  void take(Result<Piece> piece);

  os::WorkerPool& workers_;
  std::string path_;
  StreamEnd* end_ = nullptr;
  std::shared_ptr<base::FileSource> source_;  // The job's, while there is one.
  bool is_reading_ = false;
  bool has_read_all_ = false;
  std::shared_ptr<ReadStream*> self_;  // Tells a job's end that we are gone.
};

}  // namespace malinka::agent::files
