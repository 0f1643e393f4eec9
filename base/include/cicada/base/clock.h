// Dates, and what time it is.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cicada/base/error.h"

namespace cicada::base {

/// A calendar day. Comparable; may be invalid until checked with ok().
using Date = std::chrono::year_month_day;
/// A moment in UTC, in whole seconds.
using Instant = std::chrono::sys_seconds;

/// Reads "YYYY-MM-DD". Fails with bad_input on another form or a day that the calendar does not have.
[[nodiscard]] Result<Date> parse_iso_date(std::string_view text);
/// "YYYY-MM-DD"
[[nodiscard]] std::string to_iso_date(Date date);
/// "YYYY-MM-DDTHH:MM:SSZ"
[[nodiscard]] std::string to_iso_instant(Instant instant);
[[nodiscard]] Date date_of(Instant instant);

/// Tells the time. Injected, so that a test decides what day it is.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  Clock(Clock&&) = delete;
  Clock& operator=(Clock&&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

/// A clock that stands still until it is told otherwise.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(Instant instant) noexcept : instant_(instant) {}
  explicit FixedClock(Date date) noexcept : instant_(std::chrono::sys_days{date}) {}
  [[nodiscard]] Instant now() const override { return instant_; }
  void advance(std::chrono::seconds by) noexcept { instant_ += by; }

 private:
  Instant instant_;
};

}  // namespace cicada::base
