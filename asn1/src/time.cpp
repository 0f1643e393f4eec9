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
  [[nodiscard]] bool good() const noexcept { return good_; }
  [[nodiscard]] ByteView rest() const noexcept { return text_; }

 private:
  static bool digit(std::uint8_t c) noexcept { return c >= '0' && c <= '9'; }

  ByteView text_;
  bool good_ = true;
};

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
  int year = 0;
  if (time.tag == tags::kUtcTime) {
    year = digits.two();
    year += year < 50 ? 2000 : 1900;
  } else if (time.tag == tags::kGeneralizedTime) {
    year = digits.two() * 100;
    year += digits.two();
  } else {
    return bad_time();
  }
  const int month = digits.two();
  const int day = digits.two();
  const int hour = digits.two();
  const int minute = digits.two();
  // Old UTCTimes leave the seconds out; GeneralizedTimes never may.
  const bool has_seconds = time.tag == tags::kGeneralizedTime || digits.rest().size() > 1;
  const int second = has_seconds ? digits.two() : 0;
  if (!digits.good() || digits.rest().size() != 1 || digits.rest()[0] != 'Z') return bad_time();
  const base::Date date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                        std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return bad_time();
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
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
