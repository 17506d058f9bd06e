// SPDX-License-Identifier: MIT
#include "base/man_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace malinka::base {
namespace {

std::string upper_case(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), [](unsigned char letter) {
    return static_cast<char>(std::toupper(letter));
  });
  return upper;
}

std::string option_paragraph(const OptionSpec& option) {
  const std::string name = escape_roff(option.name);
  const std::string about = escape_roff(option.about);
  switch (option.kind) {
    case OptionKind::text:
      return fmt::format(".TP\n\\fB\\-\\-{}\\fR \\fI{}\\fR\n{}\n", name,
                         escape_roff(option.placeholder), about);
    case OptionKind::toggle: return fmt::format(".TP\n\\fB\\-\\-{}\\fR\n{}\n", name, about);
    case OptionKind::not_flag:
      return fmt::format(".TP\n\\fI{}\\fR (environment and file only)\n{}\n", name, about);
  }
  return {};
}

}  // namespace

std::string escape_roff(std::string_view text) {
  std::string escaped;
  bool is_line_start = true;
  for (const char character : text) {
    if (is_line_start && (character == '.' || character == '\'')) escaped += "\\&";
    if (character == '\\' || character == '-') escaped += '\\';
    escaped += character == '\\' ? 'e' : character;
    is_line_start = character == '\n';
  }
  return escaped;
}

std::string make_man_page(const ProgramSpec& program) {
  std::string page = fmt::format(
      ".TH {0} 8 \"\" \"malinka {1}\" \"Malinka\"\n"
      ".SH NAME\n{2} \\- {3}\n"
      ".SH SYNOPSIS\n.B {2}\n[\\fIOPTION\\fR]...\n"
      ".SH OPTIONS\n"
      "Each option may also be set as MALINKA_SOME_OPTION in the environment, or as the key "
      "some_option of the "
      "configuration file; a flag beats the environment, which beats the file.\n"
      ".TP\n\\fB\\-\\-config\\fR \\fIFILE\\fR\nThe configuration file, in TOML.\n",
      upper_case(program.name), MALINKA_VERSION, escape_roff(program.name),
      escape_roff(program.about));
  for (const OptionSpec& option : program.options) page += option_paragraph(option);
  page +=
      fmt::format(".SH FILES\n.TP\n\\fI{}\\fR\nThe configuration file unless another is named.\n",
                  escape_roff(program.config_path));
  page += fmt::format(".SH EXAMPLES\n.nf\n{}\n.fi\n", escape_roff(program.examples));
  return page;
}

}  // namespace malinka::base
