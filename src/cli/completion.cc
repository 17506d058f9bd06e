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
  local typed=${COMP_WORDS[COMP_CWORD]} verb= word operands=0 is_value= valued='@VALUED@'
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word == [=:] ]]; then  # bash takes words apart there.
      is_value=1
    elif [[ -n $is_value ]]; then
      is_value=
    elif [[ $word == -* ]]; then
      [[ " $valued " == *" $word "* ]] && is_value=1
    elif [[ -z $verb ]]; then
      verb=$word
      case $verb in
@VALUES@
      esac
    else
      operands=$((operands + 1))
    fi
  done
  COMPREPLY=()
  if [[ -n $is_value ]]; then
    return
  elif [[ $typed == -* ]]; then
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
  local -a verbs devices valued
  local verb word is_value operands=0
  verbs=(
@VERBS@
  )
  valued=(@VALUED@)
  for word in ${words[2,CURRENT-1]}; do
    if [[ -n $is_value ]]; then
      is_value=
    elif [[ $word == -* ]]; then
      (( ${valued[(Ie)$word]} )) && is_value=1
    elif [[ -z $verb ]]; then
      verb=$word
      case $verb in
@VALUES@
      esac
    else
      (( operands += 1 ))
    fi
  done
  if [[ -n $is_value ]]; then
    _files
    return
  fi
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

constexpr std::string_view fish_head = R"shell(# fish completion for malinka
function __malinka_operand -d 'Whether operand number $argv[2] of the command $argv[1] is typed; what follows are options with a value'
  set -l operands 0
  set -l verb ''
  set -l is_value ''
  for word in (commandline -opc)[2..-1]
    if test -n "$is_value"
      set is_value ''
    else if string match -q -- '-*' $word
      contains -- $word $argv[3..-1]; and set is_value 1
    else if test -z "$verb"
      set verb $word
    else
      set operands (math $operands + 1)
    end
  end
  test "$verb" = $argv[1]; and test $operands -eq $argv[2]
end
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

/// The flags of a verb whose next word is a value, as --edges and -e.
std::string valued_flags(const Verb& verb) {
  std::vector<std::string> words;
  for (const Flag& flag : verb.flags) {
    if (flag.placeholder.empty()) continue;
    words.push_back("--" + std::string(flag.name));
    if (flag.letter != 0) words.push_back(std::string("-") + flag.letter);
  }
  return join(words, " ");
}

std::string valued_settings() {
  std::vector<std::string> words = {"--config"};
  for (const base::OptionSpec& option : program_options())
    if (option.kind == base::OptionKind::text) words.push_back("--" + std::string(option.name));
  return join(words, " ");
}

/// The branches of a `case` by verb that add its flags to those whose next word is a value: in bash
/// to a string, in zsh to an array.
std::string value_branches(std::string_view open, std::string_view close) {
  std::string branches;
  for (const Verb* const verb : command_table())
    if (const std::string flags = valued_flags(*verb); !flags.empty())
      branches +=
          fmt::format("        {}) valued+={}{}{} ;;\n", names_of(*verb, "|"), open, flags, close);
  branches.pop_back();
  return branches;
}

std::string words_of(const Verb& verb) { return fmt::format("{}", fmt::join(verb.words, " ")); }

std::string setting_words() {
  std::vector<std::string> words;
  for (const base::OptionSpec& option : program_options())
    if (option.kind != base::OptionKind::not_flag) words.push_back("--" + std::string(option.name));
  words.emplace_back("--config --help --version");
  return join(words, " ");
}

std::string bash_offer(std::string_view words) {
  return fmt::format("_malinka_offer \"$typed\" < <(printf '%s\\n' {})", words);
}

std::string bash_operands(const Verb& verb) {
  constexpr std::string_view devices = "_malinka_offer \"$typed\" < <(_malinka_devices)";
  switch (verb.operand_kind) {
    case OperandKind::nothing: return ":";
    case OperandKind::device:
      if (verb.words.empty()) return std::string(devices);
      return fmt::format("case $operands in 0) {} ;; 1) {} ;; esac", devices,
                         bash_offer(words_of(verb)));
    case OperandKind::target:
      return "_malinka_offer \"$typed\" < <(_malinka_devices | sed 's/$/:/')";
    case OperandKind::verb: return bash_offer(join(verb_names(), " "));
    case OperandKind::word: return bash_offer(words_of(verb));
  }
  return ":";
}

std::string zsh_operands(const Verb& verb) {
  const std::string devices = "devices=(${(f)\"$(malinka devices 2>/dev/null </dev/null)\"}); ";
  switch (verb.operand_kind) {
    case OperandKind::nothing: return ":";
    case OperandKind::device:
      if (verb.words.empty()) return devices + "compadd -a devices";
      return fmt::format(
          "case $operands in 0) {}compadd -a devices ;; 1) compadd -- {} ;; *) _files ;; esac",
          devices, words_of(verb));
    case OperandKind::target: return devices + "compadd -S : -a devices; _files";
    case OperandKind::verb: return "_describe command verbs";
    case OperandKind::word: return "compadd -- " + words_of(verb);
  }
  return ":";
}

std::string fish_operands(const Verb& verb) {
  switch (verb.operand_kind) {
    case OperandKind::nothing: return "-f";
    case OperandKind::device: return "-f -a '(malinka devices 2>/dev/null </dev/null)'";
    case OperandKind::target:
      return "-a '(malinka devices 2>/dev/null </dev/null | string replace -r \\$ :)'";
    case OperandKind::verb: return "-f -a '" + join(verb_names(), " ") + "'";
    case OperandKind::word: return fmt::format("-f -a '{}'", words_of(verb));
  }
  return "-f";
}

std::string fish_operand_lines(const Verb& verb, const std::string& condition) {
  if (verb.operand_kind != OperandKind::device || verb.words.empty())
    return fmt::format("complete -c malinka {} {}\n", condition, fish_operands(verb));
  const auto line = [&](int place, const std::string& offer) {
    return fmt::format("complete -c malinka -n '__malinka_operand {} {} {} {}' {}\n", verb.name,
                       place, valued_settings(), valued_flags(verb), offer);
  };
  return line(0, fish_operands(verb)) + line(1, fmt::format("-f -a '{}'", words_of(verb)));
}

}  // namespace

std::string bash_completion() {
  std::string flags;
  std::string operands;
  for (const Verb* const verb : command_table()) {
    flags += fmt::format("      {}) _malinka_offer \"$typed\" < <(printf '%s\\n' {}) ;;\n",
                         names_of(*verb, "|"), join(flag_words(*verb), " "));
    operands += fmt::format("      {}) {} ;;\n", names_of(*verb, "|"), bash_operands(*verb));
  }
  flags.pop_back();
  operands.pop_back();
  std::string text(bash_template);
  replace(text, "@VALUED@", valued_settings());
  replace(text, "@VALUES@", value_branches("' ", "'"));
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
                            join(flag_words(*verb), " "), zsh_operands(*verb));
  }
  verbs.pop_back();
  operands.pop_back();
  std::string text(zsh_template);
  replace(text, "@VERBS@", verbs);
  replace(text, "@VALUED@", valued_settings());
  replace(text, "@VALUES@", value_branches("(", ")"));
  replace(text, "@SETTINGS@", setting_words());
  replace(text, "@OPERANDS@", operands);
  return text;
}

std::string fish_completion() {
  const std::string names = join(verb_names(), " ");
  std::string text(fish_head);
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
    text += fish_operand_lines(*verb, condition);
  }
  return text;
}

}  // namespace malinka::cli
