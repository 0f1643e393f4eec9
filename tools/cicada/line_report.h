// What a run of the line says while it works and at its end.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app.h"
#include "cicada/host/journal/journal.h"
#include "cicada/host/line/line.h"
#include "terminal.h"

namespace cicada::tools {

/// One line on the terminal: bar, cards, cards an hour, time left. Threads share one object.
class LineProgress {
 public:
  /// Cards that are to be made, as far as it is known.
  void expect(std::uint64_t total) { total_ = total; }
  void card(const host::line::CardEvent& event);
  /// What a person at a reader is to do, or has to know: a line that stays.
  void say(const std::string& where, const std::string& text);
  /// Says it at once when a station has stopped that should not have: others may work on for hours.
  void station(const host::line::StationReport& report);

 private:
  [[nodiscard]] std::string text() const;

  std::mutex mutex_;
  ProgressLine line_;
  std::uint64_t total_ = 0;
  std::uint64_t good_ = 0;
  std::uint64_t bad_ = 0;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_{};
};

/// Prints the table of stations and the counts, or one JSON object (docs/schemas/line-report.schema.json), and gives
/// the exit code: trouble when a station did not end in order, check_failed when a card or a job was set aside.
[[nodiscard]] Exit report_line(const host::line::LineReport& report,
                               const std::optional<host::journal::Balance>& balance, std::chrono::milliseconds elapsed,
                               bool json);

/// Jobs that a line could still make into cards.
[[nodiscard]] std::uint64_t waiting_jobs(const std::optional<host::journal::Balance>& balance);

}  // namespace cicada::tools
