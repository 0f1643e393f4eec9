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

/// Under it a passport lasts five years only (Law on exit and entry of 2019, art. 7).
constexpr int kPassportAge = 14;

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

Said why_no_day(std::string_view text) {
  if (!has_iso_form(text)) return {"is not a date of the form YYYY-MM-DD", "không phải ngày theo dạng YYYY-MM-DD"};
  std::array<int, 4> numbers{};
  numbers_in(text, numbers);
  if (numbers[1] > 12 && numbers[2] <= 12)
    return {"no such month; day and month look swapped", "không có tháng này; có lẽ ngày và tháng bị đảo"};
  return {"no such day in the calendar", "không có ngày này trong lịch"};
}

/// D05: may somebody of this age have a card, and so?
void check_age(const Dossier& dossier, const Days& days, const Law& law, Findings& findings) {
  if (!days.birth || !days.issue || *days.birth > *days.issue) return;
  const auto at = std::max(*days.of_age(), *days.birth);
  const auto under = [&](unsigned age) { return at < birthday(*days.birth, static_cast<int>(age)); };
  const auto& ages = law.policy.ages;
  const auto when = base::to_iso_date(at);
  const bool captured = days.captured.has_value();
  if (under(ages.card)) {
    Notes{findings, "birth_date", dossier.birth_date}.reject(
        "D05", {fmt::format("under {} years on {}, the day of {}", ages.card, when, captured ? "capture" : "issue"),
                fmt::format("chưa đủ {} tuổi vào ngày {}, ngày {}", ages.card, when, captured ? "thu nhận" : "cấp")});
    return;
  }
  if (under(ages.face) && !dossier.portrait.empty()) {
    Notes{findings, "portrait", dossier.portrait}.reject(
        "D05", {fmt::format("a card for somebody under {} years has no portrait", ages.face),
                fmt::format("thẻ cấp cho người dưới {} tuổi không có ảnh", ages.face)});
  }
  const auto& prints = dossier.sources.fingerprints;
  if (under(ages.face) && prints && !prints->fingers.empty()) {
    Notes{findings, "sources.fingerprints", ""}.reject(
        "D05", {fmt::format("fingerprints of somebody under {} years are not taken", ages.face),
                fmt::format("không thu nhận vân tay người dưới {} tuổi", ages.face)});
  }
  if (under(ages.guardian) && dossier.sources.guardian.value_or("").empty()) {
    Notes{findings, "sources.guardian", ""}.reject(
        "D05", {fmt::format("under {} years on {}: a guardian must be named", ages.guardian, when),
                fmt::format("dưới {} tuổi vào ngày {}: phải có người giám hộ hoặc đại diện", ages.guardian, when)});
  }
}

void check_issue(const Dossier& dossier, const Days& days, const Law& law, Findings& findings) {
  const auto today = law.context.today;
  Notes notes{findings, "issue_date", dossier.issue_date};
  if (!days.issue) return;
  if (*days.issue > today)
    notes.reject("D06", {fmt::format("is in the future (today is {})", base::to_iso_date(today)),
                         fmt::format("là ngày trong tương lai (hôm nay là {})", base::to_iso_date(today))});
  if (days.birth && *days.issue < *days.birth) notes.reject("D06", {"is before the day of birth", "trước ngày sinh"});
  if (days.captured && *days.issue < *days.captured) {
    notes.reject("D06", {"is before the day of capture", "trước ngày thu nhận hồ sơ"});
  }
  const auto& policy = law.policy;
  if (law.context.policy != nullptr && (*days.issue < policy.from || (policy.until && *days.issue > *policy.until))) {
    notes.reject("D06", {fmt::format("policy {} does not hold on that day", policy.name),
                         fmt::format("chính sách {} không áp dụng vào ngày đó", policy.name)});
  }
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
    notes.reject("D07", {"is how the machine readable zone says unlimited; write null",
                         "là cách dòng MRZ ghi không thời hạn; hãy ghi null"});
    return {};
  }
  if (std::ranges::none_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    notes.reject("D07", {fmt::format("is neither a date nor \"{}\"", lds::kUnlimitedText),
                         fmt::format("không phải ngày, cũng không phải \"{}\"", lds::kUnlimitedText)});
    return {};
  }
  const auto date = read_day("expiry_date", text, findings);
  return {.readable = date.has_value(), .date = date};
}

