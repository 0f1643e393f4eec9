// D01, D03, D05, D06, D07.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/host/issuance/vietnamese.h"
#include "cicada/host/lds/dg13.h"
#include "notes.h"
#include "rule_groups.h"

namespace cicada::host::issuance {
namespace {

using base::Date;
using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::years;

constexpr int kMinAge = 14;  ///< Law of 2014, art. 19
constexpr std::array kBands{25, 40, 60};
constexpr int kGrace = 2;  ///< years before a band in which a card already lasts for the next one

/// The day somebody becomes `age`. 29 February is the 28th (or, when `late`, 1 March) in a year without one.
Date birthday(Date birth, int age, bool late = false) {
  const Date same{birth.year() + years{age}, birth.month(), birth.day()};
  if (same.ok()) return same;
  return late ? Date{same.year(), month{3}, day{1}} : Date{same.year(), month{2}, day{28}};
}

/// The numbers that stand in a text, left to right, at most `numbers.size()`; and how many there are.
std::size_t numbers_in(std::string_view text, std::array<int, 4>& numbers) {
  std::size_t count = 0;
  bool inside = false;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (digit && !inside && count < numbers.size()) numbers.at(count++) = 0;
    if (digit && count <= numbers.size()) {
      auto& number = numbers.at(count - 1);
      number = std::min(number * 10 + (c - '0'), 99'999);
    }
    inside = digit;
  }
  return count;
}

bool has_iso_form(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  return std::ranges::equal(text, kForm,
                            [](char c, char form) { return form == 'd' ? c >= '0' && c <= '9' : c == form; });
}

/// Day or month is missing or zero: "1975", "1975-06", "00/00/1975".
bool is_incomplete(std::string_view text) {
  std::array<int, 4> numbers{};
  const auto count = numbers_in(text, numbers);
  return count < 3 || std::ranges::any_of(numbers.begin(), numbers.begin() + 3, [](int number) { return number == 0; });
}

std::string why_no_day(std::string_view text) {
  if (!has_iso_form(text)) return "is not a date of the form YYYY-MM-DD";
  std::array<int, 4> numbers{};
  numbers_in(text, numbers);
  if (numbers[1] > 12 && numbers[2] <= 12) return "no such month; day and month look swapped";
  return "no such day in the calendar";
}

std::optional<Date> read_day(std::string_view field, std::string_view text, Findings& findings) {
  Notes notes{findings, field, text};
  if (has_iso_form(text)) {
    if (const auto date = base::parse_iso_date(text)) return *date;
  }
  if (field == "birth_date" && is_incomplete(text)) {
    notes.reject("D01", "day or month of birth is missing; the law wants the whole date");
  } else {
    notes.reject("D03", why_no_day(text));
  }
  return std::nullopt;
}

void check_birth(const Dossier& dossier, const Days& days, bool passport, Findings& findings) {
  Notes notes{findings, "birth_date", dossier.birth_date};
  if (!days.birth) return;
  if (days.birth->year() < year{1900}) {
    notes.reject("D03", "the year is before 1900");
  } else if (!passport && days.issue && *days.birth <= *days.issue && *days.issue < birthday(*days.birth, kMinAge)) {
    notes.reject("D05", fmt::format("under {} years on {}, the day of issue", kMinAge, base::to_iso_date(*days.issue)));
  }
}

void check_issue(const Dossier& dossier, const Days& days, Date today, Findings& findings) {
  Notes notes{findings, "issue_date", dossier.issue_date};
  if (!days.issue) return;
  if (*days.issue > today) notes.reject("D06", fmt::format("is in the future (today is {})", base::to_iso_date(today)));
  if (days.birth && *days.issue < *days.birth) notes.reject("D06", "is before the day of birth");
}

/// What the record says about the end of the card.
struct Expiry {
  bool readable = false;
  std::optional<Date> date;  ///< nothing: unlimited
};

Expiry read_expiry(const Dossier& dossier, Findings& findings) {
  if (!dossier.expiry_date) return {.readable = true, .date = std::nullopt};
  const auto& text = *dossier.expiry_date;
  Notes notes{findings, "expiry_date", text};
  if (to_nfc(text).value_or("") == lds::kUnlimitedText) return {.readable = true, .date = std::nullopt};
  if (text == "2099-12-31" || text == "1999-12-31") {
    notes.reject("D07", "is how the machine readable zone says unlimited; write null");
    return {};
  }
  if (std::ranges::none_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    notes.reject("D07", fmt::format("is neither a date nor \"{}\"", lds::kUnlimitedText));
    return {};
  }
  const auto date = read_day("expiry_date", text, findings);
  return {.readable = date.has_value(), .date = date};
}

/// The expiry against the age bands. A leap day's child may have either neighbour as birthday.
void check_expiry(const Dossier& dossier, const Days& days, const Expiry& expiry, Findings& findings) {
  if (!expiry.readable || !days.birth || !days.issue || *days.issue < *days.birth) return;
  Notes notes{findings, "expiry_date", dossier.expiry_date.value_or("null")};
  const auto expected = expiry_by_age(*days.birth, *days.issue);
  if (!expected) {
    if (expiry.date) notes.reject("D07", "a card of this age has no expiry; write null");
    return;
  }
  if (!expiry.date) {
    notes.reject("D07", fmt::format("a card of this age ends on {}", base::to_iso_date(*expected)));
    return;
  }
  const int age = static_cast<int>(expected->year()) - static_cast<int>(days.birth->year());
  if (*expiry.date != *expected && *expiry.date != birthday(*days.birth, age, true)) {
    notes.reject("D06", fmt::format("must be {}, the birthday of {}", base::to_iso_date(*expected), age));
  }
}

/// A passport ends ten years after its issue, five when it is issued to somebody under 14 (Law on exit and entry of
/// 2019, art. 7), or earlier.
void check_passport_expiry(const Dossier& dossier, const Days& days, const Expiry& expiry, Findings& findings) {
  constexpr int kYears = 10;
  constexpr int kYearsOfChildren = 5;
  if (!expiry.readable || !days.birth || !days.issue || *days.issue < *days.birth) return;
  Notes notes{findings, "expiry_date", dossier.expiry_date.value_or("null")};
  if (!expiry.date) {
    notes.reject("D07", "a passport has an expiry");
    return;
  }
  const int most = *days.issue < birthday(*days.birth, kMinAge) ? kYearsOfChildren : kYears;
  const auto latest = birthday(*days.issue, most);
  if (*expiry.date <= *days.issue || *expiry.date > latest) {
    notes.reject("D06", fmt::format("must be after the day of issue and not after {}", base::to_iso_date(latest)));
  }
}

}  // namespace

std::optional<Date> expiry_by_age(Date birth, Date issue) {
  for (const int band : kBands) {
    if (issue < birthday(birth, band - kGrace)) return birthday(birth, band);
  }
  return std::nullopt;
}

Days check_dates(const Dossier& dossier, const RuleContext& context, CheckedDossier& checked, Findings& findings) {
  const Days days{.birth = read_day("birth_date", dossier.birth_date, findings),
                  .issue = read_day("issue_date", dossier.issue_date, findings)};
  check_birth(dossier, days, context.passport, findings);
  check_issue(dossier, days, context.today, findings);
  const auto expiry = read_expiry(dossier, findings);
  if (context.passport) {
    check_passport_expiry(dossier, days, expiry, findings);
  } else {
    check_expiry(dossier, days, expiry, findings);
  }
  checked.birth_date = days.birth.value_or(Date{});
  checked.issue_date = days.issue.value_or(Date{});
  checked.expiry_date = expiry.date;
  return days;
}

}  // namespace cicada::host::issuance
