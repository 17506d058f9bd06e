// SPDX-License-Identifier: MIT
#include "agent/capability/files/write_stream.h"

#include <utility>

#include "agent/capability/files/entry.h"
#include "agent/capability/files/files_error.h"
#include "base/json.h"
#include "base/try.h"

namespace malinka::agent::files {

WriteStream::WriteStream(os::WorkerPool& workers, Place place, PartFile part)
    : workers_(workers),
      work_(std::make_shared<Work>(std::move(place), std::move(part))),
      self_(std::make_shared<WriteStream*>(this)) {}

WriteStream::~WriteStream() = default;

void WriteStream::begin(StreamEnd& end) {
  end_ = &end;
  write_on();
}

void WriteStream::on_chunk(const StreamBytes& bytes) noexcept {
  waiting_.push_back(bytes);
  write_on();
}

void WriteStream::on_end(std::string value) noexcept {
  end_value_ = std::move(value);
  write_on();
}

void WriteStream::on_over(const std::optional<StreamFailure>&) noexcept { is_over_ = true; }

/// First what is there already is hashed; then all is written; then it is put in its place.
void WriteStream::write_on() {
  if (is_busy_ || is_over_) return;
  if (!has_caught_up_) return catch_up();
  if (!waiting_.empty()) return write(std::exchange(waiting_, {}));
  if (end_value_) put();
}

template <typename T>
void WriteStream::submit(std::move_only_function<Result<T>(Work&)> work,
                         void (WriteStream::*done)(T)) {
  is_busy_ = true;
  workers_.submit<Result<T>>(
      [shared = work_, work = std::move(work)]() mutable { return work(*shared); },
      [self = std::weak_ptr(self_), done](Result<T> result) {
        const auto alive = self.lock();
        if (!alive) return;
        WriteStream& stream = **alive;
        stream.is_busy_ = false;
        if (stream.is_over_) return;
        if (!result) return stream.give_up(result.error());
        (stream.*done)(*std::move(result));
      });
}

/// A job for each little of it: others wait for the workers too.
void WriteStream::catch_up() {
  submit<bool>([](Work& work) { return work.part.sink().catch_up(); }, &WriteStream::on_caught_up);
}

void WriteStream::on_caught_up(bool is_all) {
  has_caught_up_ = is_all;
  write_on();
}

void WriteStream::write(std::vector<StreamBytes> chunks) {
  submit<std::size_t>(
      [chunks = std::move(chunks)](Work& work) mutable -> Result<std::size_t> {
        std::size_t bytes = 0;
        for (const StreamBytes& chunk : chunks) {
          TRY_VOID(work.part.sink().append(*chunk));
          bytes += chunk->size();
        }
        return bytes;
      },
      &WriteStream::on_written);
}

void WriteStream::on_written(std::size_t bytes) {
  end_->take(bytes);
  write_on();
}

void WriteStream::put() {
  const auto value = parse_json(*std::exchange(end_value_, std::nullopt));
  const std::string* const hash = value ? find_string(*value, "sha256") : nullptr;
  if (hash == nullptr)
    return end_->abort(
        {static_cast<int>(ResponseCode::malformed), "the end of a file must say its sha256"});
  submit<std::string>(
      [hash = *hash](Work& work) -> Result<std::string> {
        TRY_VOID(work.part.put(hash));
        return dump_json(TRY(read_entry(work.place)));
      },
      &WriteStream::on_put);
}

void WriteStream::on_put(std::string entry) { end_->end(std::move(entry)); }

/// On a full disk, a part of a file is the last thing that is wanted.
void WriteStream::give_up(const Error& error) {
  is_over_ = true;
  workers_.submit<int>(
      [work = work_] {
        work->part.discard();
        return 0;
      },
      [](int) {});
  Error at_place = error;
  if (at_place.context.empty()) at_place.context = work_->place.path;
  end_->abort(failure_of(at_place));
}

}  // namespace malinka::agent::files
