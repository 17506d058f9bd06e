// SPDX-License-Identifier: MIT
#include "agent/capability/tv/tv_state.h"

#include <utility>

#include "base/json.h"

namespace malinka::agent::tv {
namespace {

constexpr std::string_view nobody_answers =
    "no TV answers here: is it plugged in at the mains, and HDMI-CEC on in its settings (also "
    "called Anynet+, Bravia Sync, Simplink, VIERA Link or EasyLink)?";

std::string problem_of(const Port& port, const TvState& state) {
  if (!port.problem.empty()) return port.problem;
  if (port.is_settling) return "it has not found its place on the cable yet: try again";
  return std::string(state.silent.contains(port.device) ? nobody_answers : "");
}

Json describe(const Port& port, const TvState& state) {
  Json json = {{"device", port.device},
               {"physicalAddress", to_text(port.address)},
               {"hasTv", port.device == state.device}};
  if (std::string problem = problem_of(port, state); !problem.empty())
    json["problem"] = std::move(problem);
  return json;
}

}  // namespace

void TvState::take(const Port& port, const CecMessage& message) {
  if (const auto source = shown_source_in(message)) is_focused = *source == port.address;
  // What others are doing is no matter of the TV's.
  const bool is_of_sound = message.initiator() == television || message.initiator() == audio_system;
  if (const auto audio = audio_status_in(message); audio && is_of_sound) {
    volume_percent = audio->volume_percent;
    is_muted = audio->is_muted;
  }
  if (message.initiator() != television) return;
  if (const auto now = power_in(message)) set_power(*now);
  if (message.opcode() == Opcode::standby && message.is_to_everyone())
    set_power(Power::turning_off);
  if (const auto said = osd_name_in(message)) name = *said;
  if (const auto said = vendor_in(message)) vendor = vendor_text(*said);
}

/// One that sleeps shows nothing, and what it will do when it wakes up nobody knows.
void TvState::set_power(Power now) {
  power = now;
  if (now == Power::on || now == Power::turning_on) return;
  is_focused.reset();
  volume_percent.reset();
  is_muted.reset();
}

void TvState::forget() {
  TvState nothing;
  nothing.silent = std::move(silent);
  *this = std::move(nothing);
}

std::string explain_absence(const TvState& state, const std::vector<Port>& ports) {
  std::string text;
  if (!state.device.empty()) return text;
  for (const Port& port : ports) {
    const std::string problem = problem_of(port, state);
    if (problem.empty()) continue;
    if (!text.empty()) text += "; ";
    text += port.device + ": " + problem;
  }
  return text;
}

Json to_json(const PowerNews& news) {
  Json json = {{"power", to_text(news.power)}};
  if (news.is_focused) json["focused"] = *news.is_focused;
  return json;
}

Json to_json(const TvState& state, const std::vector<Port>& ports) {
  Json json = to_json(PowerNews{state.power, state.is_focused});
  if (state.volume_percent) json["volumePercent"] = *state.volume_percent;
  if (state.is_muted) json["muted"] = *state.is_muted;
  if (!state.name.empty()) json["name"] = state.name;
  if (!state.vendor.empty()) json["vendor"] = state.vendor;
  if (!state.problem.empty()) json["problem"] = state.problem;
  json["ports"] = Json::array();
  for (const Port& port : ports) {
    json["ports"].push_back(describe(port, state));
    if (port.device != state.device) continue;
    json["port"] = port.device;
    json["physicalAddress"] = to_text(port.address);
  }
  return json;
}

}  // namespace malinka::agent::tv
