// SPDX-License-Identifier: MIT
#include "agent/capability/files/files.h"

#include "agent/capability/files/test_support.h"

namespace malinka::agent::files {
namespace {

struct Bench {
  explicit Bench(FilesSettings settings) : files(workers, std::move(settings)) {}

  Reply run(const char* name, Json value) {
    return run({name, "phone", std::make_shared<const Json>(std::move(value)), {}});
  }
  Reply run(const Command& command) {
    std::optional<Reply> answer;
    files.run(command, [&](Reply reply) { answer = std::move(reply); });
    while (!answer) loop->run_turn(std::chrono::milliseconds(100));
    return *std::move(answer);
  }

  std::unique_ptr<net::Loop> loop = *net::Loop::create();
  os::WorkerPool workers{*loop};
  Files files;
};

}  // namespace

TEST_CASE("a command is carried out on a worker and answered on the loop") {
  const test::Tree tree;
  tree.write("file", "x");
  Bench bench({{tree.root()}, {}});
  CHECK(bench.run("files.stat", {{"path", tree.path("file")}}).value->at("size") == 1);
  CHECK(bench.files.describe() == Json({{"roots", {tree.root()}}}));
}

TEST_CASE("a root that is away is described as a problem until it is back") {
  const test::Tree tree;
  std::filesystem::rename(tree.root(), tree.root() + "-away");
  Bench bench({{tree.root()}, {}});
  CHECK(bench.files.describe().at("problems").size() == 1);
  std::filesystem::rename(tree.root() + "-away", tree.root());
  CHECK(bench.run("files.list", {{"path", tree.root()}}).code == ResponseCode::done);
  CHECK_FALSE(bench.files.describe().contains("problems"));
}

TEST_CASE("a file that is asked for as a stream is answered with one, all else plainly") {
  const test::Tree tree;
  tree.write("file", "x");
  Bench bench({{tree.root()}, {}});
  const auto ask_stream = [&](const char* name) {
    Command command{
        name, "phone", std::make_shared<const Json>(Json{{"path", tree.path("file")}}), {}};
    command.asks_stream = true;
    return bench.run(command);
  };
  CHECK(ask_stream("files.read").stream != nullptr);
  CHECK(ask_stream("files.stat").stream == nullptr);
  CHECK(bench.run("files.read", {{"path", tree.path("file")}}).stream == nullptr);
}

TEST_CASE("more than the workers can queue is answered with 429") {
  const test::Tree tree;
  std::unique_ptr<net::Loop> loop = *net::Loop::create();
  os::WorkerPool workers(*loop, {.threads = 1, .queue_max = 0});
  Files files(workers, {{tree.root()}, {}});
  std::optional<Reply> answer;
  files.run({"files.list", "phone", std::make_shared<const Json>(Json{{"path", "/"}}), {}},
            [&](Reply reply) { answer = std::move(reply); });
  REQUIRE(answer);
  CHECK(answer->code == ResponseCode::busy);
}

TEST_CASE("a simulated device has files to look at, which go with it") {
  std::string path;
  {
    Result<SampleFolder> folder = SampleFolder::create();
    REQUIRE(folder);
    path = folder->path();
    Bench bench({{}, *std::move(folder)});
    CHECK(bench.files.is_simulated());
    const Reply reply = bench.run("files.list", {{"path", path}});
    CHECK(reply.value->at("total") == 4);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

}  // namespace malinka::agent::files
