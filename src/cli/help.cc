// SPDX-License-Identifier: MIT
#include "cli/help.h"

#include <fmt/format.h>

#include "cli/command_table.h"
#include "cli/settings.h"
#include "cli/wrap.h"

namespace malinka::cli {
namespace {

std::string indented(const std::string& lines) {
  std::string text;
  std::size_t start = 0;
  while (start < lines.size()) {
    const std::size_t end = lines.find('\n', start);
    text += "  " + lines.substr(start, end - start) + "\n";
    if (end == std::string::npos) break;
    start = end + 1;
  }
  return text;
}

std::string settings_help() {
  std::vector<Entry> entries;
  for (const base::OptionSpec& option : program_options()) {
    if (option.kind == base::OptionKind::not_flag) continue;
    const std::string value =
        option.placeholder.empty() ? "" : " " + std::string(option.placeholder);
    entries.emplace_back("--" + std::string(option.name) + value, option.about);
  }
  entries.emplace_back("--config FILE", "settings file [" + settings_path() + "]");
  entries.emplace_back("--help, --version",
                       "of the program; --help behind a command explains that one");
  return entry_list(entries);
}

}  // namespace

std::string flag_text(const Flag& flag) {
  const std::string letter = flag.letter == 0 ? "" : fmt::format("-{}, ", flag.letter);
  const std::string value = flag.placeholder.empty() ? "" : " " + std::string(flag.placeholder);
  return fmt::format("{}--{}{}", letter, flag.name, value);
}

std::string synopsis(const Verb& verb) {
  std::string text = "malinka " + std::string(verb.name);
  if (!verb.flags.empty()) text += " [OPTION]…";
  if (!verb.operands.empty()) text += " " + std::string(verb.operands);
  return text;
}

std::string program_help() {
  std::vector<Entry> verbs;
  for (const Verb* const verb : command_table()) {
    const std::string operands = verb->operands.empty() ? "" : " " + std::string(verb->operands);
    verbs.emplace_back(std::string(verb->name) + operands, verb->summary);
  }
  return "Reach, watch and control your devices through a hub.\n\n"
         "Usage: malinka [SETTING]… COMMAND …\n\n"
         "Commands\n" +
         entry_list(verbs) + "\nSettings\n" + settings_help() +
         "\nThe password comes from --password-file, MALINKA_PASSWORD or a question at the "
         "terminal. Each\n"
         "--some-setting is MALINKA_SOME_SETTING in the environment and some_setting in the "
         "file.\n\n"
         "Exit status: 0 done, 1 the device said no or failed, 2 wrong usage, 3 cannot reach or "
         "join the\n"
         "hub, 4 no such device; that of `terminal` is the shell's.\n";
}

std::string verb_help(const Verb& verb) {
  std::string text = "Usage: " + synopsis(verb) + "\n\n" + std::string(verb.summary) + "\n";
  text[text.find("\n\n") + 2] =
      static_cast<char>(std::toupper(static_cast<unsigned char>(verb.summary.front())));
  if (!verb.details.empty()) text += "\n" + std::string(verb.details) + "\n";
  if (!verb.flags.empty()) {
    std::vector<Entry> flags;
    for (const Flag& flag : verb.flags) flags.emplace_back(flag_text(flag), flag.about);
    text += "\nOptions\n" + entry_list(flags);
  }
  return text + "\nExamples\n" + indented(std::string(verb.examples));
}

}  // namespace malinka::cli
