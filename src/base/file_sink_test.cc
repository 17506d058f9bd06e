// SPDX-License-Identifier: MIT
#include "base/file_sink.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "base/file_source.h"
#include "base/random.h"

using malinka::as_bytes;
using malinka::Bytes;
using malinka::ByteView;
using malinka::Result;
using malinka::UniqueFd;
using malinka::base::FileSink;
using malinka::base::FileSource;
using malinka::base::Sha256;

namespace {

/// A file without a name.
UniqueFd make_file() {
  UniqueFd fd(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  REQUIRE(fd.is_open());
  return fd;
}

Bytes random_bytes(std::size_t size) {
  Bytes bytes(size);
  malinka::base::fill_random(bytes);
  return bytes;
}

std::string hash_of(ByteView bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.finish_hex();
}

Bytes content_of(const UniqueFd& fd) {
  struct stat status{};
  REQUIRE(fstat(fd.get(), &status) == 0);
  Bytes bytes(static_cast<std::size_t>(status.st_size));
  REQUIRE(pread(fd.get(), bytes.data(), bytes.size(), 0) == status.st_size);
  return bytes;
}

/// Writes `bytes` in pieces of that size; gives the hash.
std::string write_in_pieces(FileSink& sink, ByteView bytes, std::size_t piece) {
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece, bytes.size())))
    REQUIRE(sink.append(bytes.first(std::min(piece, bytes.size()))));
  auto hash = sink.finish();
  REQUIRE(hash);
  return *hash;
}

}  // namespace

TEST_CASE("what is appended is in the file, whatever the pieces") {
  const Bytes bytes = random_bytes(20'000);
  for (const std::size_t piece : {1UL, 511UL, 4096UL, 4097UL, 20'000UL}) {
    CAPTURE(piece);
    FileSink sink(make_file(), 0);
    CHECK(write_in_pieces(sink, bytes, piece) == hash_of(bytes));
    CHECK(content_of(sink.fd()) == bytes);
  }
}

TEST_CASE("zeros take no room, and are zeros when they are read") {
  Bytes bytes(8U << 20);
  bytes.front() = std::byte{1};
  bytes[5'000'000] = std::byte{2};
  FileSink sink(make_file(), 0);
  CHECK(write_in_pieces(sink, bytes, 65'536) == hash_of(bytes));
  CHECK(content_of(sink.fd()) == bytes);
  struct stat status{};
  REQUIRE(fstat(sink.fd().get(), &status) == 0);
  CHECK(status.st_blocks * 512 < 1 << 20);
}

TEST_CASE("a file that is zeros to its end is as long as it should be") {
  FileSink sink(make_file(), 0);
  (void)write_in_pieces(sink, Bytes(100'000), 7'000);
  CHECK(content_of(sink.fd()).size() == 100'000);
}

TEST_CASE("a file that broke off goes on where it ended, and its hash is that of the whole") {
  const Bytes bytes = random_bytes(9U << 20);
  const std::size_t half = 5'000'001;
  UniqueFd fd = make_file();
  REQUIRE(pwrite(fd.get(), bytes.data(), half, 0) == static_cast<ssize_t>(half));
  FileSink sink(std::move(fd), half);
  int steps = 1;
  for (auto done = sink.catch_up(); !*done; done = sink.catch_up()) ++steps;
  CHECK(steps == 2);
  CHECK(write_in_pieces(sink, ByteView(bytes).subspan(half), 65'536) == hash_of(bytes));
  CHECK(content_of(sink.fd()) == bytes);
}

TEST_CASE("a file that was cut behind our back cannot be gone on with") {
  FileSink sink(make_file(), 10);
  CHECK(sink.catch_up().error().code == std::errc::io_error);
}

TEST_CASE("a source gives what lies behind its offset, and the hash of all") {
  const Bytes bytes = random_bytes(5U << 20);
  for (const std::size_t offset : {0UL, 1UL, 4'500'000UL, bytes.size()}) {
    CAPTURE(offset);
    UniqueFd fd = make_file();
    REQUIRE(pwrite(fd.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    FileSource source(std::move(fd), offset);
    for (auto done = source.skip_some(); !*done; done = source.skip_some()) REQUIRE(done);
    Bytes read;
    for (auto piece = source.read(60'000); !piece->empty(); piece = source.read(60'000))
      malinka::append(read, ByteView(*piece));
    CHECK(*source.skip_some());  // There is nothing left to skip.
    CHECK(read == Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(offset), bytes.end()));
    CHECK(source.finish_hash() == hash_of(bytes));
    CHECK(source.position() == bytes.size());
  }
}

TEST_CASE("an offset behind the end of the file is refused") {
  FileSource source(make_file(), 1);
  CHECK(source.skip_some().error().code == std::errc::invalid_seek);
}
