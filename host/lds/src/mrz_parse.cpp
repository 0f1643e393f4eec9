#include <algorithm>

#include "mrz_text.h"

namespace cicada::host::lds {
namespace {

using base::fail;
using base::Fault;

std::string without_end_fillers(std::string_view text) {
  const auto last = text.find_last_not_of(kFiller);
  return std::string{last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1)};
}

/// The characters of the zone, upper case, without line breaks and spaces at line ends.
base::Result<std::string> normalise(std::string_view text) {
  std::string zone;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' || c == '\n' || c == ' ' || c == '\t') continue;
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (!is_mrz_character(upper)) {
      return fail({.fault = Fault::malformed,
                   .what = "the machine readable zone holds a character other than A-Z, 0-9 and <",
                   .clause = "9303-3 §4.3",
                   .at = i});
    }
    zone.push_back(upper);
  }
  return zone;
}

base::Result<MrzFormat> format_of(std::string_view zone) {
  for (const auto format : {MrzFormat::td1, MrzFormat::td2, MrzFormat::td3}) {
    if (zone.size() != mrz_size(format)) continue;
    if (zone.front() == 'V') {
      return fail({.fault = Fault::unsupported, .what = "this is the zone of a visa, which has no chip"});
    }
    return format;
  }
  return fail({.fault = Fault::malformed,
               .what = "a machine readable zone has 90 (TD1), 72 (TD2) or 88 (TD3) characters",
               .clause = "9303-3 §4.2",
               .at = zone.size()});
}

void split_name(std::string_view field, Mrz& fields, std::vector<std::string>& deviations) {
  if (field.starts_with(kFiller)) {
    deviations.emplace_back("mrz-name-leading-filler");
    field.remove_prefix(std::min(field.find_first_not_of(kFiller), field.size()));
  }
  auto name = without_end_fillers(field);
  const auto gap = name.find("<<");
  fields.primary_identifier = name.substr(0, gap);
  if (gap != std::string::npos) {
    fields.secondary_identifier = name.substr(std::min(name.find_first_not_of(kFiller, gap), name.size()));
  }
  std::ranges::replace(fields.primary_identifier, kFiller, ' ');
  std::ranges::replace(fields.secondary_identifier, kFiller, ' ');
}

MrzCheck check(MrzCheck::What what, std::string_view over, char printed) {
  return {.what = what, .printed = printed, .computed = *check_digit(over)};  // the characters are checked already
}

/// The number, and the optional data that is left: a '<' at the digit's place announces a number longer than nine,
/// whose rest and digit begin the optional data (9303-5 §4.2.2, 9303-6 §4.2.2).
void read_number(std::string_view zone, const MrzLayout& layout, ParsedMrz& parsed) {
  const auto front = layout.number.of(zone);
  const char digit = layout.number_digit.of(zone).front();
  const auto optional = layout.optional.of(zone);
  auto& fields = parsed.fields;
  fields.document_number = without_end_fillers(front);
  fields.optional_data = without_end_fillers(optional);
  const auto end = optional.find(kFiller);
  const bool is_long = fields.format != MrzFormat::td3 && digit == kFiller && front.back() != kFiller && end >= 2 &&
                       end != std::string_view::npos;
  if (!is_long) {
    parsed.checks.push_back(check(MrzCheck::What::document_number, front, digit));
    return;
  }
  fields.document_number += optional.substr(0, end - 1);
  fields.optional_data = without_end_fillers(optional.substr(end + 1));
  parsed.checks.push_back(check(MrzCheck::What::document_number, fields.document_number, optional[end - 1]));
}

}  // namespace

const MrzLayout& layout_of(MrzFormat format) noexcept {
  static constexpr MrzLayout kTd1{.code = {0, 2},
                                  .state = {2, 3},
                                  .name = {60, 30},
                                  .number = {5, 9},
                                  .number_digit = {14, 1},
                                  .nationality = {45, 3},
                                  .birth = {30, 6},
                                  .birth_digit = {36, 1},
                                  .sex = {37, 1},
                                  .expiry = {38, 6},
                                  .expiry_digit = {44, 1},
                                  .optional = {15, 15},
                                  .optional_digit = {0, 0},
                                  .optional_2 = {48, 11},
                                  .composite = {59, 1},
                                  .composite_over = {{{5, 25}, {30, 7}, {38, 7}, {48, 11}}}};
  static constexpr MrzLayout kTd2{.code = {0, 2},
                                  .state = {2, 3},
                                  .name = {5, 31},
                                  .number = {36, 9},
                                  .number_digit = {45, 1},
                                  .nationality = {46, 3},
                                  .birth = {49, 6},
                                  .birth_digit = {55, 1},
                                  .sex = {56, 1},
                                  .expiry = {57, 6},
                                  .expiry_digit = {63, 1},
                                  .optional = {64, 7},
                                  .optional_digit = {0, 0},
                                  .optional_2 = {0, 0},
                                  .composite = {71, 1},
                                  .composite_over = {{{36, 10}, {49, 7}, {57, 14}, {0, 0}}}};
  static constexpr MrzLayout kTd3{.code = {0, 2},
                                  .state = {2, 3},
                                  .name = {5, 39},
                                  .number = {44, 9},
                                  .number_digit = {53, 1},
                                  .nationality = {54, 3},
                                  .birth = {57, 6},
                                  .birth_digit = {63, 1},
                                  .sex = {64, 1},
                                  .expiry = {65, 6},
                                  .expiry_digit = {71, 1},
                                  .optional = {72, 14},
                                  .optional_digit = {86, 1},
                                  .optional_2 = {0, 0},
                                  .composite = {87, 1},
                                  .composite_over = {{{44, 10}, {57, 7}, {65, 22}, {0, 0}}}};
  switch (format) {
    case MrzFormat::td1: return kTd1;
    case MrzFormat::td2: return kTd2;
    case MrzFormat::td3: return kTd3;
  }
  return kTd1;
}

