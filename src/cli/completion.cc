// SPDX-License-Identifier: MIT
#include "cli/completion.h"

#include <fmt/format.h>

#include "cli/command_table.h"
#include "cli/settings.h"

namespace malinka::cli {
namespace {

/// Names of devices come from the channel: no shell may ever evaluate them. bash's `compgen -W`
/// would.
constexpr std::string_view bash_template = R"shell(# bash completion for malinka
_malinka_devices() { malinka devices 2>/dev/null </dev/null; }
_malinka_offer() {  # Each line of standard input that begins with what was typed, quoted for the shell.
  local line
  while IFS= read -r line; do
    [[ $line == "$1"* ]] && COMPREPLY+=("$(printf '%q' "$line")")
  done
}
_malinka() {
  local typed=${COMP_WORDS[COMP_CWORD]} verb= word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in @VERBS@) verb=$word; break ;; esac
  done
  COMPREPLY=()
  if [[ $typed == -* ]]; then
    case $verb in
@FLAGS@
    esac
    _malinka_offer "$typed" < <(printf '%s\n' @SETTINGS@)
  elif [[ -z $verb ]]; then
    _malinka_offer "$typed" < <(printf '%s\n' @NAMES@)
  else
    case $verb in
@OPERANDS@
    esac
  fi
}
complete -o default -F _malinka malinka
)shell";

constexpr std::string_view zsh_template = R"shell(#compdef malinka
_malinka() {
  local -a verbs devices
  local verb word
  verbs=(
@VERBS@
  )
  for word in ${words[2,CURRENT-1]}; do
    if (( ${verbs[(I)${word}:*]} )); then verb=$word; break; fi
  done
  if [[ -z $verb ]]; then
    _describe command verbs
    compadd -- @SETTINGS@
    return
  fi
  case $verb in
@OPERANDS@
  esac
}
compdef _malinka malinka
)shell";

void replace(std::string& text, std::string_view mark, std::string_view with) {
  text.replace(text.find(mark), mark.size(), with);
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  return fmt::format("{}", fmt::join(words, separator));
}

/// One word for any of the shells, whatever is in it.
std::string quoted(std::string_view text) {
  std::string word = "'";
  for (const char letter : text)
    word += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return word + "'";
}

/// The names of a verb, as a pattern or list of a shell.
std::string names_of(const Verb& verb, std::string_view separator) {
  const std::string name(verb.name);
  return verb.alias.empty() ? name : name + std::string(separator) + std::string(verb.alias);
}

std::vector<std::string> flag_words(const Verb& verb) {
  std::vector<std::string> words;
  for (const Flag& flag : verb.flags) words.push_back("--" + std::string(flag.name));
  words.emplace_back("--help");
  return words;
}

std::string setting_words() {
  std::vector<std::string> words;
  for (const base::OptionSpec& option : program_options())
    if (option.kind != base::OptionKind::not_flag) words.push_back("--" + std::string(option.name));
  words.emplace_back("--config --help --version");
  return join(words, " ");
}

std::string bash_operands(OperandKind kind) {
  switch (kind) {
    case OperandKind::nothing: return ":";
    case OperandKind::device: return "_malinka_offer \"$typed\" < <(_malinka_devices)";
    case OperandKind::target:
      return "_malinka_offer \"$typed\" < <(_malinka_devices | sed 's/$/:/')";
    case OperandKind::verb:
      return "_malinka_offer \"$typed\" < <(printf '%s\\n' " + join(verb_names(), " ") + ")";
    case OperandKind::shell: return "_malinka_offer \"$typed\" < <(printf '%s\\n' bash zsh fish)";
  }
  return ":";
}

std::string zsh_operands(OperandKind kind) {
  const std::string devices = "devices=(${(f)\"$(malinka devices 2>/dev/null </dev/null)\"}); ";
  switch (kind) {
    case OperandKind::nothing: return ":";
    case OperandKind::device: return devices + "compadd -a devices";
    case OperandKind::target: return devices + "compadd -S : -a devices; _files";
    case OperandKind::verb: return "_describe command verbs";
    case OperandKind::shell: return "compadd bash zsh fish";
  }
  return ":";
}

std::string fish_operands(OperandKind kind) {
  switch (kind) {
    case OperandKind::nothing: return "-f";
    case OperandKind::device: return "-f -a '(malinka devices 2>/dev/null </dev/null)'";
    case OperandKind::target:
      return "-a '(malinka devices 2>/dev/null </dev/null | string replace -r \\$ :)'";
    case OperandKind::verb: return "-f -a '" + join(verb_names(), " ") + "'";
    case OperandKind::shell: return "-f -a 'bash zsh fish'";
  }
  return "-f";
}

}  // namespace

std::string bash_completion() {
  std::string flags;
  std::string operands;
  for (const Verb* const verb : command_table()) {
    flags += fmt::format("      {}) _malinka_offer \"$typed\" < <(printf '%s\\n' {}) ;;\n",
                         names_of(*verb, "|"), join(flag_words(*verb), " "));
    operands +=
        fmt::format("      {}) {} ;;\n", names_of(*verb, "|"), bash_operands(verb->operand_kind));
  }
  flags.pop_back();
  operands.pop_back();
  std::string text(bash_template);
  replace(text, "@VERBS@", join(verb_names(), "|"));
  replace(text, "@FLAGS@", flags);
  replace(text, "@SETTINGS@", setting_words());
  replace(text, "@NAMES@", join(verb_names(), " "));
  replace(text, "@OPERANDS@", operands);
  return text;
}

std::string zsh_completion() {
  std::string verbs;
  std::string operands;
  for (const Verb* const verb : command_table()) {
    for (const std::string_view name : {verb->name, verb->alias})
      if (!name.empty()) verbs += "    " + quoted(fmt::format("{}:{}", name, verb->summary)) + "\n";
    operands += fmt::format("    {}) compadd -- {}; {} ;;\n", names_of(*verb, "|"),
                            join(flag_words(*verb), " "), zsh_operands(verb->operand_kind));
  }
  verbs.pop_back();
  operands.pop_back();
  std::string text(zsh_template);
  replace(text, "@VERBS@", verbs);
  replace(text, "@SETTINGS@", setting_words());
  replace(text, "@OPERANDS@", operands);
  return text;
}

std::string fish_completion() {
  const std::string names = join(verb_names(), " ");
  std::string text = "# fish completion for malinka\n";
  for (const base::OptionSpec& option : program_options()) {
    if (option.kind == base::OptionKind::not_flag) continue;
    const bool takes_value = option.kind == base::OptionKind::text;
    text += fmt::format("complete -c malinka -l {}{} -d {}\n", option.name,
                        takes_value ? " -r" : "", quoted(option.about));
  }
  for (const Verb* const verb : command_table()) {
    text +=
        fmt::format("complete -c malinka -n 'not __fish_seen_subcommand_from {}' -f -a {} -d {}\n",
                    names, verb->name, quoted(verb->summary));
    const std::string condition =
        fmt::format("-n '__fish_seen_subcommand_from {}'", names_of(*verb, " "));
    for (const Flag& flag : verb->flags) {
      const std::string letter = flag.letter == 0 ? "" : fmt::format(" -s {}", flag.letter);
      text += fmt::format("complete -c malinka {} -l {}{}{} -d {}\n", condition, flag.name, letter,
                          flag.placeholder.empty() ? "" : " -r", quoted(flag.about));
    }
    text +=
        fmt::format("complete -c malinka {} {}\n", condition, fish_operands(verb->operand_kind));
  }
  return text;
}

}  // namespace malinka::cli
