// SPDX-License-Identifier: MIT
// One verb of the command line: what it takes, what it says of itself, and what it does. Its help,
// its completion, its part of the man page and its parser all come from this.

#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_code.h"

namespace malinka::cli {

struct Flag {
  std::string_view name;         ///< As `recursive`, given as --recursive.
  char letter = 0;               ///< As `r`; 0 for none.
  std::string_view placeholder;  ///< Of its value, as SECONDS; empty for one that takes none.
  std::string_view about;
};

/// What a verb was given. **Value.**
class Arguments {
 public:
  std::vector<std::string> operands;
  std::map<std::string, std::string, std::less<>>
      flags;  ///< By name; empty where there is no value.

  [[nodiscard]] bool has(std::string_view flag) const { return flags.contains(flag); }
  [[nodiscard]] std::optional<std::string> value(std::string_view flag) const {
    const auto found = flags.find(flag);
    if (found == flags.end()) return std::nullopt;
    return found->second;
  }
};

/// What completion offers for an operand.
enum class OperandKind : std::uint8_t {
  nothing,
  device,  ///< Its name; for the second operand, the verb's words.
  target,  ///< Of any number: a device and a path, or a file here.
  verb,
  word,  ///< Of any number: the verb's words.
};

class Program;

inline constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

struct Verb {
  std::string_view name;
  std::string_view alias{};   ///< Another name that it answers to; empty for none.
  std::string_view operands;  ///< As `DEV:PATH…`.
  std::string_view summary;   ///< Half a sentence, lower case.
  std::size_t operands_min = 0;
  std::size_t operands_max = 0;
  OperandKind operand_kind = OperandKind::nothing;
  std::span<const std::string_view> words{};  ///< What completion offers beside what is there.
  bool takes_command = false;                 ///< From the second operand on, nothing is a flag.
  std::span<const Flag> flags;
  std::string_view details;   ///< Paragraphs; may be empty.
  std::string_view examples;  ///< Lines, each a command and what it does.
  Attempt<ExitCode> (*run)(Program& program, const Arguments& arguments) = nullptr;
};

}  // namespace malinka::cli