std::string_view to_string(MrzFormat format) noexcept {
  switch (format) {
    case MrzFormat::td1: return "TD1";
    case MrzFormat::td2: return "TD2";
    case MrzFormat::td3: return "TD3";
  }
  return "";
}

std::size_t mrz_line_size(MrzFormat format) noexcept {
  switch (format) {
    case MrzFormat::td1: return 30;
    case MrzFormat::td2: return 36;
    case MrzFormat::td3: return 44;
  }
  return 0;
}

std::size_t mrz_size(MrzFormat format) noexcept {
  return mrz_line_size(format) * (format == MrzFormat::td1 ? 3 : 2);
}

std::string_view to_string(MrzCheck::What what) noexcept {
  switch (what) {
    case MrzCheck::What::document_number: return "document number";
    case MrzCheck::What::birth_date: return "birth date";
    case MrzCheck::What::expiry_date: return "expiry date";
    case MrzCheck::What::optional_data: return "optional data";
    case MrzCheck::What::composite: return "composite";
  }
  return "";
}

bool ParsedMrz::checks_ok() const noexcept {
  return std::ranges::all_of(checks, &MrzCheck::ok);
}

std::vector<std::string> ParsedMrz::lines() const {
  std::vector<std::string> lines;
  const auto size = mrz_line_size(fields.format);
  for (std::size_t at = 0; at < text.size(); at += size) lines.push_back(text.substr(at, size));
  return lines;
}

base::Result<char> check_digit(std::string_view text) {
  static constexpr std::array<unsigned, 3> kWeights{7, 3, 1};
  unsigned sum = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_mrz_character(c)) {
      return fail({.fault = Fault::bad_input,
                   .what = "a check digit is taken over A-Z, 0-9 and < only",
                   .clause = "9303-3 §4.9",
                   .at = i});
    }
    const auto value = is_digit(c) ? c - '0' : is_upper(c) ? c - 'A' + 10 : 0;
    sum += static_cast<unsigned>(value) * kWeights.at(i % kWeights.size());
  }
  return static_cast<char>('0' + sum % 10);
}

base::Result<ParsedMrz> parse_mrz(std::string_view text) {
  ParsedMrz parsed;
  CICADA_TRY(parsed.text, normalise(text));
  const std::string_view zone = parsed.text;
  auto& fields = parsed.fields;
  CICADA_TRY(fields.format, format_of(zone));
  const auto& layout = layout_of(fields.format);

  fields.document_code = without_end_fillers(layout.code.of(zone));
  fields.issuing_state = without_end_fillers(layout.state.of(zone));
  fields.nationality = without_end_fillers(layout.nationality.of(zone));
  fields.birth_date = layout.birth.of(zone);
  fields.expiry_date = layout.expiry.of(zone);
  fields.sex = layout.sex.of(zone).front();
  fields.optional_data_2 = without_end_fillers(layout.optional_2.of(zone));
  if (fields.sex != 'M' && fields.sex != 'F' && fields.sex != kFiller) parsed.deviations.emplace_back("mrz-sex");
  split_name(layout.name.of(zone), fields, parsed.deviations);
  read_number(zone, layout, parsed);

  auto& checks = parsed.checks;
  using enum MrzCheck::What;
  checks.push_back(check(birth_date, layout.birth.of(zone), layout.birth_digit.of(zone).front()));
  checks.push_back(check(expiry_date, layout.expiry.of(zone), layout.expiry_digit.of(zone).front()));
  if (layout.optional_digit.size != 0) {
    checks.push_back(check(optional_data, layout.optional.of(zone), layout.optional_digit.of(zone).front()));
  }
  std::string composite_text;
  for (const auto& part : layout.composite_over) composite_text += part.of(zone);
  checks.push_back(check(composite, composite_text, layout.composite.of(zone).front()));
  return parsed;
}

}  // namespace cicada::host::lds
