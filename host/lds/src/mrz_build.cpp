#include <algorithm>

#include "mrz_text.h"

namespace cicada::host::lds {
namespace {

using base::fail;
using base::Fault;

/// Writes `value` at a field's place and leaves fillers behind it.
base::Result<void> put(std::string& zone, Span place, std::string_view value) {
  if (value.size() > place.size) {
    return fail({.fault = Fault::bad_input,
                 .what = "a field does not fit its place in the machine readable zone",
                 .at = place.offset});
  }
  if (!std::ranges::all_of(value, is_mrz_character)) {
    return fail({.fault = Fault::bad_input,
                 .what = "a field holds a character other than A-Z, 0-9 and <",
                 .clause = "9303-3 §4.3",
                 .at = place.offset});
  }
  zone.replace(place.offset, value.size(), value);
  return {};
}

/// Six characters: digits, or "<<" for an unknown part. @clause 9303-3 §4.8
base::Result<void> check_date(std::string_view date) {
  const auto part_ok = [date](std::size_t at) {
    const auto part = date.substr(at, 2);
    return part == "<<" || (is_digit(part[0]) && is_digit(part[1]));
  };
  if (date.size() != kDateSize || !part_ok(0) || !part_ok(2) || !part_ok(4)) {
    return fail({.fault = Fault::bad_input,
                 .what = "a date of the machine readable zone is YYMMDD, unknown parts as <<",
                 .clause = "9303-3 §4.8"});
  }
  return {};
}

base::Result<void> put_number(std::string& zone, const MrzLayout& layout, const Mrz& fields) {
  const std::string_view number = fields.document_number;
  if (number.empty() || number.find_first_of("<") != std::string_view::npos) {
    return fail({.fault = Fault::bad_input, .what = "the document number is empty or holds a filler"});
  }
  if (number.size() <= kNumberSize) {
    CICADA_CHECK(put(zone, layout.number, number));
    CICADA_TRY(const char digit, check_digit(layout.number.of(zone)));
    zone[layout.number_digit.offset] = digit;
    return put(zone, layout.optional, fields.optional_data);
  }
  if (fields.format == MrzFormat::td3) {
    return fail({.fault = Fault::bad_input, .what = "a TD3 document number has at most nine characters"});
  }
  CICADA_TRY(const char digit, check_digit(number));
  CICADA_CHECK(put(zone, layout.number, number.substr(0, kNumberSize)));
  auto rest = std::string{number.substr(kNumberSize)} + digit + kFiller;
  // The filler after the digit may be the field's last place, but it has to be there (9303-5 §4.2.2).
  return put(zone, layout.optional, rest + fields.optional_data);
}

base::Result<void> put_digit_over(std::string& zone, Span over, Span digit) {
  CICADA_TRY(const char value, check_digit(over.of(zone)));
  zone[digit.offset] = value;
  return {};
}

}  // namespace

base::Result<std::string> build_mrz(const Mrz& fields) {
  const auto& layout = layout_of(fields.format);
  std::string zone(mrz_size(fields.format), kFiller);
  if (fields.document_code.empty() || fields.issuing_state.empty()) {
    return fail({.fault = Fault::bad_input, .what = "the document code or the issuing state is empty"});
  }
  if (fields.sex != 'M' && fields.sex != 'F' && fields.sex != kFiller) {
    return fail({.fault = Fault::bad_input, .what = "sex is M, F or <", .clause = "9303-3 §4.5"});
  }
  CICADA_CHECK(check_date(fields.birth_date));
  CICADA_CHECK(check_date(fields.expiry_date));
  CICADA_CHECK(put(zone, layout.code, fields.document_code));
  CICADA_CHECK(put(zone, layout.state, fields.issuing_state));
  CICADA_CHECK(put(zone, layout.nationality, fields.nationality));
  CICADA_CHECK(put(zone, layout.birth, fields.birth_date));
  CICADA_CHECK(put(zone, layout.expiry, fields.expiry_date));
  zone[layout.sex.offset] = fields.sex;
  CICADA_CHECK(put(zone, layout.optional_2, fields.optional_data_2));
  CICADA_TRY(const auto name,
             build_name_field(fields.primary_identifier, fields.secondary_identifier, layout.name.size));
  CICADA_CHECK(put(zone, layout.name, name));
  CICADA_CHECK(put_number(zone, layout, fields));

  CICADA_CHECK(put_digit_over(zone, layout.birth, layout.birth_digit));
  CICADA_CHECK(put_digit_over(zone, layout.expiry, layout.expiry_digit));
  if (layout.optional_digit.size != 0) CICADA_CHECK(put_digit_over(zone, layout.optional, layout.optional_digit));
  std::string composite;
  for (const auto& part : layout.composite_over) composite += part.of(zone);
  CICADA_TRY(const char digit, check_digit(composite));
  zone[layout.composite.offset] = digit;
  return zone;
}

base::Result<std::string> mrz_information(std::string_view document_number, std::string_view birth_date,
                                          std::string_view expiry_date) {
  CICADA_CHECK(check_date(birth_date));
  CICADA_CHECK(check_date(expiry_date));
  std::string information{document_number};
  if (information.empty()) return fail({.fault = Fault::bad_input, .what = "the document number is empty"});
  information.resize(std::max(information.size(), kNumberSize), kFiller);
  CICADA_TRY(const char number_digit, check_digit(information));
  CICADA_TRY(const char birth_digit, check_digit(birth_date));
  CICADA_TRY(const char expiry_digit, check_digit(expiry_date));
  information += number_digit;
  information.append(birth_date) += birth_digit;
  information.append(expiry_date) += expiry_digit;
  return information;
}

base::Result<std::string> mrz_information(const Mrz& fields) {
  return mrz_information(fields.document_number, fields.birth_date, fields.expiry_date);
}

}  // namespace cicada::host::lds
