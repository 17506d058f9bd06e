// SPDX-License-Identifier: MIT
#include "base/options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>

#include "base/json.h"
#include "base/man_page.h"
#include "base/number.h"
#include "base/try.h"

namespace malinka::base {

struct Options::State {
  struct Value {
    std::string text;
    Origin origin;
  };
  std::map<std::string, Value, std::less<>> values;
  Json file = Json::object();
  std::string file_path;
};

namespace {

constexpr int usage_error = 2;

std::string file_key(std::string_view name) {
  std::string key(name);
  std::ranges::replace(key, '-', '_');
  return key;
}

std::string environment_name(std::string_view name) {
  std::string variable = "MALINKA_" + file_key(name);
  std::ranges::transform(variable, variable.begin(), [](unsigned char letter) {
    return static_cast<char>(std::toupper(letter));
  });
  return variable;
}

Exit usage(const ProgramSpec& program, const std::string& problem) {
  const std::string name(program.name);
  return {usage_error, name + ": " + problem + "\nTry '" + name + " --help'.\n"};
}

/// What the command line said, before it is merged with the rest.
struct Flags {
  std::string config;
  std::map<std::string, std::string, std::less<>> values;
};

std::expected<Flags, Exit> read_flags(const ProgramSpec& program, int argc,
                                      const char* const* argv) {
  CLI::App app{std::string(program.about), std::string(program.name)};
  app.set_version_flag("--version", std::string(program.name) + " " MALINKA_VERSION);
  app.footer(std::string(program.examples));
  bool is_man_page_wanted = false;
  app.add_flag("--man-page", is_man_page_wanted)->group("");  // Hidden: for the build.
  Flags flags;
  app.add_option("--config", flags.config,
                 "configuration file [" + std::string(program.config_path) + "]")
      ->type_name("FILE");
  for (const OptionSpec& option : program.options) {
    if (option.kind == OptionKind::not_flag) continue;
    const std::string flag = "--" + std::string(option.name);
    const std::string about(option.about);
    auto set = [&flags, name = std::string(option.name)](const std::string& value) {
      flags.values[name] = value;
    };
    if (option.kind == OptionKind::toggle)
      app.add_flag_callback(flag, [set] { set("true"); }, about);
    else
      app.add_option_function<std::string>(flag, set, about)
          ->type_name(std::string(option.placeholder));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(Exit{0, app.help()});
  } catch (const CLI::CallForVersion& version) {
    return std::unexpected(Exit{0, std::string(version.what()) + "\n"});
  } catch (const CLI::ParseError& error) {
    return std::unexpected(usage(program, error.what()));
  }
  if (is_man_page_wanted) return std::unexpected(Exit{0, make_man_page(program)});
  return flags;
}

bool is_known_key(const ProgramSpec& program, std::string_view key) {
  return std::ranges::find(program.tables, key) != program.tables.end() ||
         std::ranges::any_of(program.options, [key](const OptionSpec& option) {
           return file_key(option.name) == key;
         });
}

std::expected<Json, Exit> read_config(const ProgramSpec& program, const std::string& path,
                                      bool is_required) {
  Result<Json> file = read_toml(path);
  if (!file) {
    if (!is_required && file.error().code == std::errc::no_such_file_or_directory)
      return Json::object();
    return std::unexpected(usage(program, file.error().message()));
  }
  for (const auto& [key, value] : file->items())
    if (!is_known_key(program, key))
      return std::unexpected(usage(program, path + ": unknown key `" + key + "`"));
  return *file;
}

/// A scalar as the flag of the same name would have given it; nothing for tables and lists.
std::optional<std::string> scalar_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_structured() || value.is_null()) return std::nullopt;
  return dump_json(value);
}

}  // namespace

std::expected<Options, Exit> Options::read(const ProgramSpec& program, int argc,
                                           const char* const* argv) {
  const Flags flags = TRY(read_flags(program, argc, argv));
  auto state = std::make_shared<State>();

  const char* const named = std::getenv("MALINKA_CONFIG");
  const std::string asked = !flags.config.empty() ? flags.config : named != nullptr ? named : "";
  const std::string path = asked.empty() ? std::string(program.config_path) : asked;
  state->file = TRY(read_config(program, path, !asked.empty()));
  if (!asked.empty() || !state->file.empty()) state->file_path = path;

  for (const OptionSpec& option : program.options) {
    const std::string name(option.name);
    if (const auto flag = flags.values.find(name); flag != flags.values.end()) {
      state->values[name] = {flag->second, Origin::flag};
    } else if (const char* const variable = std::getenv(environment_name(name).c_str())) {
      state->values[name] = {variable, Origin::environment};
    } else if (const Json* const key = find_member(state->file, file_key(name))) {
      if (const auto text = scalar_text(*key)) state->values[name] = {*text, Origin::file};
    }
  }
  Options options;
  options.state_ = std::move(state);
  return options;
}

std::optional<std::string> Options::text(std::string_view name) const {
  const auto found = state_->values.find(name);
  if (found == state_->values.end()) return std::nullopt;
  return found->second.text;
}

Origin Options::origin(std::string_view name) const {
  const auto found = state_->values.find(name);
  return found == state_->values.end() ? Origin::nowhere : found->second.origin;
}

bool Options::is_set(std::string_view name) const {
  const std::optional<std::string> value = text(name);
  return value && !value->empty() && *value != "false" && *value != "0";
}

Result<bool> Options::truth(std::string_view name, bool fallback) const {
  const std::optional<std::string> value = text(name);
  if (!value) return fallback;
  if (*value == "true") return true;
  if (*value == "false") return false;
  return fail(std::errc::invalid_argument,
              std::string(name) + " must be true or false, not `" + *value + "`");
}

Result<std::uint64_t> Options::number(std::string_view name, std::uint64_t fallback,
                                      std::uint64_t min, std::uint64_t max) const {
  const std::optional<std::string> value = text(name);
  if (!value) return fallback;
  const auto number = parse_number<std::uint64_t>(*value);
  if (number && *number >= min && *number <= max) return *number;
  return fail(std::errc::invalid_argument, std::string(name) + " must be a number from " +
                                               std::to_string(min) + " to " + std::to_string(max) +
                                               ", not `" + *value + "`");
}

const Json& Options::file() const { return state_->file; }
const std::string& Options::file_path() const { return state_->file_path; }

}  // namespace malinka::base
