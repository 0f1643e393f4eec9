#include "cicada/base/clock.h"

#include "cicada/base/log.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;

TEST_GROUP(Clock){};

TEST(Clock, reads_and_writes_iso_dates) {
  const auto date = parse_iso_date("2024-02-29");
  CHECK_OK(date);
  CHECK_STRING("2024-02-29", to_iso_date(*date));
  CHECK_STRING("2024-02-29T00:00:05Z", to_iso_instant(FixedClock{*date}.now() + std::chrono::seconds{5}));
}

TEST(Clock, refuses_days_that_do_not_exist) {
  for (const auto* text : {"2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "2024-1-1", "24-01-01", "2024/01/01",
                           "2024-01-01 ", "", "aaaa-bb-cc", "-024-01-01"}) {
    CHECK_FAULT(Fault::bad_input, parse_iso_date(text));
  }
}

TEST(Clock, stands_still_until_told) {
  FixedClock clock{parse_iso_date("2024-12-31").value()};
  CHECK_STRING("2024-12-31", to_iso_date(date_of(clock.now())));
  clock.advance(std::chrono::hours{24});
  CHECK_STRING("2025-01-01", to_iso_date(date_of(clock.now())));
}

TEST_GROUP(Log){};

TEST(Log, shows_an_apdu_without_its_data) {
  CHECK_STRING("00A4040C.. (12 B)", shorten_apdu("00A4040C07A0000002471001"_hex));
  CHECK_STRING("9000 (2 B)", shorten_apdu("9000"_hex));
}

TEST(Log, drops_what_is_below_its_threshold) {
  int lines = 0;
  const Log log{[&lines](const LogLine&) { ++lines; }, LogLevel::warning};
  log.write(LogLevel::info, "base", "quiet");
  log.write(LogLevel::error, "base", "loud");
  LONGS_EQUAL(1, lines);
  Log{}.write(LogLevel::error, "base", "nobody listens");
}
