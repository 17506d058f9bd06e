// SPDX-License-Identifier: MIT
#include "cli/command_table.h"

#include <array>

namespace malinka::cli {

extern const Verb devices_verb;
extern const Verb describe_verb;
extern const Verb watch_verb;
extern const Verb ls_verb;
extern const Verb cp_verb;
extern const Verb mv_verb;
extern const Verb rm_verb;
extern const Verb mkdir_verb;
extern const Verb run_verb;
extern const Verb jobs_verb;
extern const Verb output_verb;
extern const Verb cancel_verb;
extern const Verb terminal_verb;
extern const Verb telemetry_verb;
extern const Verb gpio_verb;
extern const Verb tv_verb;
extern const Verb trust_verb;
extern const Verb pair_verb;
extern const Verb login_verb;
extern const Verb doctor_verb;
extern const Verb status_verb;
extern const Verb completion_verb;
extern const Verb help_verb;

namespace {

constexpr std::array verbs = {
    &devices_verb,  // who is there
    &describe_verb,   &watch_verb,
    &ls_verb,  // files
    &cp_verb,         &mv_verb,     &rm_verb,     &mkdir_verb,
    &run_verb,  // commands
    &jobs_verb,       &output_verb, &cancel_verb, &terminal_verb,
    &telemetry_verb,  // the board
    &gpio_verb,       &tv_verb,
    &login_verb,  // who may come in
    &pair_verb,       &trust_verb,
    &doctor_verb,  // this device
    &status_verb,  // this program
    &completion_verb, &help_verb,
};

}  // namespace

std::span<const Verb* const> command_table() { return verbs; }

const Verb* find_verb(std::string_view name) {
  for (const Verb* const verb : verbs)
    if (verb->name == name || (!verb->alias.empty() && verb->alias == name)) return verb;
  return nullptr;
}

std::vector<std::string> verb_names() {
  std::vector<std::string> names;
  names.reserve(verbs.size());
  for (const Verb* const verb : verbs) {
    names.emplace_back(verb->name);
    if (!verb->alias.empty()) names.emplace_back(verb->alias);
  }
  return names;
}

}  // namespace malinka::cli
