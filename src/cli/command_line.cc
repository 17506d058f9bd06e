// SPDX-License-Identifier: MIT
#include "cli/command_line.h"

#include <algorithm>
#include <optional>

#include "base/try.h"
#include "cli/command_table.h"
#include "cli/printable.h"
#include "cli/suggest.h"

namespace malinka::cli {
namespace {

/// Takes the words one by one.
class Parser {
 public:
  Parser(std::span<const std::string_view> words, std::span<const base::OptionSpec> program_options)
      : words_(words), program_options_(program_options) {}

  Attempt<CommandLine> parse() {
    while (next_ < words_.size()) TRY_VOID(take(words_[next_++]));
    if (line_.verb != nullptr && !line_.wants_help) TRY_VOID(check_operands());
    return std::move(line_);
  }

 private:
  Attempt<void> take(std::string_view word) {
    const bool is_flag = !flags_are_over_ && word.size() > 1 && word.starts_with('-');
    if (!is_flag) return take_operand(word);
    if (word == "--") {
      flags_are_over_ = true;
      return {};
    }
    if (word.starts_with("--")) return take_long_flag(word.substr(2));
    return take_letters(word.substr(1));
  }

  Attempt<void> take_operand(std::string_view word) {
    if (line_.verb == nullptr) return take_verb(word);
    std::vector<std::string>& operands = line_.arguments.operands;
    operands.emplace_back(word);
    if (line_.verb->takes_command && operands.size() > 1) flags_are_over_ = true;
    return {};
  }

  Attempt<void> take_verb(std::string_view word) {
    line_.verb = find_verb(word);
    if (line_.verb != nullptr) return {};
    return usage_failure("no such command: " + printable(word) + did_you_mean(word, verb_names()) +
                         "; 'malinka help' lists them");
  }

  Attempt<void> take_long_flag(std::string_view text) {
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    std::optional<std::string_view> value;
    if (equals != std::string_view::npos) value = text.substr(equals + 1);
    if (name == "help") {
      line_.wants_help = true;
      return {};
    }
    if (line_.verb != nullptr)
      for (const Flag& flag : line_.verb->flags)
        if (flag.name == name) return take_verb_flag(flag, value);
    return take_setting(name, value);
  }

  Attempt<void> take_letters(std::string_view letters) {
    if (line_.verb == nullptr) {
      if (letters != "h") return unknown_flag("-" + std::string(letters));
      line_.wants_help = true;
      return {};
    }
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const Flag* const flag = find_letter(letters[i]);
      if (flag == nullptr) return unknown_flag(std::string("-") + letters[i]);
      if (flag->placeholder.empty()) {
        TRY_VOID(take_verb_flag(*flag, std::nullopt));
        continue;
      }
      const std::string_view rest =
          letters.substr(i + 1);  // As -t5, or its value is the next word.
      return take_verb_flag(*flag, rest.empty() ? std::nullopt : std::optional(rest));
    }
    return {};
  }

  Attempt<void> take_verb_flag(const Flag& flag, std::optional<std::string_view> value) {
    const std::string name = "--" + std::string(flag.name);
    if (flag.placeholder.empty() && value) return usage_failure(name + " takes no value");
    if (!flag.placeholder.empty() && !value) value = TRY(next_word(name));
    line_.arguments.flags[std::string(flag.name)] = value.value_or("");
    return {};
  }

  /// A flag of the program is only recognised here; base::Options reads it.
  Attempt<void> take_setting(std::string_view name, std::optional<std::string_view> value) {
    const std::string flag = "--" + std::string(name);
    const auto option = std::ranges::find(program_options_, name, &base::OptionSpec::name);
    const bool is_option = option != program_options_.end() &&
                           option->kind != base::OptionKind::not_flag;  // A password is none.
    const bool takes_none = name == "version" || name == "man-page";
    if (!is_option && name != "config" && !takes_none) return unknown_flag(flag);
    const bool is_toggle = takes_none || (is_option && option->kind == base::OptionKind::toggle);
    if (is_toggle && value) return usage_failure(flag + " takes no value");
    line_.settings.push_back(flag);
    if (!is_toggle) line_.settings.emplace_back(value ? *value : TRY(next_word(flag)));
    return {};
  }

  Attempt<std::string_view> next_word(const std::string& flag) {
    if (next_ < words_.size()) return words_[next_++];
    return usage_failure(flag + " needs a value");
  }

  [[nodiscard]] const Flag* find_letter(char letter) const {
    const auto found = std::ranges::find(line_.verb->flags, letter, &Flag::letter);
    return found == line_.verb->flags.end() ? nullptr : &*found;
  }

  std::unexpected<Failure> unknown_flag(const std::string& flag) const {
    const std::string help = line_.verb == nullptr
                                 ? "malinka --help"
                                 : "malinka " + std::string(line_.verb->name) + " --help";
    std::string remark = "; '" + help + "' lists them";
    if (line_.verb != nullptr && line_.verb->takes_command)
      remark += " (the device's command goes behind --)";
    return usage_failure("no such option: " + printable(flag) + remark);
  }

  [[nodiscard]] Attempt<void> check_operands() const {
    const Verb& verb = *line_.verb;
    const std::size_t count = line_.arguments.operands.size();
    if (count >= verb.operands_min && count <= verb.operands_max) return {};
    const std::string verdict = count < verb.operands_min ? "something is missing" : "too much";
    return usage_failure(verdict + ": malinka " + std::string(verb.name) + " " +
                         std::string(verb.operands));
  }

  std::span<const std::string_view> words_;
  std::span<const base::OptionSpec> program_options_;
  std::size_t next_ = 0;
  bool flags_are_over_ = false;
  CommandLine line_;
};

}  // namespace

Attempt<CommandLine> parse_command_line(std::span<const std::string_view> words,
                                        std::span<const base::OptionSpec> program_options) {
  return Parser(words, program_options).parse();
}

}  // namespace malinka::cli
