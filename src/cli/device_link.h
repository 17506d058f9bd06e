// SPDX-License-Identifier: MIT
// The link to the device that this machine is: as it was paired, or as its agent's settings say.

#pragma once

#include <string>

#include "cli/exit_code.h"
#include "malinka/channel_link.h"

namespace malinka::cli {

/// Where the agent reads its settings unless told otherwise.
inline constexpr std::string_view agent_config_path = "/etc/malinka/agent.toml";

struct DeviceLink {
  ChannelLink link;
  /// Of the agent, where the device was paired; empty where `link` is of the agent's settings.
  std::string state_folder;
  bool is_sealed = true;

  [[nodiscard]] bool is_paired() const { return !state_folder.empty(); }
};

/// Reads `config_path` as the agent does, and its pairing where that names no channel. What the
/// agent was given by flags or by its environment cannot be known. Errors: neither is there, or one
/// of them cannot be read; `is_config_named` says that the file must be there.
[[nodiscard]] Attempt<DeviceLink> find_device_link(const std::string& config_path,
                                                   bool is_config_named);

}  // namespace malinka::cli
