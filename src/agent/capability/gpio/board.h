// SPDX-License-Identifier: MIT
// The chips of the machine and their lines: which chip carries the header, what a name means, and
// what agent.toml says of whom. Chips may come and go.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/capability/gpio/line.h"
#include "base/json_fwd.h"

namespace malinka::agent::gpio {

struct BoardChip {
  std::unique_ptr<Chip> chip;
  std::vector<Line> lines;  ///< By offset; their places never change.
  /// What uses pins for something else; looked up once, where the chip has the header.
  std::optional<std::map<unsigned, std::string>> uses{};
};

/// **Loop-bound.**
class Board {
 public:
  /// `driver` must outlive it.
  Board(GpioDriver& driver, std::vector<LineSettings> settings);

  /// Looks which chips are there. `gone` is told of each that is not any more, before its lines
  /// are.
  void refresh(const std::function<void(const Chip&)>& gone);
  /// Whether that would change anything that a command might need.
  [[nodiscard]] bool is_stale() const;

  /// The line that a command means. Errors: there is no chip, or no such line on it.
  [[nodiscard]] Attempt<Line*> find(const Json& line);
  /// Null where there is none.
  [[nodiscard]] const BoardChip* header() const { return header_; }
  [[nodiscard]] const std::vector<std::unique_ptr<BoardChip>>& chips() const { return chips_; }
  /// The header's, and those elsewhere that agent.toml names.
  template <typename Visit>
  void each_line(Visit visit) {
    for (const auto& chip : chips_)
      for (Line& line : chip->lines)
        if (chip.get() == header_ || line.settings != nullptr) visit(line);
  }
  /// What is missing, or not as agent.toml says.
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  void open_new();
  void choose_header();
  void connect_settings();
  void connect(const LineSettings& settings);
  void permit();
  [[nodiscard]] Line* find_configured(const LineSettings& settings);
  [[nodiscard]] Attempt<Line*> find_number(const Json& number);
  [[nodiscard]] Attempt<Line*> find_name(const std::string& name);

  GpioDriver& driver_;
  const std::vector<LineSettings> settings_;
  std::vector<std::unique_ptr<BoardChip>> chips_;
  BoardChip* header_ = nullptr;
  std::vector<std::string> problems_;  // Of chips and of agent.toml; lines have their own.
};

}  // namespace malinka::agent::gpio