/// The expiry against the age bands. A leap day's child may have either neighbour as birthday.
void check_expiry(const Dossier& dossier, const Days& days, const Expiry& expiry, const Policy::Expiry& bands,
                  Findings& findings) {
  if (!expiry.readable || !days.birth || !days.issue || *days.issue < *days.birth) return;
  Notes notes{findings, "expiry_date", dossier.expiry_date.value_or("null")};
  const auto expected = expiry_by_age(*days.birth, *days.issue, bands);
  if (!expected) {
    if (expiry.date)
      notes.reject("D07",
                   {"a card of this age has no expiry; write null", "thẻ ở tuổi này không có thời hạn; hãy ghi null"});
    return;
  }
  if (!expiry.date) {
    notes.reject("D07", {fmt::format("a card of this age ends on {}", base::to_iso_date(*expected)),
                         fmt::format("thẻ ở tuổi này hết hạn ngày {}", base::to_iso_date(*expected))});
    return;
  }
  const int age = static_cast<int>(expected->year()) - static_cast<int>(days.birth->year());
  if (*expiry.date != *expected && *expiry.date != birthday(*days.birth, age, true)) {
    notes.reject("D06", {fmt::format("must be {}, the birthday of {}", base::to_iso_date(*expected), age),
                         fmt::format("phải là {}, ngày tròn {} tuổi", base::to_iso_date(*expected), age)});
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
    notes.reject("D07", {"a passport has an expiry", "hộ chiếu phải có thời hạn"});
    return;
  }
  const int most = *days.issue < birthday(*days.birth, kPassportAge) ? kYearsOfChildren : kYears;
  const auto latest = birthday(*days.issue, most);
  if (*expiry.date <= *days.issue || *expiry.date > latest) {
    notes.reject("D06", {fmt::format("must be after the day of issue and not after {}", base::to_iso_date(latest)),
                         fmt::format("phải sau ngày cấp và không quá ngày {}", base::to_iso_date(latest))});
  }
}

}  // namespace

Date birthday(Date birth, int age, bool late) {
  const Date same{birth.year() + years{age}, birth.month(), birth.day()};
  if (same.ok()) return same;
  return late ? Date{same.year(), month{3}, day{1}} : Date{same.year(), month{2}, day{28}};
}

std::optional<Date> expiry_by_age(Date birth, Date issue) {
  return expiry_by_age(birth, issue, Policy::Expiry{});
}

std::optional<Date> expiry_by_age(Date birth, Date issue, const Policy::Expiry& law) {
  for (const auto band : law.birthdays) {
    const auto age = static_cast<int>(band);
    if (issue < birthday(birth, age - static_cast<int>(law.grace))) return birthday(birth, age);
  }
  return std::nullopt;
}

std::optional<Date> read_day(std::string_view field, std::string_view text, Findings& findings) {
  Notes notes{findings, field, text};
  if (has_iso_form(text)) {
    if (const auto date = base::parse_iso_date(text)) return *date;
  }
  if (field == "birth_date" && is_incomplete(text)) {
    notes.reject("D01", {"day or month of birth is missing; the law wants the whole date",
                         "thiếu ngày hoặc tháng sinh; luật yêu cầu đủ ngày, tháng, năm"});
  } else {
    notes.reject("D03", why_no_day(text));
  }
  return std::nullopt;
}

Days read_days(const Dossier& dossier, Findings& findings) {
  Days days{.birth = read_day("birth_date", dossier.birth_date, findings),
            .issue = read_day("issue_date", dossier.issue_date, findings),
            .captured = {}};
  if (const auto& captured = dossier.origin.captured_on) days.captured = read_day("captured_on", *captured, findings);
  return days;
}

bool has_face(const Days& days, const Law& law) {
  const auto at = days.of_age();
  if (law.context.passport || !days.birth || !at) return true;
  return *at >= birthday(*days.birth, static_cast<int>(law.policy.ages.face));
}

void check_dates(const Dossier& dossier, const Days& days, const Law& law, CheckedDossier& checked,
                 Findings& findings) {
  if (days.birth && days.birth->year() < year{1900}) {
    Notes{findings, "birth_date", dossier.birth_date}.reject("D03", {"the year is before 1900", "năm sinh trước 1900"});
  } else if (!law.context.passport) {
    check_age(dossier, days, law, findings);
  }
  check_issue(dossier, days, law, findings);
  const auto expiry = read_expiry(dossier, findings);
  if (law.context.passport) {
    check_passport_expiry(dossier, days, expiry, findings);
  } else {
    check_expiry(dossier, days, expiry, law.policy.expiry, findings);
  }
  checked.birth_date = days.birth.value_or(Date{});
  checked.issue_date = days.issue.value_or(Date{});
  checked.expiry_date = expiry.date;
}

}  // namespace cicada::host::issuance
