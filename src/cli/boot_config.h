// SPDX-License-Identifier: MIT
// A Raspberry Pi's config.txt, as far as it says which devices there are. Source:
// https://www.raspberrypi.com/documentation/computers/config_txt.html

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace malinka::cli {

/// **Value.**
class BootConfig {
 public:
  /// Below `root`, where it is today or where it was before Debian 12. Nothing where it cannot be
  /// read. `model` is the machine's, for the file's sections.
  [[nodiscard]] static std::optional<BootConfig> read(const std::string& root,
                                                      std::string_view model);
  [[nodiscard]] static BootConfig parse(std::string path, std::string_view text,
                                        std::string_view model);

  /// Without the root.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// The line that loads it, as `dtoverlay=dht11,gpiopin=4`.
  [[nodiscard]] std::optional<std::string> find_overlay(std::string_view name) const;
  /// A parameter of the board, as `i2c_arm`: what was said last counts.
  [[nodiscard]] bool is_on(std::string_view parameter) const;
  /// A line `key=value`, as `camera_auto_detect=1`: likewise.
  [[nodiscard]] std::string value_of(std::string_view key) const;

 private:
  struct Line {
    std::string key;
    std::string value;
  };

  std::string path_;
  std::vector<Line> lines_;  // Those that hold for this model.
};

}  // namespace malinka::cli
