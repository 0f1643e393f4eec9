#include <algorithm>

#include "mrz_text.h"

namespace cicada::host::lds {
namespace {

std::optional<base::Date> day_of(int century, std::string_view yymmdd) {
  if (yymmdd.size() != kDateSize || !std::ranges::all_of(yymmdd, is_digit)) return std::nullopt;
  const auto two = [yymmdd](std::size_t at) { return (yymmdd[at] - '0') * 10 + (yymmdd[at + 1] - '0'); };
  const base::Date date{std::chrono::year{century + two(0)}, std::chrono::month{static_cast<unsigned>(two(2))},
                        std::chrono::day{static_cast<unsigned>(two(4))}};
  if (!date.ok()) return std::nullopt;
  return date;
}

}  // namespace

std::optional<base::Date> birth_date_of(std::string_view yymmdd, base::Date today) {
  constexpr int kHundredYears = 100;
  const int this_century = static_cast<int>(today.year()) / kHundredYears * kHundredYears;
  for (const int century : {this_century, this_century - kHundredYears}) {
    const auto date = day_of(century, yymmdd);
    if (date && *date <= today) return date;
  }
  return std::nullopt;
}

MrzExpiry expiry_of(std::string_view issuing_state, std::string_view yymmdd) {
  if (issuing_state == "VNM" && yymmdd == kNoExpiry) return {.unlimited = true, .date = std::nullopt};
  return {.unlimited = false, .date = day_of(2000, yymmdd)};
}

std::string to_mrz_date(base::Date date) {
  const auto two = [](unsigned value) {
    return std::string{static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
  };
  return two(static_cast<unsigned>(static_cast<int>(date.year()) % 100)) + two(static_cast<unsigned>(date.month())) +
         two(static_cast<unsigned>(date.day()));
}

}  // namespace cicada::host::lds
