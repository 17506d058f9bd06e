// SPDX-License-Identifier: MIT
#include "hub/config.h"

#include <sched.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/try.h"

namespace malinka::hub {
namespace {

using base::Exit;
using base::OptionKind;
using base::Options;
using base::OptionSpec;

constexpr std::array<OptionSpec, 17> option_specs = {{
    {"listen", "ADDR:PORT", "where to listen; port 0 takes a free one [127.0.0.1:31415]"},
    {"tls-cert", "FILE", "certificate chain (PEM): with --tls-key, speaks https and wss"},
    {"tls-key", "FILE", "its private key (PEM)"},
    {"web-root", "DIR", "the web app's files, instead of those built in"},
    {"no-io-uring", "", "send by plain system calls, also where io_uring works",
     OptionKind::toggle},
    {"shards", "N", "threads that share the work [one for each core]"},
    {"log-level", "LEVEL", "debug, info, warning, error or off [info]"},
    {"max-text-bytes", "", "", OptionKind::not_flag},
    {"queue-bytes", "", "", OptionKind::not_flag},
    {"queued-bytes-max", "", "", OptionKind::not_flag},
    {"incoming-bytes-max", "", "", OptionKind::not_flag},
    {"connections-max", "", "", OptionKind::not_flag},
    {"wide-channel-members", "", "", OptionKind::not_flag},
    {"wrong-keys-max", "", "", OptionKind::not_flag},
    {"heartbeat-seconds", "", "", OptionKind::not_flag},
    {"allowed-origins", "", "", OptionKind::not_flag},
    {"metrics-allowed", "", "", OptionKind::not_flag},
}};

constexpr base::ProgramSpec program = {
    .name = "malinka-hub",
    .about = "Relays messages between the subscribers of channels, and serves the web app.",
    .options = option_specs,
    .config_path = "/etc/malinka/hub.toml",
    .tables = {},
    .examples =
        "Each setting is also an environment variable, as MALINKA_LISTEN, and a key of the file.\n"
        "\n"
        "  malinka-hub\n"
        "  malinka-hub --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem\n",
};

/// Flags and the environment write a list with commas, the file may also have an array.
Result<std::vector<std::string>> read_list(const Options& options, const std::string& name,
                                           const char* file_key) {
  std::vector<std::string> list;
  if (const auto text = options.text(name)) {
    for (std::size_t begin = 0; begin <= text->size();) {
      const std::size_t comma = std::min(text->find(',', begin), text->size());
      if (comma > begin) list.push_back(text->substr(begin, comma - begin));
      begin = comma + 1;
    }
    return list;
  }
  const Json* const array = find_member(options.file(), file_key);
  if (array == nullptr) return list;
  if (!array->is_array()) return fail(std::errc::invalid_argument, name + " must be a list");
  for (const Json& element : *array) {
    if (!element.is_string())
      return fail(std::errc::invalid_argument, name + " must be a text or a list of texts");
    list.push_back(element.get<std::string>());
  }
  return list;
}

Result<void> read_listen(const Options& options, Config& config) {
  for (const std::string& text : TRY(read_list(options, "listen", "listen")))
    config.listen.push_back(TRY(net::Endpoint::parse(text)));
  if (config.listen.empty())
    config.listen.push_back({"127.0.0.1", static_cast<std::uint16_t>(limits::default_port)});
  return {};
}

Result<void> read_tls(const Options& options, Config& config) {
  config.tls_cert = options.text("tls-cert").value_or("");
  config.tls_key = options.text("tls-key").value_or("");
  if (config.tls_cert.empty() != config.tls_key.empty())
    return fail(std::errc::invalid_argument, "tls-cert and tls-key only work together");
  return {};
}

/// The cores that this process may use, as `taskset` or a container leaves them.
std::size_t count_cores() {
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
  return std::clamp<std::size_t>(static_cast<std::size_t>(CPU_COUNT(&cores)), 1,
                                 limits::shards_max);
}

Result<void> read_limits(const Options& options, Config& config) {
  constexpr std::size_t mebibyte = 1024UL * 1024;
  config.text_bytes_max =
      TRY(options.number("max-text-bytes", config.text_bytes_max, 64UL * 1024, 1024 * mebibyte));
  config.queue_bytes =
      TRY(options.number("queue-bytes", config.queue_bytes, 64UL * 1024, 1024 * mebibyte));
  config.queued_bytes_max = TRY(
      options.number("queued-bytes-max", config.queued_bytes_max, mebibyte, mebibyte * mebibyte));
  config.incoming_bytes_max = TRY(options.number("incoming-bytes-max", config.incoming_bytes_max,
                                                 mebibyte, mebibyte * mebibyte));
  config.connections_max =
      TRY(options.number("connections-max", config.connections_max, 1, 10'000'000));
  config.wide_channel_members =
      TRY(options.number("wide-channel-members", config.wide_channel_members, 1, 10'000'000));
  config.wrong_keys_max =
      TRY(options.number("wrong-keys-max", config.wrong_keys_max, 1, 1'000'000));
  config.heartbeat = std::chrono::seconds(
      TRY(options.number("heartbeat-seconds", limits::heartbeat_seconds, 1, 3600)));
  return {};
}

Result<Config> make_config(const Options& options) {
  Config config;
  TRY_VOID(read_listen(options, config));
  TRY_VOID(read_tls(options, config));
  config.web_root = options.text("web-root").value_or("");
  config.is_io_uring_refused = options.is_set("no-io-uring");
  config.log_level = TRY(base::parse_log_level(options.text("log-level").value_or("info")));
  config.shards = TRY(options.number("shards", count_cores(), 1, limits::shards_max));
  TRY_VOID(read_limits(options, config));
  config.allowed_origins = TRY(read_list(options, "allowed-origins", "allowed_origins"));
  config.metrics_allowed = TRY(read_list(options, "metrics-allowed", "metrics_allowed"));
  return config;
}

}  // namespace

std::expected<Config, Exit> read_config(int argc, const char* const* argv) {
  const Options options = TRY(Options::read(program, argc, argv));
  Result<Config> config = make_config(options);
  if (config) return *std::move(config);
  return std::unexpected(Exit{2, "malinka-hub: " + config.error().message() + "\n"});
}

}  // namespace malinka::hub
