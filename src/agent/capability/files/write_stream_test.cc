// SPDX-License-Identifier: MIT
#include "agent/capability/files/write_stream.h"

#include "agent/capability/files/transfer_test_support.h"

namespace malinka::agent::files {
namespace {

using test::hash_of;
using test::some_text;
using test::Transferring;
using test::Tree;

constexpr const char* transfer = "0123456789abcdef";
constexpr const char* part_name = ".malinka-0123456789abcdef.part";

/// Of `file`; what `more` says is added to what must be said.
struct Upload : Transferring {
  explicit Upload(const Tree& tree, const Json& more = Json::object())
      : Transferring(tree.roots(), "files.write", value_of(tree, more)) {
    if (reply.stream) begin();
  }

  static Json value_of(const Tree& tree, const Json& more) {
    Json value = {{"path", tree.path("file")}, {"transfer", transfer}};
    value.update(more);
    return value;
  }
  [[nodiscard]] std::uint64_t offset() const {
    REQUIRE(reply.code == ResponseCode::done);
    return reply.value->at("offset");
  }
  /// All of `text` from the offset on, in pieces, and its hash.
  void send_all(std::string_view text) {
    constexpr std::size_t piece_bytes = 50'000;
    for (std::string_view rest = text.substr(offset()); !rest.empty();) {
      const std::string_view piece = rest.substr(0, piece_bytes);
      send(piece);
      rest.remove_prefix(piece.size());
    }
    finish(hash_of(text));
    run();
  }
  [[nodiscard]] Json entry() const {
    REQUIRE(end.ended);
    return *parse_json(*end.ended);
  }
};

void check_given_up(const Upload& upload, int code, std::string_view why) {
  REQUIRE(upload.end.aborted);
  CHECK(upload.end.aborted->code == code);
  CAPTURE(upload.end.aborted->error);
  CHECK(upload.end.aborted->error.contains(why));
}

Json size_of(const std::string& text) { return {{"size", text.size()}}; }

}  // namespace

TEST_CASE("what comes as a stream is put in its place when it is whole") {
  const Tree tree;
  const std::string text = some_text(1'000'000);
  Upload upload(tree, size_of(text));
  CHECK(upload.offset() == 0);
  upload.send(text.substr(0, 500'000));
  upload.settle();
  CHECK_FALSE(tree.has("file"));
  CHECK(upload.end.taken == 500'000);
  upload.send(text.substr(500'000));
  upload.finish(hash_of(text));
  upload.run();
  CHECK(tree.read("file") == text);
  CHECK(tree.count() == 1);
  CHECK(upload.end.taken == 1'000'000);
  CHECK(upload.entry().at("size") == 1'000'000);
  CHECK(upload.entry().at("mode") == "0644");
}

TEST_CASE("a file without content is put as well") {
  const Tree tree;
  Upload upload(tree, size_of(""));
  upload.send_all("");
  CHECK(upload.entry().at("size") == 0);
}

TEST_CASE("a file from a stream has the mode and the time that were asked for") {
  const Tree tree;
  Upload upload(tree, {{"mode", "0750"}, {"modified", "2001-02-03T04:05:06Z"}});
  upload.send_all("text");
  CHECK(upload.entry().at("mode") == "0750");
  CHECK(upload.entry().at("modified") == "2001-02-03T04:05:06.000Z");
}

TEST_CASE("a time that is none is refused before anything is sent") {
  const Tree tree;
  const Upload upload(tree, {{"modified", "yesterday"}});
  CHECK(upload.reply.code == ResponseCode::malformed);
  CHECK(tree.count() == 0);
}

TEST_CASE("a file that is replaced by a stream keeps its mode, whatever that lets it do") {
  const Tree tree;
  tree.write("file", "old");
  REQUIRE(chmod(tree.path("file").c_str(), 04755) == 0);
  Upload upload(tree, {{"overwrite", true}});
  upload.send_all("new");
  CHECK(tree.read("file") == "new");
  CHECK(upload.entry().at("mode") == "4755");
}

TEST_CASE("a file that is there already is told of before anything is sent") {
  const Tree tree;
  tree.write("file", "old");
  const Upload upload(tree);
  CHECK(upload.reply.code == ResponseCode::conflict);
  CHECK_FALSE(upload.reply.stream);
  CHECK(tree.count() == 1);
}

TEST_CASE("a file that came while another one was sent stays") {
  const Tree tree;
  Upload upload(tree);
  upload.send("mine");
  upload.settle();
  tree.write("file", "theirs");
  upload.finish(hash_of("mine"));
  upload.run();
  check_given_up(upload, 409, "there already");
  CHECK(tree.read("file") == "theirs");
}

TEST_CASE("what broke off is gone on with by the next attempt") {
  const Tree tree;
  const std::string text = some_text(9'000'000);  // More than is hashed at a time.
  {
    Upload first(tree, size_of(text));
    first.send(text.substr(0, 8'500'000));
    first.settle();
    first.break_off();
  }
  CHECK(tree.count() == 1);
  CHECK_FALSE(tree.has("file"));
  Upload second(tree, size_of(text));
  CHECK(second.offset() == 8'500'000);
  second.send_all(text);
  CHECK(second.entry().at("size") == text.size());
  CHECK(tree.read("file") == text);
  CHECK(second.end.taken == 500'000);
  CHECK(tree.count() == 1);
}

TEST_CASE("what is there of another file that was larger is not gone on with") {
  const Tree tree;
  tree.write(part_name, "much more than there is");
  Upload upload(tree, size_of("text"));
  CHECK(upload.offset() == 0);
  upload.send_all("text");
  CHECK(tree.read("file") == "text");
}

TEST_CASE("where the size is not known, the hash alone counts, and nothing is gone on with") {
  const Tree tree;
  tree.write(part_name, "te");
  Upload upload(tree);
  CHECK(upload.offset() == 0);
  upload.send_all("text");
  CHECK(tree.read("file") == "text");
}

TEST_CASE("what has another hash than was said is not kept") {
  const Tree tree;
  Upload upload(tree, size_of("text"));
  upload.send("tezt");
  upload.finish(hash_of("text"));
  upload.run();
  check_given_up(upload, 500, "its hash differs");
  CHECK(tree.count() == 0);
}

TEST_CASE("more or less than was announced is not put, whatever its hash") {
  for (const std::string text : {"tex", "texts"}) {
    const Tree tree;
    Upload upload(tree, {{"size", 4}});
    upload.send_all(text);
    check_given_up(upload, 400, "not as many bytes came");
    CHECK(tree.count() == 0);
  }
}

TEST_CASE("an end that does not say the hash puts nothing") {
  for (const char* const value : {"", "{}", R"({"sha256":7})", "nonsense"}) {
    const Tree tree;
    Upload upload(tree);
    upload.send("text");
    upload.reply.stream->on_end(value);
    upload.run();
    check_given_up(upload, 400, "must say its sha256");
    CHECK_FALSE(tree.has("file"));
  }
}

TEST_CASE("a stream that is not to go on with anything must be named all the same") {
  const Tree tree;
  const Transferring upload(tree.roots(), "files.write", {{"path", tree.path("file")}});
  CHECK(upload.reply.code == ResponseCode::malformed);
  CHECK(upload.reply.error.contains("transfer"));
}

TEST_CASE("of two attempts at once the second is refused, until the first is over") {
  const Tree tree;
  Upload first(tree);
  CHECK(Upload(tree).reply.code == ResponseCode::conflict);
  first.send("te");
  first.break_off();
  CHECK(Upload(tree).reply.code == ResponseCode::done);
}

TEST_CASE("two files may come to one folder at once") {
  const Tree tree;
  Upload one(tree);
  Upload other(tree, {{"path", tree.path("other")}, {"transfer", "fedcba9876543210"}});
  other.send_all("other");
  one.send_all("one");
  CHECK(tree.read("file") == "one");
  CHECK(tree.read("other") == "other");
}

TEST_CASE("zeros become holes") {
  const Tree tree;
  const std::string text = std::string(8U << 20, '\0') + "end" + std::string(1U << 20, '\0');
  Upload upload(tree, size_of(text));
  upload.send_all(text);
  CHECK(tree.read("file") == text);
  struct stat status{};
  REQUIRE(stat(tree.path("file").c_str(), &status) == 0);
  CHECK(status.st_blocks * 512 < 1 << 20);
}

TEST_CASE("a stream that fills the disk is given up with 507, and nothing is left of it") {
  const Tree tree;
  const int outcome = test::run_in_child([&] {
    if (!tree.put_on_small_disk()) return test::not_possible;
    Upload upload(tree);
    upload.send(some_text(1U << 20));
    upload.run();
    if (!upload.end.aborted || upload.end.aborted->code != 507) return 1;
    return tree.count() == 0 ? 0 : 2;
  });
  if (outcome == test::not_possible)
    MESSAGE("skipped: no file system may be mounted here");
  else
    CHECK(outcome == 0);
}

TEST_CASE("a writer may go while a job of it runs, and what it has written stays") {
  const Tree tree;
  Upload upload(tree);
  upload.send(some_text(1'000'000));
  upload.reply.stream.reset();
  upload.settle();
  CHECK(tree.has(part_name));
  CHECK_FALSE(upload.end.is_over());
}

}  // namespace malinka::agent::files
