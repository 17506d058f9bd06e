// SPDX-License-Identifier: MIT
#include "base/man_page.h"

#include <doctest/doctest.h>

using malinka::base::escape_roff;
using malinka::base::make_man_page;
using malinka::base::OptionKind;
using malinka::base::OptionSpec;
using malinka::base::ProgramSpec;

TEST_CASE("a manual page has every option in the form that --help has") {
  constexpr OptionSpec options[] = {{"listen", "ADDR:PORT", "where"},
                                    {"simulate", "", "no hardware", OptionKind::toggle},
                                    {"password", "", "a secret", OptionKind::not_flag}};
  const std::string page = make_man_page(ProgramSpec{.name = "malinka-thing",
                                                     .about = "does things",
                                                     .options = options,
                                                     .config_path = "/etc/thing.toml",
                                                     .tables = {},
                                                     .examples = "malinka-thing --simulate"});
  CHECK(page.starts_with(".TH MALINKA-THING 8"));
  CHECK(page.contains("\\fB\\-\\-listen\\fR \\fIADDR:PORT\\fR"));
  CHECK(page.contains("\\fB\\-\\-simulate\\fR"));
  CHECK_FALSE(page.contains("\\-\\-password"));
}

TEST_CASE("no line of a text is taken for a request") {
  CHECK(escape_roff(".SH x\n'y \\n") == "\\&.SH x\n\\&'y \\en");
}
