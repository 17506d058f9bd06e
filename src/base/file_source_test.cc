// SPDX-License-Identifier: MIT
#include "base/file_source.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ostream>  // doctest shows error codes through it.
#include <string>

namespace malinka::base {
namespace {

/// A file in memory that has `text`.
UniqueFd file_of(const std::string& text) {
  UniqueFd fd(memfd_create("malinka", MFD_CLOEXEC));
  REQUIRE(::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  REQUIRE(::lseek(fd.get(), 0, SEEK_SET) == 0);
  return fd;
}

std::string hash_of(const std::string& text) {
  Sha256 hash;
  hash.add(as_bytes(text));
  return hash.finish_hex();
}

/// All that comes, as whoever reads asks before each piece whether there is something to skip.
std::string read_all(FileSource& source, std::size_t piece_bytes) {
  std::string text;
  while (true) {
    const Result<bool> has_skipped = source.skip_some();
    REQUIRE(has_skipped);
    if (!*has_skipped) continue;
    const Result<Bytes> piece = source.read(piece_bytes);
    REQUIRE(piece);
    if (piece->empty()) return text;
    text += as_text(*piece);
  }
}

TEST_CASE("a file is given whole, whatever the pieces, with its hash and its length") {
  const std::string text = "what is in the file";
  for (std::size_t piece_bytes = 1; piece_bytes < 30; ++piece_bytes) {
    FileSource source(file_of(text), 0);
    CHECK(read_all(source, piece_bytes) == text);
    CHECK(source.position() == text.size());
    CHECK(source.finish_hash() == hash_of(text));
  }
}

TEST_CASE("what lies before the offset is hashed, in turns, and not given") {
  const std::string text = std::string(9U << 20, 'x') + "the end";
  FileSource source(file_of(text), 9U << 20);
  int turns = 1;
  while (!*source.skip_some()) ++turns;
  CHECK(turns == 3);
  CHECK(read_all(source, 100) == "the end");
  CHECK(source.finish_hash() == hash_of(text));
}

TEST_CASE("a file that ends before the offset cannot be skipped to it") {
  FileSource source(file_of("1234"), 5);
  const Result<bool> skipped = source.skip_some();
  REQUIRE_FALSE(skipped);
  CHECK(skipped.error().code == std::errc::invalid_seek);
}

}  // namespace
}  // namespace malinka::base
