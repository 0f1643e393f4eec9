#include "cicada/base/clock.h"

#include <fmt/format.h>

namespace cicada::base {
namespace {

/// -1 if any character is not a digit.
int number(std::string_view digits) noexcept {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

Result<Date> parse_iso_date(std::string_view text) {
  constexpr Error kForm{.fault = Fault::bad_input, .what = "not a date of the form YYYY-MM-DD"};
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return fail(kForm);
  const int year = number(text.substr(0, 4));
  const int month = number(text.substr(5, 2));
  const int day = number(text.substr(8, 2));
  if (year < 0 || month < 0 || day < 0) return fail(kForm);
  const Date date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                  std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return fail({.fault = Fault::bad_input, .what = "a day that the calendar does not have"});
  return date;
}

std::string to_iso_date(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string to_iso_instant(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::hh_mm_ss time{instant - day};
  return fmt::format("{}T{:02}:{:02}:{:02}Z", to_iso_date(Date{day}), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

Date date_of(Instant instant) {
  return Date{std::chrono::floor<std::chrono::days>(instant)};
}

Instant SystemClock::now() const {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace cicada::base
