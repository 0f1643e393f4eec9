#include "zone_text.h"

#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/mrz.h"
#include "surgery.h"

namespace cicada::host::misissue {

namespace {

constexpr asn1::Tag kZone = 0x5F1F;
constexpr char kFiller = '<';

const ZoneForm& form_of(lds::MrzFormat format) {
  static const ZoneForm kTd1{.code = {0, 2},
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
                             .optional = {48, 11},
                             .optional_digit = {0, 0},
                             .composite = {59, 1},
                             .composite_over = {{5, 25}, {30, 7}, {38, 7}, {48, 11}}};
  static const ZoneForm kTd2{.code = {0, 2},
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
                             .composite = {71, 1},
                             .composite_over = {{36, 10}, {49, 7}, {57, 14}}};
  static const ZoneForm kTd3{.code = {0, 2},
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
                             .composite = {87, 1},
                             .composite_over = {{44, 10}, {57, 7}, {65, 22}}};
  if (format == lds::MrzFormat::td1) return kTd1;
  return format == lds::MrzFormat::td2 ? kTd2 : kTd3;
}

}  // namespace

Zone::Zone(const base::Bytes& dg1) {
  const auto parsed = must(lds::parse_dg1(dg1));
  text_ = parsed.mrz.text;
  form_ = &form_of(parsed.mrz.fields.format);
}

void Zone::set(const Field& field, std::string_view text) {
  if (field.size == 0 || text.size() > field.size) give_up("the zone has no place for what the fault is about");
  text_.replace(field.at, field.size, std::string{text} + std::string(field.size - text.size(), kFiller));
}

void Zone::spoil(const Field& digit) {
  if (digit.size == 0) give_up("the zone does not have the check digit that the fault is about");
  constexpr int kTen = 10;
  const char before = text_.at(digit.at) == kFiller ? '0' : text_.at(digit.at);
  text_.at(digit.at) = static_cast<char>('0' + (before - '0' + 1) % kTen);
}

void Zone::set_digit(const Field& digit, const std::string& over) {
  if (digit.size != 0) text_.at(digit.at) = must(lds::check_digit(over));
}

void Zone::set_digits() {
  // The filler behind the first nine characters of a longer number is no check digit.
  if (text_.at(form_->number_digit.at) != kFiller) set_digit(form_->number_digit, of(form_->number));
  set_digit(form_->birth_digit, of(form_->birth));
  set_digit(form_->expiry_digit, of(form_->expiry));
  set_digit(form_->optional_digit, of(form_->optional));
}

void Zone::set_composite() {
  std::string over;
  for (const auto& part : form_->composite_over) over += of(part);
  set_digit(form_->composite, over);
}

base::Bytes Zone::file() const {
  return asn1::encode_tlv(lds::info(lds::Ef::dg1).tag, asn1::encode_tlv(kZone, base::as_bytes(text_)));
}

}  // namespace cicada::host::misissue
