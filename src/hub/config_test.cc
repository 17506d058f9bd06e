// SPDX-License-Identifier: MIT
#include "hub/config.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <initializer_list>
#include <vector>

namespace malinka::hub {
namespace {

/// A configuration file that is gone with the test.
struct ConfigFile {
  explicit ConfigFile(const std::string& text) {
    const int fd = ::mkstemp(path.data());
    REQUIRE(fd >= 0);
    ::close(fd);
    std::ofstream(path) << text;
  }
  ~ConfigFile() { ::unlink(path.c_str()); }

  [[nodiscard]] std::expected<Config, base::Exit> read(
      std::initializer_list<const char*> flags = {}) {
    std::vector<const char*> arguments = {"malinka-hub", "--config", path.c_str()};
    arguments.insert(arguments.end(), flags);
    return read_config(static_cast<int>(arguments.size()), arguments.data());
  }

  std::string path = "/tmp/malinka-config-XXXXXX";
};

std::string problem_of(const std::string& text) {
  const auto config = ConfigFile(text).read();
  REQUIRE_FALSE(config);
  CHECK(config.error().status == 2);
  return config.error().output;
}

}  // namespace

TEST_CASE("a hub listens on this machine alone unless it is told otherwise") {
  const auto config = ConfigFile("").read();
  REQUIRE(config);
  REQUIRE(config->listen.size() == 1);
  CHECK(config->listen[0].text() == "127.0.0.1:31415");
  CHECK(config->text_bytes_max == limits::text_bytes_max);
  CHECK(config->heartbeat == std::chrono::seconds(limits::heartbeat_seconds));
}

TEST_CASE("each key of the file is a setting") {
  const auto config = ConfigFile(R"(
listen = ["0.0.0.0:80", "[::1]:8080"]
tls_cert = "chain.pem"
tls_key = "key.pem"
web_root = "web"
no_io_uring = true
log_level = "warning"
max_text_bytes = 1048576
queue_bytes = 65536
queued_bytes_max = 2097152
incoming_bytes_max = 3145728
connections_max = 5
wide_channel_members = 20
wrong_keys_max = 3
heartbeat_seconds = 7
allowed_origins = ["https://a.example"]
metrics_allowed = ["10.0.0.1", "10.0.0.2"]
)")
                          .read();
  REQUIRE(config);
  REQUIRE(config->listen.size() == 2);
  CHECK(config->listen[1].text() == "[::1]:8080");
  CHECK(config->tls_cert == "chain.pem");
  CHECK(config->tls_key == "key.pem");
  CHECK(config->web_root == "web");
  CHECK(config->is_io_uring_refused);
  CHECK(config->log_level == base::LogLevel::warning);
  CHECK(config->text_bytes_max == 1048576);
  CHECK(config->queue_bytes == 65536);
  CHECK(config->queued_bytes_max == 2097152);
  CHECK(config->incoming_bytes_max == 3145728);
  CHECK(config->connections_max == 5);
  CHECK(config->wide_channel_members == 20);
  CHECK(config->wrong_keys_max == 3);
  CHECK(config->heartbeat == std::chrono::seconds(7));
  CHECK(config->allowed_origins == std::vector<std::string>{"https://a.example"});
  CHECK(config->metrics_allowed.size() == 2);
}

TEST_CASE("a flag beats the file, and may list several addresses") {
  const auto config =
      ConfigFile("listen = \"0.0.0.0:80\"").read({"--listen", "127.0.0.1:0,[::1]:0"});
  REQUIRE(config);
  REQUIRE(config->listen.size() == 2);
  CHECK(config->listen[0].text() == "127.0.0.1:0");
}

TEST_CASE("what is wrong with a setting is said, with its name") {
  CHECK(problem_of("lisen = \"x\"").contains("lisen"));
  CHECK(problem_of("listen = \"nowhere\"").contains("nowhere"));
  CHECK(problem_of("listen = [1]").contains("listen"));
  CHECK(problem_of("allowed_origins = {a = \"x\"}").contains("allowed-origins"));
  CHECK(problem_of("queue_bytes = 1").contains("queue-bytes"));
  CHECK(problem_of("heartbeat_seconds = 0").contains("heartbeat-seconds"));
  CHECK(problem_of("log_level = \"loud\"").contains("loud"));
  CHECK(problem_of("tls_cert = \"chain.pem\"").contains("tls-key"));
}

TEST_CASE("--help and --version end well, and say something") {
  for (const char* const flag : {"--help", "--version"}) {
    const auto config = ConfigFile("").read({flag});
    REQUIRE_FALSE(config);
    CHECK(config.error().status == 0);
    CHECK(config.error().output.contains("malinka-hub"));
  }
}

}  // namespace malinka::hub
