// SPDX-License-Identifier: MIT
// What drivers and their callers say of GPIO lines, in the words of the kernel's GPIO character
// device. Source: Documentation/userspace-api/gpio of the kernel, <linux/gpio.h>.

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace malinka::agent::gpio {

struct ChipInfo {
  std::string name;   ///< As `gpiochip0`.
  std::string label;  ///< As `pinctrl-bcm2835`.
  unsigned lines = 0;
};

enum class Direction : std::uint8_t { input, output };
enum class Pull : std::uint8_t { unchanged, none, up, down };
/// A set of two: rising is bit 0, falling bit 1.
enum class Edges : std::uint8_t { none, rising, falling, both };

[[nodiscard]] constexpr Edges operator|(Edges a, Edges b) {
  return static_cast<Edges>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// A line as it is, whoever uses it.
struct LineInfo {
  std::string name;      ///< The kernel's, as `GPIO17`; empty for none.
  std::string consumer;  ///< What uses it; may be empty where it is used.
  bool is_used = false;
  Direction direction = Direction::input;
  bool is_active_low = false;  ///< For who uses it.
};

/// One bit for each line that is held together: the first has the lowest.
using Bits = std::uint64_t;

/// What lines are held as: left as they are, or made one or the other.
enum class Role : std::uint8_t { as_is, input, output };

struct LineConfig {
  Role role = Role::as_is;
  Bits values = 0;  ///< Of outputs.
  Bits active_low = 0;
  Pull pull = Pull::unchanged;            ///< Of inputs.
  Edges edges = Edges::none;              ///< Of inputs.
  std::chrono::milliseconds debounce{0};  ///< Of inputs with edges.
};

struct Edge {
  bool is_rising = false;              ///< After active-low.
  std::uint64_t time_nanoseconds = 0;  ///< CLOCK_MONOTONIC.
  std::uint32_t sequence = 0;          ///< Counts the line's edges; a gap is what was dropped.
};

}  // namespace malinka::agent::gpio
