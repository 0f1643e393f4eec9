// N01, N02, N04, N05, N07, N10.
#include <fmt/format.h>

#include <algorithm>

#include "notes.h"
#include "rule_groups.h"
#include "tables.h"

namespace cicada::host::issuance {
namespace {

constexpr std::size_t kNumberSize = 12;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Century and sex as the fourth digit has them: 0 and 1 for men and women of the 20th century, 2 and 3 of the 21st.
void check_meaning(std::string_view number, base::Date birth, char sex, Notes& notes) {
  const int year = static_cast<int>(birth.year());
  const int century_digit = (year / 100 - 19) * 2;
  const int digit = number[3] - '0';
  const int year_digits = (number[4] - '0') * 10 + (number[5] - '0');
  // The circulars that fixed the meaning ended on 1 July 2024: numbers given since then need not follow them.
  using namespace std::chrono;
  const bool old_scheme = birth < base::Date{std::chrono::year{2024}, July, day{1}};
  const auto severity = old_scheme ? Severity::hold : Severity::warn;
  if (year_digits != year % 100 || digit / 2 * 2 != century_digit) {
    notes.add("N04", severity,
              fmt::format("the digits {} do not stand for the birth year {}", number.substr(3, 3), year));
  } else if (sex != '<' && (digit % 2 == 1) != (sex == 'F')) {
    notes.add("N04", severity, fmt::format("the digit {} stands for the other sex", digit));
  }
}

/// What a Vietnamese passport has: a letter and seven or eight digits.
bool is_passport_number(std::string_view number) {
  return (number.size() == 8 || number.size() == 9) && number[0] >= 'A' && number[0] <= 'Z' &&
         std::ranges::all_of(number.substr(1), is_digit);
}

}  // namespace

void check_document_number(const Dossier& dossier, bool passport, CheckedDossier& checked, Findings& findings) {
  Notes notes{findings, "document_number", dossier.document_number.value_or("null")};
  if (!passport) {
    if (dossier.document_number) notes.reject("N10", "is for passports; a citizen card has the holder's number");
    return;
  }
  if (!dossier.document_number || !is_passport_number(*dossier.document_number)) {
    notes.reject("N10", "a passport's number is a letter and seven or eight digits");
    return;
  }
  checked.document_number = *dossier.document_number;
}

void check_number(const Dossier& dossier, const Days& days, char sex, const RuleContext& context, Findings& findings) {
  const std::string_view number = dossier.number;
  Notes notes{findings, "number", number};
  if (number.size() != kNumberSize || !std::ranges::all_of(number, is_digit)) {
    notes.reject("N01", "is not 12 digits");
    return;
  }
  if (std::ranges::all_of(number, [&](char c) { return c == number[0]; })) {
    notes.reject("N07", "all digits are the same");
    return;
  }
  const int prefix = (number[0] - '0') * 100 + (number[1] - '0') * 10 + (number[2] - '0');
  if (!is_known_prefix(prefix))
    notes.warn("N05", fmt::format("{} is no province or country of birth", number.substr(0, 3)));
  if (days.birth) check_meaning(number, *days.birth, sex, notes);
  if (context.already_issued && context.already_issued(number)) {
    notes.reject("N02", "a card with this number exists or is being made");
  }
}

}  // namespace cicada::host::issuance
