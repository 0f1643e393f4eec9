// What the zone in DG1 may say (9303-3 §4.4 to §4.9, 9303-4 §4.2.2, 9303-5 §4.2.2, 9303-6 §4.2.2).
#include <algorithm>

#include "cicada/host/lds/dg1.h"
#include "mrz_text.h"
#include "notes.h"
#include "structure.h"

namespace cicada::host::lds {
namespace {

constexpr std::string_view kUnknownPart = "<<";

/// A passport book is P and a card A, C or I; the second letter is the State's, or a filler.
bool is_document_code(std::string_view code, MrzFormat format) {
  const std::string_view first = format == MrzFormat::td3 ? "P" : "ACI";
  return first.find(code[0]) != std::string_view::npos && (is_upper(code[1]) || code[1] == kFiller);
}

/// One to three letters, fillers behind them only.
bool is_state(std::string_view field) {
  const auto letters = std::ranges::find_if_not(field, is_upper);
  return letters != field.begin() && std::all_of(letters, field.end(), [](char c) { return c == kFiller; });
}

/// Is the part known, and in its range?
bool is_part(std::string_view part, int least, int most) {
  if (!is_digit(part[0]) || !is_digit(part[1])) return false;
  const int value = (part[0] - '0') * 10 + (part[1] - '0');
  return value >= least && value <= most;
}

/// YYMMDD of a day that exists in one of the centuries, `unknown` parts aside.
bool is_date(std::string_view date, bool may_be_unknown) {
  constexpr int kMonths = 12;
  constexpr int kDays = 31;
  const auto year = date.substr(0, 2);
  const auto month = date.substr(2, 2);
  const auto day = date.substr(4, 2);
  const auto fine = [may_be_unknown](std::string_view part, int least, int most) {
    return (may_be_unknown && part == kUnknownPart) || is_part(part, least, most);
  };
  if (!fine(year, 0, 99) || !fine(month, 1, kMonths) || !fine(day, 1, kDays)) return false;
  if (month == kUnknownPart || day == kUnknownPart) return true;
  // Of an unknown year, a leap year; 2000 was one, and 1900 none with 2000 beside it.
  const int century_year = year == kUnknownPart ? 0 : (year[0] - '0') * 10 + (year[1] - '0');
  const auto two = [](std::string_view part) { return static_cast<unsigned>((part[0] - '0') * 10 + (part[1] - '0')); };
  return base::Date{std::chrono::year{2000 + century_year}, std::chrono::month{two(month)}, std::chrono::day{two(day)}}
      .ok();
}

}  // namespace

Structure examine_mrz(base::ByteView file) {
  const auto dg1 = parse_dg1(file);
  if (!dg1) return {.unreadable = dg1.error()};
  const auto& mrz = dg1->mrz;
  const auto& layout = layout_of(mrz.fields.format);
  Structure found{.unreadable = {}, .deviations = mrz.deviations};
  const auto want = [&found](bool fine, std::string_view name) {
    if (!fine) note(found.deviations, name);
  };
  want(is_document_code(layout.code.of(mrz.text), mrz.fields.format), "mrz-document-code");
  want(is_state(layout.state.of(mrz.text)), "mrz-issuing-state");
  want(is_state(layout.nationality.of(mrz.text)), "mrz-nationality");
  want(!mrz.fields.primary_identifier.empty(), "mrz-without-name");
  want(is_date(mrz.fields.birth_date, true), "mrz-birth-date");
  want(is_date(mrz.fields.expiry_date, false), "mrz-expiry-date");
  want(mrz.checks_ok(), "mrz-check-digit");
  return found;
}

}  // namespace cicada::host::lds
