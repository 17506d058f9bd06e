// SPDX-License-Identifier: MIT
// Every setting of a hub. docs/operations/configuration.md explains each.

#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "base/options.h"
#include "net/endpoint.h"

namespace malinka::hub {

/// **Value.**
struct Config {
  std::vector<net::Endpoint> listen{};
  std::string tls_cert{};  ///< Empty, as tls_key: no TLS.
  std::string tls_key{};
  std::string web_root{};            ///< Empty: the web app inside the program.
  bool is_io_uring_refused = false;  ///< By whoever runs the hub, whatever the kernel would say.
  base::LogLevel log_level = base::LogLevel::info;
  std::size_t shards = 1;
  std::size_t wide_channel_members = limits::wide_channel_members;
  std::size_t text_bytes_max = limits::text_bytes_max;
  std::size_t queue_bytes = limits::queue_bytes;
  std::size_t queued_bytes_max = limits::queued_bytes_max;
  std::size_t incoming_bytes_max = limits::incoming_bytes_max;
  std::size_t connections_max = limits::connections_max;
  std::size_t wrong_keys_max = limits::wrong_keys_max;
  std::chrono::seconds heartbeat{limits::heartbeat_seconds};
  std::vector<std::string> allowed_origins{};
  std::vector<std::string> metrics_allowed{};
};

/// From flags, environment and file. The failure is what to print, and the status to end with.
[[nodiscard]] std::expected<Config, base::Exit> read_config(int argc, const char* const* argv);

}  // namespace malinka::hub
