// SPDX-License-Identifier: MIT
#include "cli/man_page.h"

#include <fmt/format.h>

#include "base/man_page.h"
#include "cli/command_table.h"
#include "cli/help.h"
#include "cli/settings.h"

namespace malinka::cli {
namespace {

using base::escape_roff;

std::string verb_section(const Verb& verb) {
  std::string text =
      fmt::format(".SS {}\n{}.\n", escape_roff(synopsis(verb)), escape_roff(verb.summary));
  if (!verb.details.empty()) text += fmt::format(".PP\n{}\n", escape_roff(verb.details));
  for (const Flag& flag : verb.flags)
    text +=
        fmt::format(".TP\n\\fB{}\\fR\n{}\n", escape_roff(flag_text(flag)), escape_roff(flag.about));
  return text + fmt::format(".PP\n.nf\n{}\n.fi\n", escape_roff(verb.examples));
}

}  // namespace

std::string make_man_page() {
  std::string page = fmt::format(
      ".TH MALINKA 1 \"\" \"malinka {}\" \"Malinka\"\n"
      ".SH NAME\nmalinka \\- reach, watch and control your devices through a hub\n"
      ".SH SYNOPSIS\n.B malinka\n[\\fISETTING\\fR]... \\fICOMMAND\\fR ...\n"
      ".SH COMMANDS\n",
      MALINKA_VERSION);
  for (const Verb* const verb : command_table()) page += verb_section(*verb);
  page +=
      ".SH SETTINGS\nA flag beats the environment (MALINKA_SOME_SETTING), which beats the file "
      "(some_setting).\n";
  for (const base::OptionSpec& option : program_options()) {
    const bool is_flag = option.kind != base::OptionKind::not_flag;
    page += fmt::format(".TP\n\\fB{}{}\\fR \\fI{}\\fR\n{}{}\n", is_flag ? "\\-\\-" : "",
                        escape_roff(option.name), escape_roff(option.placeholder),
                        escape_roff(option.about), is_flag ? "" : " (environment and file only)");
  }
  return page +
         ".SH FILES\n.TP\n\\fI~/.config/malinka/config.toml\\fR\nThe settings, in TOML.\n"
         ".SH EXIT STATUS\n"
         ".TP\n0\nDone.\n.TP\n1\nThe device said no or failed; for run, any device.\n.TP\n2\nWrong "
         "usage.\n"
         ".TP\n3\nThe hub cannot be reached or joined.\n.TP\n4\nThere is no such "
         "device.\n.PP\nThat of terminal is the shell's.\n"
         ".SH SEE ALSO\n.BR malinka\\-hub (8),\n.BR malinka\\-agent (8)\n";
}

}  // namespace malinka::cli
