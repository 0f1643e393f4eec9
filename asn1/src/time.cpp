#include <array>

#include "cicada/asn1/der.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Instant;
using base::Result;

namespace {

std::unexpected<base::Error> bad_time() {
  return fail({.fault = Fault::malformed, .what = "not a time with seconds in UTC", .clause = "RFC 5280 §4.1.2.5"});
}

/// Two-digit numbers one after the other.
class Digits {
 public:
  explicit Digits(ByteView text) : text_(text) {}

  int two() {
    if (text_.size() < 2 || !digit(text_[0]) || !digit(text_[1])) {
      good_ = false;
      return 0;
    }
    const int value = (text_[0] - '0') * 10 + (text_[1] - '0');
    text_ = text_.subspan(2);
    return value;
  }
  /// Does a digit come next?
  [[nodiscard]] bool more() const noexcept { return !text_.empty() && digit(text_[0]); }
  void skip_fraction() noexcept {
    if (text_.empty() || (text_[0] != '.' && text_[0] != ',')) return;
    text_ = text_.subspan(1);
    good_ = good_ && more();
    while (more()) text_ = text_.subspan(1);
  }
  /// The character that comes next, taken; 0 at the end.
  char take() noexcept {
    if (text_.empty()) return 0;
    const auto character = static_cast<char>(text_[0]);
    text_ = text_.subspan(1);
    return character;
  }
  [[nodiscard]] bool good() const noexcept { return good_; }
  [[nodiscard]] ByteView rest() const noexcept { return text_; }

 private:
  static bool digit(std::uint8_t c) noexcept { return c >= '0' && c <= '9'; }

  ByteView text_;
  bool good_ = true;
};

struct Fields {
  int year, month, day, hour;
  int minute = 0;
  int second = 0;
};

Result<Fields> date_and_hour(Tag tag, Digits& digits) {
  int year = 0;
  if (tag == tags::kUtcTime) {
    year = digits.two();
    year += year < 50 ? 2000 : 1900;
  } else if (tag == tags::kGeneralizedTime) {
    year = digits.two() * 100;
    year += digits.two();
  } else {
    return bad_time();
  }
  Fields fields{.year = year, .month = digits.two(), .day = 0, .hour = 0};
  fields.day = digits.two();
  fields.hour = digits.two();
  return fields;
}

Result<Instant> instant_of(const Fields& fields) {
  const base::Date date{std::chrono::year{fields.year}, std::chrono::month{static_cast<unsigned>(fields.month)},
                        std::chrono::day{static_cast<unsigned>(fields.day)}};
  if (!date.ok() || fields.hour > 23 || fields.minute > 59 || fields.second > 59) return bad_time();
  return std::chrono::sys_days{date} + std::chrono::hours{fields.hour} + std::chrono::minutes{fields.minute} +
         std::chrono::seconds{fields.second};
}

/// How far local time is ahead of UTC: Z, +hhmm, -hhmm, or nothing.
Result<std::chrono::minutes> offset_of(Digits& digits) {
  std::chrono::minutes offset{0};
  const char zone = digits.take();
  if (zone == '+' || zone == '-') {
    const auto hours = digits.two();
    offset = std::chrono::minutes{hours * 60 + (digits.more() ? digits.two() : 0)};
    if (zone == '-') offset = -offset;
  } else if (zone != 'Z' && zone != 0) {
    return bad_time();
  }
  if (!digits.good() || !digits.rest().empty()) return bad_time();
  return offset;
}

void append_two(Bytes& to, int value) {
  to.push_back(static_cast<std::uint8_t>('0' + value / 10));
  to.push_back(static_cast<std::uint8_t>('0' + value % 10));
}

struct Moment {
  int year;
  base::Date date;
  std::chrono::hh_mm_ss<std::chrono::seconds> time;
};

Result<Moment> moment_of(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const base::Date date{day};
  const int year{date.year()};
  if (year < 0 || year > 9999) return fail({.fault = Fault::bad_input, .what = "year is not 0 to 9999"});
  return Moment{.year = year, .date = date, .time = std::chrono::hh_mm_ss{instant - day}};
}

void append_rest(Bytes& to, const Moment& moment) {
  append_two(to, static_cast<int>(static_cast<unsigned>(moment.date.month())));
  append_two(to, static_cast<int>(static_cast<unsigned>(moment.date.day())));
  append_two(to, static_cast<int>(moment.time.hours().count()));
  append_two(to, static_cast<int>(moment.time.minutes().count()));
  append_two(to, static_cast<int>(moment.time.seconds().count()));
  to.push_back('Z');
}

}  // namespace

Result<Instant> time_of(const Tlv& time) {
  Digits digits{time.value};
  CICADA_TRY(auto fields, date_and_hour(time.tag, digits));
  fields.minute = digits.two();
  // Old UTCTimes leave the seconds out; GeneralizedTimes never may.
  const bool has_seconds = time.tag == tags::kGeneralizedTime || digits.rest().size() > 1;
  fields.second = has_seconds ? digits.two() : 0;
  if (!digits.good() || digits.rest().size() != 1 || digits.rest()[0] != 'Z') return bad_time();
  return instant_of(fields);
}

Result<FieldTime> field_time_of(const Tlv& time) {
  if (const auto proper = time_of(time)) return FieldTime{.instant = *proper};
  Digits digits{time.value};
  CICADA_TRY(auto fields, date_and_hour(time.tag, digits));
  if (digits.more()) fields.minute = digits.two();
  if (digits.more()) fields.second = digits.two();
  digits.skip_fraction();
  CICADA_TRY(const auto offset, offset_of(digits));
  CICADA_TRY(const auto local, instant_of(fields));
  return FieldTime{.instant = local - offset, .proper = false};
}

Result<Bytes> encode_time(Instant instant) {
  CICADA_TRY(const auto moment, moment_of(instant));
  if (moment.year < 1950 || moment.year > 2049) return encode_generalized_time(instant);
  Bytes text;
  append_two(text, moment.year % 100);
  append_rest(text, moment);
  return encode_tlv(tags::kUtcTime, text);
}

Result<Bytes> encode_generalized_time(Instant instant) {
  CICADA_TRY(const auto moment, moment_of(instant));
  Bytes text;
  append_two(text, moment.year / 100);
  append_two(text, moment.year % 100);
  append_rest(text, moment);
  return encode_tlv(tags::kGeneralizedTime, text);
}

}  // namespace cicada::asn1
