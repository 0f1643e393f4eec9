// How a personalization line stands: gathered once, printed as a table, as JSON or as metrics.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cicada/base/clock.h"
#include "cicada/base/error.h"
#include "cicada/host/journal/journal.h"

namespace cicada::tools {

/// One way to group the jobs, and what it gave.
struct StatusGroup {
  host::journal::GroupBy by = host::journal::GroupBy::province;
  std::vector<host::journal::CountRow> rows;
};

struct StatusReport {
  std::string journal;  ///< its address, password hidden
  base::Instant at{};
  host::journal::Order order = host::journal::Order::run;
  std::string batch;  ///< the one that `balance` is about; empty: all
  host::journal::Balance balance;
  std::uint64_t done_last_minute = 0;
  std::uint64_t done_last_hour = 0;
  std::vector<StatusGroup> groups;
  std::vector<host::journal::Ageing> ageing;
  std::vector<host::journal::Conflict> conflicts;  ///< the first of those that `balance` counts
  std::vector<host::journal::RecipeCount> ready;   ///< by what a line needs to make them

  [[nodiscard]] std::uint64_t total() const noexcept;
  [[nodiscard]] std::uint64_t done() const noexcept;
  [[nodiscard]] std::uint64_t waiting() const noexcept;
  /// No card and no dossier is unaccounted for.
  [[nodiscard]] bool balances() const noexcept;
};

/// "province", "station": the words of --by, of JSON and of the metrics.
[[nodiscard]] std::string_view group_name(host::journal::GroupBy by) noexcept;
[[nodiscard]] std::optional<host::journal::GroupBy> group_by_name(std::string_view name) noexcept;

/// {"accepted": 0, "ready": 12, ...}
[[nodiscard]] nlohmann::json state_counts_json(const host::journal::StateCounts& jobs);

/// Fails as the journal does.
[[nodiscard]] base::Result<StatusReport> gather_status(host::journal::Journal& journal, std::string_view address,
                                                       std::string_view batch,
                                                       const std::vector<host::journal::GroupBy>& groups);

[[nodiscard]] std::string status_text(const StatusReport& report);
/// docs/schemas/status.schema.json
[[nodiscard]] nlohmann::json status_json(const StatusReport& report);
/// Prometheus' text format, version 0.0.4.
[[nodiscard]] std::string status_metrics(const StatusReport& report);

/// "2 h 05 min": how long `cards` take at `an_hour`; empty when that is 0.
[[nodiscard]] std::string time_left(std::uint64_t cards, std::uint64_t an_hour);

}  // namespace cicada::tools
