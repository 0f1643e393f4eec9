// N01, N02, N04 to N07, N09, N10.
#include <fmt/format.h>

#include <algorithm>

#include "cicada/host/issuance/vietnamese.h"
#include "notes.h"
#include "province_names.h"
#include "rule_groups.h"
#include "tables.h"

namespace cicada::host::issuance {
namespace {

constexpr std::size_t kNumberSize = 12;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Century and sex as the fourth digit has them: 0 and 1 for men and women of the 20th century, 2 and 3 of the 21st.
void check_meaning(std::string_view number, base::Date birth, char sex, base::Date scheme_ends, Notes& notes) {
  const int year = static_cast<int>(birth.year());
  const int century_digit = (year / 100 - 19) * 2;
  const int digit = number[3] - '0';
  const int year_digits = (number[4] - '0') * 10 + (number[5] - '0');
  // The circulars that fixed the meaning have ended: numbers given since then need not follow them.
  const auto severity = birth < scheme_ends ? Severity::hold : Severity::warn;
  if (year_digits != year % 100 || digit / 2 * 2 != century_digit) {
    notes.add("N04", severity,
              {fmt::format("the digits {} do not stand for the birth year {}", number.substr(3, 3), year),
               fmt::format("các chữ số {} không ứng với năm sinh {}", number.substr(3, 3), year)});
  } else if (sex != '<' && (digit % 2 == 1) != (sex == 'F')) {
    notes.add("N04", severity,
              {fmt::format("the digit {} stands for the other sex", digit),
               fmt::format("chữ số {} ứng với giới tính khác", digit)});
  }
}

/// N07: "000000000000", "012345678901", "987654321098".
bool is_test_number(std::string_view number) {
  const auto every_step = [&](int step) {
    return std::ranges::adjacent_find(number, [&](char a, char b) { return (b - a - step + 20) % 10 != 0; }) ==
           number.end();
  };
  return every_step(0) || every_step(1) || every_step(-1);
}

/// The province at the end of "xã ..., huyện ..., tỉnh Nam Định", folded; empty when that is no province.
std::string province_in(std::string_view place) {
  const auto comma = place.rfind(',');
  auto name = fold(comma == std::string_view::npos ? place : place.substr(comma + 1));
  for (const std::string_view prefix : {"tinh", "thanhpho", "tp."}) {
    if (name.starts_with(prefix) && is_province(name.substr(prefix.size()))) return name.substr(prefix.size());
  }
  return is_province(name) ? name : std::string{};
}

/// N06: the place of birth, when it names a province, against the number's first three digits.
void check_birth_place(int prefix, std::string_view place, Notes& notes) {
  const auto named = province_in(place);
  if (named.empty()) return;
  const auto* const province = province_of_prefix(prefix);
  if (province == nullptr) {
    notes.warn("N06", {fmt::format("{:03} is no province, but the place of birth is in one", prefix),
                       fmt::format("{:03} không phải mã tỉnh, nhưng nơi sinh ở trong nước", prefix)});
  } else if (fold(province->name) != named && fold(province->since_2025) != named) {
    notes.warn("N06", {fmt::format("{:03} is {}, the place of birth is elsewhere", prefix, province->name),
                       fmt::format("{:03} là mã {}, khác với nơi sinh", prefix, province->name)});
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
    if (dossier.document_number)
      notes.reject("N10", {"is for passports; a citizen card has the holder's number",
                           "chỉ dành cho hộ chiếu; thẻ căn cước dùng số định danh"});
    return;
  }
  if (!dossier.document_number || !is_passport_number(*dossier.document_number)) {
    notes.reject("N10", {"a passport's number is a letter and seven or eight digits",
                         "số hộ chiếu gồm một chữ cái và bảy hoặc tám chữ số"});
    return;
  }
  checked.document_number = *dossier.document_number;
}

void check_number(const Dossier& dossier, const Days& days, const CheckedDossier& checked, const Law& law,
                  Findings& findings) {
  const std::string_view number = dossier.number;
  Notes notes{findings, "number", number};
  if (number.size() != kNumberSize || !std::ranges::all_of(number, is_digit)) {
    notes.reject("N01", {"is not 12 digits", "không đủ 12 chữ số"});
    return;
  }
  if (is_test_number(number)) {
    notes.reject("N07", {"a test number: digits that are all the same, or in a row",
                         "số thử nghiệm: các chữ số giống nhau hoặc liên tiếp"});
    return;
  }
  const int prefix = (number[0] - '0') * 100 + (number[1] - '0') * 10 + (number[2] - '0');
  if (!is_known_prefix(prefix)) {
    notes.warn("N05", {fmt::format("{} is no province or country of birth", number.substr(0, 3)),
                       fmt::format("{} không phải mã tỉnh hoặc mã nước nơi đăng ký khai sinh", number.substr(0, 3))});
  } else {
    check_birth_place(prefix, checked.birth_place, notes);
  }
  if (days.birth) check_meaning(number, *days.birth, checked.sex, law.policy.number_scheme_ends, notes);
  const auto& context = law.context;
  if (context.already_issued && context.already_issued(number)) {
    notes.reject("N02",
                 {"a card with this number exists or is being made", "thẻ mang số này đã có hoặc đang được làm"});
  }
  const auto& cancelled = dossier.sources.cancelled_numbers;
  if (std::ranges::find(cancelled, number) != cancelled.end() || (context.cancelled && context.cancelled(number))) {
    notes.reject("N09", {"the number was cancelled", "số định danh đã bị hủy"});
  }
}

}  // namespace cicada::host::issuance
