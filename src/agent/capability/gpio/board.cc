// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/board.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/number.h"
#include "base/try.h"

namespace malinka::agent::gpio {
namespace {

constexpr std::size_t chips_max = 16;
constexpr unsigned lines_per_chip_max = 1024;
/// How much of a name that a peer made up is repeated to it.
constexpr std::size_t quoted_bytes_max = 64;
/// Of the chips that have a Pi's header, whose lines are numbered as its GPIOs: 1 to 3, 4, and 5.
constexpr std::array<std::string_view, 3> header_labels = {"pinctrl-bcm2835", "pinctrl-bcm2711",
                                                           "pinctrl-rp1"};
/// Other boards with such a header call its lines so.
constexpr std::string_view header_line = "GPIO17";
constexpr std::string_view line_prefix = "GPIO";

bool has_pi_label(const BoardChip& chip) {
  return std::ranges::find(header_labels, chip.chip->info().label) != header_labels.end();
}

Line* find_by_name(BoardChip& chip, std::string_view name) {
  const auto found = std::ranges::find(chip.lines, name, &Line::kernel_name);
  return found == chip.lines.end() ? nullptr : &*found;
}

std::unique_ptr<BoardChip> describe_lines(std::unique_ptr<Chip> chip) {
  auto described = std::make_unique<BoardChip>();
  described->chip = std::move(chip);
  const unsigned count = std::min(described->chip->info().lines, lines_per_chip_max);
  described->lines.resize(count);
  for (unsigned offset = 0; offset < count; ++offset) {
    Line& line = described->lines[offset];
    line.chip = described->chip.get();
    line.offset = offset;
    if (const Result<LineInfo> info = line.chip->look(offset)) line.kernel_name = info->name;
  }
  return described;
}

/// n of GPIOn, by what the kernel calls the line, or by its place on a Pi's own chip.
std::optional<unsigned> pin_gpio(const BoardChip& chip, const Line& line) {
  if (has_pi_label(chip)) return line.offset;
  const std::string_view name = line.kernel_name;
  if (!name.starts_with(line_prefix)) return {};
  return base::parse_number<unsigned>(name.substr(line_prefix.size()));
}

std::string explain_open(const std::string& name, const Error& error) {
  if (error.code == std::errc::permission_denied)
    return fmt::format("may not open /dev/{}: add the agent's user to the group gpio", name);
  return fmt::format("{} cannot be used: {}", name, error.message());
}

}  // namespace

Board::Board(GpioDriver& driver, std::vector<LineSettings> settings)
    : driver_(driver), settings_(std::move(settings)) {}

void Board::refresh(const std::function<void(const Chip&)>& gone) {
  std::erase_if(chips_, [&](const auto& chip) {
    if (chip->chip->is_present()) return false;
    gone(*chip->chip);
    return true;
  });
  problems_.clear();
  open_new();
  choose_header();
  connect_settings();
  permit();
}

bool Board::is_stale() const {
  return chips_.empty() ||
         std::ranges::any_of(chips_, [](const auto& chip) { return !chip->chip->is_present(); });
}

void Board::open_new() {
  for (const std::string& name : driver_.chip_names()) {
    const auto is_it = [&](const auto& chip) { return chip->chip->info().name == name; };
    if (chips_.size() >= chips_max || std::ranges::any_of(chips_, is_it)) continue;
    Result<std::unique_ptr<Chip>> chip = driver_.open(name);
    if (chip)
      chips_.push_back(describe_lines(*std::move(chip)));
    else
      problems_.push_back(explain_open(name, chip.error()));
  }
  if (chips_.empty() && problems_.empty())
    problems_.emplace_back("there is no GPIO chip (/dev/gpiochip*) on this machine now");
}

/// By its label, by the names of its lines, else the first there is.
void Board::choose_header() {
  header_ = nullptr;
  const auto choose = [&](const auto& fits) {
    for (const auto& chip : chips_)
      if (header_ == nullptr && fits(*chip)) header_ = chip.get();
  };
  choose(has_pi_label);
  choose([](BoardChip& chip) { return find_by_name(chip, header_line) != nullptr; });
  choose([](const BoardChip&) { return true; });
}

void Board::connect_settings() {
  for (const auto& chip : chips_)
    for (Line& line : chip->lines) {
      line.settings = nullptr;
      line.is_named_twice = false;
    }
  for (const LineSettings& settings : settings_) connect(settings);
}

void Board::connect(const LineSettings& settings) {
  Line* const line = find_configured(settings);
  if (line == nullptr) {
    problems_.push_back(
        fmt::format("there is no line for [gpio.lines.{}] of agent.toml now: see line and chip "
                    "there",
                    settings.name));
  } else if (line->settings != nullptr) {
    line->is_named_twice = true;
    problems_.push_back(
        fmt::format("[gpio.lines.{}] and [gpio.lines.{}] of agent.toml mean the "
                    "same line: it may not be used until one of them is gone",
                    line->settings->name, settings.name));
  } else {
    line->settings = &settings;
  }
}

Line* Board::find_configured(const LineSettings& settings) {
  for (const auto& chip : chips_) {
    const ChipInfo& info = chip->chip->info();
    const bool is_it = settings.chip.empty()
                           ? chip.get() == header_
                           : settings.chip == info.label || settings.chip == info.name;
    if (!is_it) continue;
    if (const auto* const name = std::get_if<std::string>(&settings.line)) {
      if (Line* const line = find_by_name(*chip, *name)) return line;
    } else if (const unsigned offset = std::get<unsigned>(settings.line);
               offset < chip->lines.size()) {
      return &chip->lines[offset];
    }
  }
  return nullptr;
}

void Board::permit() {
  if (header_ == nullptr) return;
  if (!header_->uses) header_->uses = driver_.pin_uses(header_->chip->info().name);
  for (const auto& chip : chips_)
    for (Line& line : chip->lines) {
      line.is_on_header = chip.get() == header_;
      LineFacts facts{.settings = line.settings, .offset = line.offset};
      if (line.is_on_header) {
        if (const auto use = header_->uses->find(line.offset); use != header_->uses->end())
          line.use = use->second;
        facts.pin_gpio = pin_gpio(*chip, line);
        facts.use = line.use;
      } else {
        facts.chip = chip->chip->info().label;
      }
      line.permission = permission_of(facts);
      if (line.is_named_twice)
        line.permission = {LineAccess::none, "two tables of agent.toml mean it: remove one"};
    }
}

Attempt<Line*> Board::find(const Json& line) {
  if (header_ == nullptr)
    return no(ResponseCode::not_supported,
              problems_.empty() ? "there is no GPIO chip" : problems_[0]);
  return line.is_string() ? find_name(line.get_ref<const std::string&>()) : find_number(line);
}

Attempt<Line*> Board::find_number(const Json& number) {
  const double offset = number.get<double>();
  if (offset < 0 || offset >= static_cast<double>(header_->lines.size()))
    return no(ResponseCode::not_found,
              fmt::format("there is no line {:.0f}: {} has lines 0 to {}", offset,
                          header_->chip->info().label, header_->lines.size() - 1));
  return &header_->lines[static_cast<std::size_t>(offset)];
}

/// A name of agent.toml means that line, also where the kernel calls another one so.
Attempt<Line*> Board::find_name(const std::string& name) {
  const auto configured = std::ranges::find(settings_, name, &LineSettings::name);
  if (configured != settings_.end()) {
    Line* const line = find_configured(*configured);
    if (line != nullptr && line->settings == &*configured) return line;
    return no(ResponseCode::not_found,
              fmt::format("the line of [gpio.lines.{}] is not there now", name));
  }
  if (Line* const line = name.empty() ? nullptr : find_by_name(*header_, name)) return line;
  return no(ResponseCode::not_found,
            fmt::format("no line is called \"{}\": names are those of [gpio.lines] in the device's "
                        "agent.toml and the kernel's, as GPIO17",
                        name.substr(0, quoted_bytes_max)));
}

std::vector<std::string> Board::problems() const {
  std::vector<std::string> all = problems_;
  for (const auto& chip : chips_)
    for (const Line& line : chip->lines)
      if (!line.problem.empty()) all.push_back(line.problem);
  return all;
}

}  // namespace malinka::agent::gpio
