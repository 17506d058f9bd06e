// SPDX-License-Identifier: MIT
#include "agent/capability/files/read_stream.h"

#include "agent/capability/files/transfer_test_support.h"
#include "base/limits.h"

namespace malinka::agent::files {
namespace {

using test::hash_of;
using test::some_text;
using test::Transferring;
using test::Tree;

struct Download : Transferring {
  explicit Download(const Tree& tree, std::uint64_t offset = 0)
      : Transferring(tree.roots(), "files.read",
                     {{"path", tree.path("file")}, {"offset", offset}}) {}

  /// What its end has to say.
  [[nodiscard]] Json end_value() const {
    REQUIRE(end.ended);
    return *parse_json(*end.ended);
  }
};

}  // namespace

TEST_CASE("a file comes whole, with its entry before and its hash behind") {
  const Tree tree;
  const std::string text = some_text(1'000'000);
  tree.write("file", text);
  Download download(tree);
  CHECK(download.reply.code == ResponseCode::done);
  CHECK(download.reply.value->at("size") == 1'000'000);
  CHECK(download.reply.value->at("name") == "file");
  download.begin();
  download.run();
  CHECK(download.end.sent == text);
  CHECK(download.end_value() == Json({{"sha256", hash_of(text)}, {"bytes", 1'000'000}}));
}

TEST_CASE("a file from an offset on comes with the hash of the whole") {
  const Tree tree;
  const std::string text = some_text(6'000'000);  // More than is hashed at a time.
  tree.write("file", text);
  for (const std::size_t offset : {std::size_t{1}, std::size_t{5'000'000}, text.size()}) {
    CAPTURE(offset);
    Download download(tree, offset);
    download.begin();
    download.run();
    CHECK(download.end.sent == text.substr(offset));
    CHECK(download.end_value() == Json({{"sha256", hash_of(text)}, {"bytes", text.size()}}));
  }
}

TEST_CASE("a file without content ends at once") {
  const Tree tree;
  tree.write("file", "");
  Download download(tree);
  download.begin();
  download.run();
  CHECK(download.end.sent.empty());
  CHECK(download.end_value().at("sha256") == hash_of(""));
}

TEST_CASE("an offset behind the end of a file is refused with 400") {
  const Tree tree;
  tree.write("file", "1234");
  const Download download(tree, 5);
  CHECK(download.reply.code == ResponseCode::malformed);
  CHECK_FALSE(download.reply.stream);
}

TEST_CASE("what is no file is refused as it is without a stream") {
  const Tree tree;
  CHECK(Download(tree).reply.code == ResponseCode::not_found);
  tree.make_folder("file");
  CHECK(Download(tree).reply.code == ResponseCode::malformed);
}

TEST_CASE("a file that cannot be read gives its stream up, and says which and why") {
  const std::string process = "/proc/" + std::to_string(getpid());
  Transferring download(Roots({process}), "files.read", {{"path", process + "/mem"}});
  download.begin();
  download.run();
  REQUIRE(download.end.aborted);
  CHECK(download.end.aborted->code == 500);
  CHECK(download.end.aborted->error == process + "/mem: Input/output error");
}

TEST_CASE("a file that was cut before its offset gives its stream up") {
  const Tree tree;
  tree.write("file", some_text(1000));
  Download download(tree, 900);
  tree.write("file", "cut");
  download.begin();
  download.run();
  REQUIRE(download.end.aborted);
  CHECK(download.end.aborted->code == 500);
}

TEST_CASE("a file is read no further ahead than there is room, and on when there is") {
  const Tree tree;
  const std::string text = some_text(2'000'000);
  tree.write("file", text);
  Download download(tree);
  download.end.room = 100'000;
  download.begin();
  download.settle();
  CHECK(download.end.sent.size() >= 100'000);
  CHECK(download.end.sent.size() <= 100'000 + 4 * limits::stream_chunk_bytes_max);
  download.end.room = text.size() + 1;
  download.reply.stream->on_room();
  download.run();
  CHECK(download.end.sent == text);
}

TEST_CASE("what the other end sends of a file that it reads is passed over") {
  const Tree tree;
  tree.write("file", "1234");
  Download download(tree);
  download.begin();
  download.send("what?");
  download.reply.stream->on_end("");
  download.run();
  CHECK(download.end.taken == 5);
  CHECK(download.end.sent == "1234");
}

TEST_CASE("a reader may go while a job of it runs") {
  const Tree tree;
  tree.write("file", some_text(1'000'000));
  Download download(tree);
  download.begin();
  download.break_off();
  CHECK_FALSE(download.end.is_over());
}

}  // namespace malinka::agent::files
