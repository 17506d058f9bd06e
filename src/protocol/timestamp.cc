// SPDX-License-Identifier: MIT
#include "protocol/timestamp.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace malinka::protocol {
namespace {

using std::chrono::days;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::size_t kept_decimals = 9;

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// The number of `count` digits at `offset`, or nothing.
std::optional<int> digits_at(std::string_view text, std::size_t offset, std::size_t count) {
  int number = 0;
  for (const char character : text.substr(offset, count)) {
    if (!is_digit(character)) return std::nullopt;
    number = number * 10 + (character - '0');
  }
  return number;
}

/// `2026-11-22`.
std::optional<std::chrono::sys_days> parse_date(std::string_view text) {
  const auto year = digits_at(text, 0, 4);
  const auto month = digits_at(text, 5, 2);
  const auto day = digits_at(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

/// `.123`, or nothing at all: zero.
std::optional<nanoseconds> parse_decimals(std::string_view text) {
  if (text.empty()) return nanoseconds(0);
  const std::string_view decimals = text.substr(1);
  if (text[0] != '.' || decimals.empty() || !std::ranges::all_of(decimals, is_digit))
    return std::nullopt;
  std::int64_t number = 0;
  for (std::size_t i = 0; i < kept_decimals; ++i)
    number = number * 10 + (i < decimals.size() ? decimals[i] - '0' : 0);
  return nanoseconds(number);
}

/// `21:48:07.123`, at least eight characters.
std::optional<nanoseconds> parse_time_of_day(std::string_view text) {
  const auto hour = digits_at(text, 0, 2);
  const auto minute = digits_at(text, 3, 2);
  const auto second = digits_at(text, 6, 2);
  const auto decimals = parse_decimals(text.substr(8));
  if (!hour || !minute || !second || !decimals || text[2] != ':' || text[5] != ':')
    return std::nullopt;
  if (*hour == 23 && *minute == 59 && *second == 60) return days(1) - nanoseconds(1);
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + seconds(*second) + *decimals;
}

/// Years 0 to 9999 are RFC 3339's; Wall holds those from 1678 to 2261 whole.
Wall nearest_wall(std::chrono::sys_days date, nanoseconds time_of_day) {
  if (date <= std::chrono::ceil<days>(Wall::min())) return Wall::min();
  if (date >= std::chrono::floor<days>(Wall::max())) return Wall::max();
  return date + std::chrono::duration_cast<Wall::duration>(time_of_day);
}

}  // namespace

std::string format_timestamp(Wall time) {
  // In milliseconds from here on: in nanoseconds, the day of Wall::min() begins before it.
  const auto instant = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto day = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(instant - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<Wall> parse_timestamp(std::string_view text) {
  constexpr std::size_t shortest = std::string_view("2026-11-22T21:48:07Z").size();
  if (text.size() < shortest || text[10] != 'T' || text.back() != 'Z') return std::nullopt;
  const auto date = parse_date(text.substr(0, 10));
  const auto time_of_day = parse_time_of_day(text.substr(11, text.size() - 12));
  if (!date || !time_of_day) return std::nullopt;
  return nearest_wall(*date, *time_of_day);
}

}  // namespace malinka::protocol
