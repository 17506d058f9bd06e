// SPDX-License-Identifier: MIT
#include "agent/capability/agent/self.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "agent/capability/agent/system.h"
#include "base/json.h"

namespace malinka::agent::self {
namespace {

struct FakeCatalogue final : Catalogue {
  [[nodiscard]] Json describe_capabilities(Access) const override { return {{{"name", "files"}}}; }
};

Reply ask(const char* command, bool is_simulated) {
  const FakeCatalogue catalogue;
  const ManualClock clock;
  Self self({"kitchen", is_simulated}, catalogue, clock);
  Reply answer;
  self.run({command, "phone", std::make_shared<const Json>(Json::object()), {}},
           [&](Reply reply) { answer = std::move(reply); });
  return answer;
}

/// A made tree of /etc and /proc.
struct Tree {
  explicit Tree(const char* file, const char* text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "malinka-XXXXXX").string();
    path = mkdtemp(pattern.data());
    const std::filesystem::path whole = path + file;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole, std::ios::binary) << text;
  }
  ~Tree() { std::filesystem::remove_all(path); }
  std::string path;
};

}  // namespace

TEST_CASE("a device describes itself and what it can do") {
  const Reply reply = ask("agent.describe", true);
  CHECK(reply.code == ResponseCode::done);
  CHECK(reply.value->at("device") == "kitchen");
  CHECK(reply.value->at("version") == MALINKA_VERSION);
  CHECK(reply.value->at("simulated") == true);
  CHECK(reply.value->at("system").contains("kernel"));
  CHECK(reply.value->at("capabilities")[0].at("name") == "files");
}

TEST_CASE("a ping is answered with the device's clock") {
  CHECK(ask("agent.ping", false).value->at("time") == "2026-01-01T00:00:00.000Z");
}

TEST_CASE("a Pi's model and system are told without quotes and NULs") {
  const Tree model("/proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0");
  CHECK(describe_system(model.path).at("model") == "Raspberry Pi 5 Model B Rev 1.0");
  const Tree system("/etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
  CHECK(describe_system(system.path).at("os") == "Debian GNU/Linux 12");
}

TEST_CASE("what a machine does not say is left out") {
  const Tree empty("/etc/os-release", "");
  CHECK_FALSE(describe_system(empty.path).contains("model"));
  CHECK_FALSE(describe_system(empty.path).contains("os"));
}

}  // namespace malinka::agent::self
