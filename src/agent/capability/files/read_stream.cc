// SPDX-License-Identifier: MIT
#include "agent/capability/files/read_stream.h"

#include <utility>

#include "agent/capability/files/files_error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"

namespace malinka::agent::files {
namespace {

constexpr std::size_t chunks_per_job = 4;

}  // namespace

ReadStream::ReadStream(os::WorkerPool& workers, base::FileSource source, std::string path)
    : workers_(workers),
      path_(std::move(path)),
      source_(std::make_shared<base::FileSource>(std::move(source))),
      self_(std::make_shared<ReadStream*>(this)) {}

ReadStream::~ReadStream() = default;

/// The other end has nothing to say: its end comes when it has all.
void ReadStream::begin(StreamEnd& end) {
  end_ = &end;
  read_on();
}

void ReadStream::on_chunk(const StreamBytes& bytes) noexcept { end_->take(bytes->size()); }

void ReadStream::read_on() {
  if (is_reading_ || has_read_all_ || !end_->has_room()) return;
  is_reading_ = true;
  workers_.submit<Result<Piece>>([source = source_] { return read_piece(*source); },
                                 [self = std::weak_ptr(self_)](Result<Piece> piece) {
                                   if (const auto stream = self.lock())
                                     (*stream)->take(std::move(piece));
                                 });
}

/// Empty while there is still something to skip.
Result<ReadStream::Piece> ReadStream::read_piece(base::FileSource& source) {
  Piece piece;
  if (!TRY(source.skip_some())) return piece;
  while (piece.chunks.size() < chunks_per_job) {
    Bytes chunk = TRY(source.read(limits::stream_chunk_bytes_max));
    if (chunk.empty()) {
      piece.is_last = true;
      piece.hash = source.finish_hash();
      break;
    }
    piece.chunks.push_back(std::move(chunk));
  }
  return piece;
}

void ReadStream::take(Result<Piece> piece) {
  is_reading_ = false;
  if (!piece) return end_->abort(failure_of({piece.error().code, path_}));
  for (Bytes& chunk : piece->chunks) end_->send(std::move(chunk));
  has_read_all_ = piece->is_last;
  if (has_read_all_)
    return end_->end(dump_json({{"sha256", piece->hash}, {"bytes", source_->position()}}));
  read_on();
}

}  // namespace malinka::agent::files
