// SPDX-License-Identifier: MIT
#include "cli/command_line.h"

#include <doctest/doctest.h>

#include <array>

#include "cli/command_table.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "cli/man_page.h"
#include "cli/settings.h"

namespace malinka::cli {
namespace {

using Words = std::vector<std::string>;

Attempt<CommandLine> parse(std::vector<std::string_view> words) {
  return parse_command_line(words, program_options());
}

TEST_CASE("settings may stand before the verb and behind it") {
  for (const std::vector<std::string_view>& words :
       {std::vector<std::string_view>{"--hub", "ws://x", "--json", "ls", "kitchen:/"},
        std::vector<std::string_view>{"ls", "kitchen:/", "--hub=ws://x", "--json"}}) {
    const auto line = parse(words);
    REQUIRE(line);
    CHECK(line->settings == Words{"--hub", "ws://x", "--json"});
    CHECK(line->verb == find_verb("ls"));
    CHECK(line->arguments.operands == Words{"kitchen:/"});
  }
}

TEST_CASE("letters may be joined, and stand among the operands") {
  const auto line = parse({"ls", "-h1", "a:/", "-l"});
  REQUIRE(line);
  CHECK(line->arguments.has("human"));
  CHECK(line->arguments.has("names"));
  CHECK(line->arguments.has("long"));
}

TEST_CASE("a flag's value may be joined to it, or be the next word") {
  for (const std::vector<std::string_view>& words :
       {std::vector<std::string_view>{"run", "-t5", "kitchen", "--", "x"},
        std::vector<std::string_view>{"run", "-t", "5", "kitchen", "--", "x"},
        std::vector<std::string_view>{"run", "--timeout=5", "kitchen", "--", "x"},
        std::vector<std::string_view>{"run", "kitchen", "--timeout", "5", "--", "x"}}) {
    const auto line = parse(words);
    REQUIRE(line);
    CHECK(line->arguments.value("timeout") == "5");
    CHECK(line->arguments.operands == Words{"kitchen", "x"});
  }
}

TEST_CASE("behind -- nothing is a flag") {
  const auto line = parse({"run", "kitchen", "--", "ls", "--json", "-l"});
  REQUIRE(line);
  CHECK(line->arguments.operands == Words{"kitchen", "ls", "--json", "-l"});
  CHECK(line->settings.empty());
}

TEST_CASE("a command for a device has its own flags, without -- too") {
  const auto line = parse({"run", "kitchen", "ls", "-l", "--help"});
  REQUIRE(line);
  CHECK(line->arguments.operands == Words{"kitchen", "ls", "-l", "--help"});
  CHECK_FALSE(line->wants_help);
}

TEST_CASE("- is an operand") {
  const auto line = parse({"cp", "-", "kitchen:/tmp/a"});
  REQUIRE(line);
  CHECK(line->arguments.operands.front() == "-");
}

TEST_CASE("help is given however wrong the rest is") {
  CHECK(parse({"--help"})->wants_help);
  CHECK(parse({"-h"})->wants_help);
  CHECK(parse({"cp", "--help"})->wants_help);
}

TEST_CASE("what is wrong is said with what would be right") {
  const auto error_of = [](std::vector<std::string_view> words) {
    const auto line = parse(std::move(words));
    REQUIRE_FALSE(line);
    CHECK(line.error().exit_code == ExitCode::usage);
    return line.error().error;
  };
  CHECK(error_of({"lss"}).find("did you mean ls?") != std::string::npos);
  CHECK(error_of({"ls", "--humn", "a:/"}).find("malinka ls --help") != std::string::npos);
  CHECK(error_of({"--nonsense"}).find("--nonsense") != std::string::npos);
  CHECK(error_of({"ls", "-x", "a:/"}).find("-x") != std::string::npos);
  CHECK(error_of({"--hub"}).find("needs a value") != std::string::npos);
  CHECK(error_of({"--json=yes", "devices"}).find("takes no value") != std::string::npos);
  CHECK(error_of({"rm", "-r=yes", "a:/b"}).find("-=") != std::string::npos);
  CHECK(error_of({"ls"}).find("malinka ls DEV:PATH") != std::string::npos);
  CHECK(error_of({"mv", "a:/1", "a:/2", "a:/3"}).find("too much") != std::string::npos);
  CHECK(error_of({"run", "-z", "kitchen"}).find("behind --") != std::string::npos);
  CHECK(error_of({"--password", "x", "devices"}).find("--password") != std::string::npos);
}

TEST_CASE(
    "every verb has a summary, examples, a parser and a place in help, completion and man page") {
  for (const Verb* const verb : command_table()) {
    CAPTURE(verb->name);
    CHECK((verb->run != nullptr) == true);
    CHECK_FALSE(verb->summary.empty());
    CHECK(verb->examples.find("malinka") != std::string::npos);
    const std::string name(verb->name);
    CHECK(program_help().find("\n  " + name + " ") != std::string::npos);
    CHECK(verb_help(*verb).find("Examples") != std::string::npos);
    CHECK(make_man_page().find(".SS malinka " + name) != std::string::npos);
    for (const std::string& text : {bash_completion(), zsh_completion(), fish_completion()})
      CHECK(text.find(name) != std::string::npos);
  }
}

TEST_CASE("a verb answers to its other name, which completion knows too") {
  const auto line =
      parse_command_line(std::array<std::string_view, 3>{"shell", "-l", "kitchen"}, {});
  REQUIRE(line);
  CHECK(line->verb == find_verb("terminal"));
  CHECK(line->arguments.has("list"));
  CHECK(bash_completion().find("terminal|shell) ") != std::string::npos);
  CHECK(zsh_completion().find("'shell:") != std::string::npos);
}

TEST_CASE("names of devices are never evaluated by a shell that completes them") {
  CHECK(bash_completion().find("compgen") == std::string::npos);
  CHECK(bash_completion().find("eval") == std::string::npos);
  CHECK(zsh_completion().find("eval") == std::string::npos);
}

}  // namespace
}  // namespace malinka::cli
