// LDS_B: numbers, dates and check digits of the MRZ (9303-3 §4.8, §4.9; 9303-5 §4.2.4 for long numbers).
#include <array>

#include <fmt/format.h>

#include "mrz.h"
#include "text_rules.h"

namespace cicada::conformance::lds {
namespace {

Judged<void> need_digit(char found, char wanted, std::string_view of, std::size_t at) {
  if (found == wanted) return {};
  return breaks(fmt::format("the check digit of {} is '{}', computed is {}", of,
                            printable(base::as_bytes(std::string_view{&found, 1})), wanted),
                at);
}

Judged<void> need_mrz_text(std::string_view text, std::string_view of, std::size_t at) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_mrz_text(text.substr(i, 1))) {
      return breaks(fmt::format("'{}' in {}, only A to Z, 0 to 9 and '<' may stand there",
                                printable(base::as_bytes(text.substr(i, 1))), of),
                    at + i);
    }
  }
  return {};
}

/// TD1 and TD2: a number of more than nine characters goes on in the optional data, then comes its check digit and '<'.
Judged<void> long_number(const Mrz& mrz) {
  const auto optional = mrz[mrz.layout->optional];
  const auto at = mrz.offset(mrz.layout->optional);
  const auto end = optional.find('<');
  if (end == std::string_view::npos || end < 2) {
    return breaks(
        "the check digit of the document number is '<', so its rest, its check digit and '<' have to begin the "
        "optional "
        "data",
        at);
  }
  if (mrz[mrz.layout->number].contains('<')) {
    return breaks("a document number that goes on in the optional data has all nine characters before", at);
  }
  const auto rest = optional.substr(0, end - 1);
  const auto whole = std::string{mrz[mrz.layout->number]} + std::string{rest};
  return need_digit(optional[end - 1], check_digit(whole), "the long document number", at + end - 1);
}

Verdict document_number(const Evidence& evidence) {
  CICADA_TRY(const auto mrz, mrz_of(evidence));
  const auto number = mrz[mrz.layout->number];
  const auto at = mrz.offset(mrz.layout->number);
  CICADA_CHECK(need_mrz_text(number, "the document number", at));
  if (number.find_first_not_of('<') == std::string_view::npos) return breaks("the document number is empty", at);
  const char digit = mrz[mrz.layout->number_digit][0];
  if (digit == '<' && mrz.layout->format != MrzFormat::td3) {
    CICADA_CHECK(long_number(mrz));
    return std::string{"a long document number with its check digit"};
  }
  CICADA_CHECK(need_digit(digit, check_digit(number), "the document number", mrz.offset(mrz.layout->number_digit)));
  return std::string{"a document number with its check digit"};
}

/// YYMMDD that some century has; a part of a date of birth may be "<<" (9303-3 §4.8).
Judged<void> date_rules(std::string_view date, Unknown unknown, std::string_view what, std::size_t at) {
  std::array<std::optional<unsigned>, 3> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto text = date.substr(2 * i, 2);
    if (text == "<<" && unknown == Unknown::allowed) continue;
    if (!is_digits(text)) {
      return breaks(fmt::format("{} is '{}', YYMMDD is wanted", what, printable(base::as_bytes(date))), at + 2 * i);
    }
    parts.at(i) = static_cast<unsigned>(text[0] - '0') * 10 + static_cast<unsigned>(text[1] - '0');
  }
  // Of two digits: 00 may be 2000, which is a leap year.
  const auto year = parts[0] ? std::optional{2000 + *parts[0]} : std::nullopt;
  const bool month_ok = !parts[1] || (*parts[1] >= 1 && *parts[1] <= 12);
  if (!month_ok || (parts[2] && (*parts[2] == 0 || *parts[2] > days_in_month(parts[1].value_or(1), year)))) {
    return breaks(fmt::format("{} is {}, a day that the calendar does not have", what, date), at);
  }
  return {};
}

Verdict date_field(const Evidence& evidence, Part MrzLayout::* field, Part MrzLayout::* digit, Unknown unknown,
                   std::string_view what) {
  CICADA_TRY(const auto mrz, mrz_of(evidence));
  const auto part = mrz.layout->*field;
  const auto date = mrz[part];
  CICADA_CHECK(date_rules(date, unknown, what, mrz.offset(part)));
  const auto digit_part = mrz.layout->*digit;
  CICADA_CHECK(need_digit(mrz[digit_part][0], check_digit(date), what, mrz.offset(digit_part)));
  return fmt::format("{} with its check digit", what);
}

Verdict optional_data(const Evidence& evidence) {
  CICADA_TRY(const auto mrz, mrz_of(evidence));
  const auto& layout = *mrz.layout;
  const auto optional = mrz[layout.optional];
  CICADA_CHECK(need_mrz_text(optional, "the optional data", mrz.offset(layout.optional)));
  CICADA_CHECK(need_mrz_text(mrz[layout.optional_2], "the optional data", mrz.offset(layout.optional_2)));
  if (layout.format != MrzFormat::td3) return std::string{"characters of the MRZ"};
  const char digit = mrz[layout.optional_digit][0];
  const bool empty = optional.find_first_not_of('<') == std::string_view::npos;
  if (empty && digit == '<') return std::string{"no optional data"};
  CICADA_CHECK(need_digit(digit, check_digit(optional), "the optional data", mrz.offset(layout.optional_digit)));
  return std::string{empty ? "no optional data" : "optional data with their check digit"};
}

Verdict composite(const Evidence& evidence) {
  CICADA_TRY(const auto mrz, mrz_of(evidence));
  CICADA_CHECK(need_digit(mrz[mrz.layout->composite][0], composite_check_digit(mrz), "the whole",
                          mrz.offset(mrz.layout->composite)));
  return std::string{"the composite check digit"};
}

constexpr std::array<Entry, 5> kChecks = {{
    {"dg1-document-number", check<document_number>},
    {"dg1-date-of-birth", check<[](const Evidence& e) {
       return date_field(e, &MrzLayout::birth, &MrzLayout::birth_digit, Unknown::allowed, "the date of birth");
     }>},
    {"dg1-date-of-expiry", check<[](const Evidence& e) {
       return date_field(e, &MrzLayout::expiry, &MrzLayout::expiry_digit, Unknown::refused, "the date of expiry");
     }>},
    {"dg1-optional-data", check<optional_data>},
    {"dg1-composite-check-digit", check<composite>},
}};

}  // namespace

std::span<const Entry> mrz_number_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
